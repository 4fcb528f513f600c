package certificate

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxExtensions bounds the extensions of one certificate, list or entry. Those
// of real certificates are ten at most.
const maxExtensions = 32

// extensions reads Extensions (RFC 5280, 4.2), one by one.
type extensions struct {
	rest  cryptobyte.String
	seen  [maxExtensions][]byte
	count int
}

// extension is one of them. oid is the content octets of its identifier.
type extension struct {
	oid      []byte
	critical bool
	value    cryptobyte.String
}

// open begins with the SEQUENCE that is all of der, and not empty.
func (x *extensions) open(der cryptobyte.String) bool {
	return der.ReadASN1(&x.rest, asn1.SEQUENCE) && der.Empty() && !x.rest.Empty()
}

// next reads the next extension. None may occur twice.
func (x *extensions) next(n *noted) (e extension, ok bool) {
	var body, oid cryptobyte.String
	if !x.rest.ReadASN1(&body, asn1.SEQUENCE) || !body.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) || !validOID(oid) ||
		!readBoolean(&body, &e.critical, n) ||
		!body.ReadASN1(&e.value, asn1.OCTET_STRING) || !body.Empty() || x.count == maxExtensions {
		return e, false
	}
	for _, other := range x.seen[:x.count] {
		if bytes.Equal(other, oid) {
			return e, false
		}
	}
	x.seen[x.count] = oid
	x.count++
	e.oid = oid
	return e, true
}
