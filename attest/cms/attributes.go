package cms

import (
	"cnie.example/attest/certificate"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Attributes of RFC 5652, 11.
const (
	oidContentType   certificate.OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
	oidMessageDigest certificate.OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
)

// parseAttributes reads signedAttrs, which a content other than id-data must
// have (RFC 5652, 5.3): no attribute twice, contentType and messageDigest
// present with one value each. Others are signed and not looked into.
func (s *SignerInfo) parseAttributes(body *cryptobyte.String) error {
	var element, list cryptobyte.String
	if !body.ReadASN1Element(&element, tagSignedAttributes) {
		return malformed("signedAttrs are absent")
	}
	// The signature is over the attributes with the tag of SET OF, not with
	// that of the field (RFC 5652, 5.4).
	s.attributes = append([]byte{byte(asn1.SET)}, element[1:]...)
	if !element.ReadASN1(&list, tagSignedAttributes) {
		return malformed("signedAttrs")
	}
	seen := map[certificate.OID]bool{}
	for !list.Empty() {
		var attribute, values cryptobyte.String
		var oid certificate.OID
		if !list.ReadASN1(&attribute, asn1.SEQUENCE) || !readOID(&attribute, &oid) || seen[oid] ||
			!attribute.ReadASN1(&values, asn1.SET) || values.Empty() || !attribute.Empty() {
			return malformed("signedAttrs")
		}
		seen[oid] = true
		if !s.parseAttribute(oid, values) {
			return malformed("signed attribute " + oid.String())
		}
	}
	if !seen[oidContentType] || !seen[oidMessageDigest] {
		return malformed("signedAttrs lack contentType or messageDigest")
	}
	return nil
}

func (s *SignerInfo) parseAttribute(oid certificate.OID, values cryptobyte.String) bool {
	switch oid {
	case oidContentType:
		return readOID(&values, &s.contentType) && values.Empty()
	case oidMessageDigest:
		return values.ReadASN1Bytes(&s.messageDigest, asn1.OCTET_STRING) && values.Empty()
	}
	return true
}
