package csca

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"
	"sync/atomic"

	"cnie.example/attest/certificate"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Origin says how a certificate came into a store.
type Origin string

// Origins, from the most to the least trusted.
const (
	FromAnchor Origin = "anchor" // trusted for itself
	FromList   Origin = "list"   // in a master list: an anchor if it is self-signed
	FromPool   Origin = "pool"   // trusted only through links that lead to an anchor
)

// Authority is a certificate of a store.
type Authority struct {
	Certificate *certificate.Certificate // shared and read-only
	Origin      Origin
	List        Fingerprint // of the master list that has it; zero for the other origins
}

// authority is a certificate of the store, with what is found out about it
// later. Certificates of one key share their holder.
type authority struct {
	Authority
	fingerprint Fingerprint
	holder      *holder
	trusted     bool // for itself: given as an anchor, or by an override
	issuance    atomic.Pointer[issuance]

	// link is set when the certificate ties two keys of one country. Such a
	// certificate does not count against pathLenConstraint: RFC 5280, 6.1.4 (l)
	// exempts certificates whose issuer has the name of the subject, and a CSCA
	// that changes its name stays the same authority (ICAO Doc 9303-12, 7.1.1.5).
	// Real ones have pathLenConstraint 0 and are followed by links nevertheless.
	link bool
}

// holder is a key of the store and its certificates: a CSCA is known by a
// self-signed certificate and a link certificate, which have one key.
type holder struct {
	authorities []*authority
	names       []string // of the subjects, folded, each once
	distrusted  string   // the operator's reason; empty: not distrusted
}

// certificate gives a certificate with the key of the holder.
func (h *holder) certificate() *certificate.Certificate { return h.authorities[0].Certificate }

// best gives the most trusted certificate with the key of the holder, the newest
// of several.
func (h *holder) best() *authority {
	return slices.MinFunc(h.authorities, func(a, b *authority) int {
		return cmp.Or(a.rank()-b.rank(), b.Certificate.NotBefore.Compare(a.Certificate.NotBefore), bytes.Compare(a.fingerprint[:], b.fingerprint[:]))
	})
}

// rank orders certificates from the most to the least trusted.
func (a *authority) rank() int {
	switch {
	case a.trusted:
		return 0
	case a.Origin == FromList:
		return 1
	}
	return 2
}

// keyOf identifies the public key of a certificate: the same key has the same
// value also where one certificate names its curve and another spells it out.
// For all other keys it is the encoding that counts, with the parameters: a
// certificate that states a key with unusable parameters must not stand for
// those that state it rightly.
func keyOf(c *certificate.Certificate) Fingerprint {
	info, point := publicKeyOf(c.RawTBS)
	name := c.PublicKey.String()
	if !strings.HasPrefix(name, "EC ") {
		return sha256.Sum256(info)
	}
	return sha256.Sum256(append([]byte(name+"\x00"), point...))
}

// publicKeyOf gives SubjectPublicKeyInfo of a TBSCertificate that was parsed
// before (RFC 5280, 4.1), and the key in it.
func publicKeyOf(tbs []byte) (info, key []byte) {
	input := cryptobyte.String(tbs)
	var body, element, inner cryptobyte.String
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !body.SkipOptionalASN1(asn1.Tag(0).Constructed().ContextSpecific()) ||
		!body.SkipASN1(asn1.INTEGER) {
		return nil, nil
	}
	for range 4 { // signature, issuer, validity, subject
		if !body.SkipASN1(asn1.SEQUENCE) {
			return nil, nil
		}
	}
	if !body.ReadASN1Element(&element, asn1.SEQUENCE) {
		return nil, nil
	}
	info = element
	if !element.ReadASN1(&inner, asn1.SEQUENCE) || !inner.SkipASN1(asn1.SEQUENCE) {
		return info, nil
	}
	return info, inner
}
