package attesttest

import (
	"crypto"

	"golang.org/x/crypto/cryptobyte/asn1"
)

// OID is an object identifier as its DER content octets.
type OID string

// DER is the OBJECT IDENTIFIER.
func (o OID) DER() []byte { return Element(asn1.OBJECT_IDENTIFIER, []byte(o)) }

// Extensions of certificates and revocation lists (RFC 5280, 4.2.1 and 5.2;
// ICAO Doc 9303-12, 7.1).
const (
	SubjectKeyIdentifier     OID = "\x55\x1d\x0e"
	KeyUsage                 OID = "\x55\x1d\x0f"
	PrivateKeyUsagePeriod    OID = "\x55\x1d\x10"
	SubjectAltName           OID = "\x55\x1d\x11"
	BasicConstraints         OID = "\x55\x1d\x13"
	CRLNumber                OID = "\x55\x1d\x14"
	ReasonCode               OID = "\x55\x1d\x15"
	DeltaCRLIndicator        OID = "\x55\x1d\x1b"
	IssuingDistributionPoint OID = "\x55\x1d\x1c"
	AuthorityKeyIdentifier   OID = "\x55\x1d\x23"
	ExtendedKeyUsage         OID = "\x55\x1d\x25"
	DocumentTypes            OID = "\x67\x81\x08\x01\x01\x06\x02"
	MasterListSigning        OID = "\x67\x81\x08\x01\x01\x03" // a purpose of ExtendedKeyUsage

	// Laboratory marks certificates of a laboratory; its value is NULL.
	Laboratory OID = "\x69\x82\xb2\xe1\xaf\xcf\xc8\xd7\xce\xf3\xdd\x8e\xc4\xea\x9f\xe7\x99\xa7\x9b\x0b"
	// Unknown is an identifier that nobody knows: 1.3.6.1.4.1.99999.1.
	Unknown OID = "\x2b\x06\x01\x04\x01\x86\x8d\x1f\x01"
)

// Content types and attributes (RFC 5652, 5.1 and 11; ICAO Doc 9303-10,
// 4.6.2.3; ICAO Doc 9303-12, 9.2).
const (
	SignedDataType     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	SecurityObjectType OID = "\x67\x81\x08\x01\x01\x01"
	MasterListType     OID = "\x67\x81\x08\x01\x01\x02"

	ContentTypeAttribute   OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
	MessageDigestAttribute OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
	SigningTimeAttribute   OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"
)

// Keys and signatures (RFC 8017, A.2; RFC 5480, 2.1.1).
const (
	rsaEncryption OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
	mgf1          OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"
	rsassaPSS     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
	ecPublicKey   OID = "\x2a\x86\x48\xce\x3d\x02\x01"
	primeField    OID = "\x2a\x86\x48\xce\x3d\x01\x01"

	// Secp256k1 is a curve that travel documents do not use.
	Secp256k1 OID = "\x2b\x81\x04\x00\x0a"
)

func digestOID(h crypto.Hash) OID {
	switch h {
	case crypto.MD5:
		return "\x2a\x86\x48\x86\xf7\x0d\x02\x05"
	case crypto.SHA1:
		return "\x2b\x0e\x03\x02\x1a"
	case crypto.SHA224:
		return "\x60\x86\x48\x01\x65\x03\x04\x02\x04"
	case crypto.SHA256:
		return "\x60\x86\x48\x01\x65\x03\x04\x02\x01"
	case crypto.SHA384:
		return "\x60\x86\x48\x01\x65\x03\x04\x02\x02"
	case crypto.SHA512:
		return "\x60\x86\x48\x01\x65\x03\x04\x02\x03"
	}
	panic("attesttest: no identifier of hash " + h.String())
}

// pkcs1OID is hashWithRSAEncryption (RFC 8017, A.2.4).
func pkcs1OID(h crypto.Hash) OID {
	last, ok := map[crypto.Hash]byte{
		crypto.MD5: 4, crypto.SHA1: 5, crypto.SHA256: 11, crypto.SHA384: 12, crypto.SHA512: 13, crypto.SHA224: 14,
	}[h]
	if !ok {
		panic("attesttest: no RSA with hash " + h.String())
	}
	return rsaEncryption[:8] + OID([]byte{last})
}

// ecdsaOID is ecdsa-with-hash (RFC 5758, 3.2).
func ecdsaOID(h crypto.Hash) OID {
	const arc = "\x2a\x86\x48\xce\x3d\x04"
	if h == crypto.SHA1 {
		return arc + "\x01"
	}
	last, ok := map[crypto.Hash]byte{crypto.SHA224: 1, crypto.SHA256: 2, crypto.SHA384: 3, crypto.SHA512: 4}[h]
	if !ok {
		panic("attesttest: no ECDSA with hash " + h.String())
	}
	return arc + "\x03" + OID([]byte{last})
}
