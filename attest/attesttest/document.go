package attesttest

import (
	"crypto"
	"maps"
	"slices"

	"cnie.example/card/lds"
)

// GroupDigest is a DataGroupHash.
type GroupDigest struct {
	Number int64
	Value  []byte
}

// SecurityObject is an LDSSecurityObject to be made (ICAO Doc 9303-10,
// 4.6.2.3).
type SecurityObject struct {
	Version        int64
	Hash           crypto.Hash
	HashIdentifier []byte // that of Hash when nil
	Digests        []GroupDigest
	LDSVersion     string // LDSVersionInfo is left out when both are empty
	UnicodeVersion string

	Mutate func(der []byte) []byte // changes the object before it is signed
}

// DER is the object, after Mutate.
func (o *SecurityObject) DER() []byte {
	identifier := o.HashIdentifier
	if identifier == nil {
		identifier = Digest(o.Hash)
	}
	var digests [][]byte
	for _, d := range o.Digests {
		digests = append(digests, Sequence(Integer(d.Number), Octets(d.Value)))
	}
	parts := [][]byte{Integer(o.Version), identifier, Sequence(digests...)}
	if o.LDSVersion != "" || o.UnicodeVersion != "" {
		parts = append(parts, Sequence(Printable(o.LDSVersion), Printable(o.UnicodeVersion)))
	}
	der := Sequence(parts...)
	if o.Mutate != nil {
		der = o.Mutate(der)
	}
	return der
}

// Digest gives the digest of a file to be changed; nil when there is none.
func (o *SecurityObject) Digest(f lds.File) *GroupDigest {
	for i := range o.Digests {
		if o.Digests[i].Number == int64(f) {
			return &o.Digests[i]
		}
	}
	return nil
}

// Remove takes the digest of a file away.
func (o *SecurityObject) Remove(f lds.File) {
	o.Digests = slices.DeleteFunc(o.Digests, func(d GroupDigest) bool { return d.Number == int64(f) })
}

// Rehash makes all digests anew with another hash.
func (o *SecurityObject) Rehash(h crypto.Hash, files map[lds.File][]byte) {
	o.Hash, o.Digests = h, nil
	for _, f := range slices.Sorted(maps.Keys(files)) {
		o.Digests = append(o.Digests, GroupDigest{Number: int64(f), Value: Sum(h, files[f])})
	}
}

// Document is an EF.SOD to be made: the object, and the SignedData around it.
type Document struct {
	Object *SecurityObject
	Signed *SignedData // its Content is made of Object by SOD
	Tag    byte        // of EF.SOD: 77

	Alter func(sod []byte) []byte // changes EF.SOD at the end
}

// Signer is the first signer.
func (d *Document) Signer() *SignerInfo { return d.Signed.Signers[0] }

// SOD is EF.SOD, signed. The bytes are the caller's.
func (d *Document) SOD() []byte {
	d.Signed.Content = d.Object.DER()
	sod := File(d.Tag, d.Signed.DER())
	if d.Alter != nil {
		sod = d.Alter(sod)
	}
	return sod
}
