package attesttest

import (
	"crypto"
	"slices"
)

// SignedData is a CMS SignedData to be made (RFC 5652, 5.1).
type SignedData struct {
	Version         int64
	Digests         [][]byte // digestAlgorithms in DER; those of the signers when nil
	ContentType     OID
	Content         []byte   // eContent
	Certificates    [][]byte // DER; left out when empty
	RevocationLists [][]byte // DER; left out when empty
	Signers         []*SignerInfo

	Alter func(der []byte) []byte // changes the ContentInfo at the end
}

// Clone is a copy that can be changed on its own, signers included.
func (d *SignedData) Clone() *SignedData {
	other := *d
	other.Digests, other.Certificates = slices.Clone(d.Digests), slices.Clone(d.Certificates)
	other.RevocationLists, other.Signers = slices.Clone(d.RevocationLists), nil
	for _, s := range d.Signers {
		other.Signers = append(other.Signers, s.Clone())
	}
	return &other
}

// DER is the ContentInfo with everything signed. The bytes are the caller's.
func (d *SignedData) DER() []byte {
	var signers [][]byte
	for _, s := range d.Signers {
		signers = append(signers, s.der(d.ContentType, d.Content))
	}
	parts := [][]byte{
		Integer(d.Version), SetOf(d.digests()...),
		Sequence(d.ContentType.DER(), Explicit(0, Octets(d.Content))),
	}
	if len(d.Certificates) > 0 {
		parts = append(parts, Explicit(0, slices.Concat(d.Certificates...)))
	}
	if len(d.RevocationLists) > 0 {
		parts = append(parts, Explicit(1, slices.Concat(d.RevocationLists...)))
	}
	parts = append(parts, SetOf(signers...))
	der := Sequence(SignedDataType.DER(), Explicit(0, Sequence(parts...)))
	if d.Alter != nil {
		der = d.Alter(der)
	}
	return der
}

func (d *SignedData) digests() [][]byte {
	if d.Digests != nil {
		return d.Digests
	}
	var seen []crypto.Hash
	var list [][]byte
	for _, s := range d.Signers {
		if !slices.Contains(seen, s.Hash) {
			seen = append(seen, s.Hash)
			list = append(list, s.digest())
		}
	}
	return list
}
