package cms

import (
	"bytes"
	"fmt"
	"slices"

	"cnie.example/attest/certificate"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Attributes of RFC 5652, 11.
const (
	oidContentType   certificate.OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
	oidMessageDigest certificate.OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
	oidSigningTime   certificate.OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"
)

// maxAttributes bounds signedAttrs. Those of real documents are four at most.
const maxAttributes = 32

// parseAttributes reads signedAttrs, which a content other than id-data must
// have (RFC 5652, 5.3): no attribute twice, contentType and messageDigest
// present with one value each, signingTime with one value when it is there.
// Others are signed and not looked into.
func (s *SignerInfo) parseAttributes(body *cryptobyte.String) error {
	var element, list cryptobyte.String
	if !body.ReadASN1Element(&element, tagSignedAttributes) {
		return fmt.Errorf("%w: absent", ErrAttributes)
	}
	// The signature is over the attributes with the tag of SET OF, not with
	// that of the field (RFC 5652, 5.4).
	s.attributes = append([]byte{byte(asn1.SET)}, element[1:]...)
	if !element.ReadASN1(&list, tagSignedAttributes) {
		return ErrAttributes
	}
	if !ascending(list) {
		s.deviations = append(s.deviations, certificate.UnsortedSet)
		s.sorted = sorted(s.attributes[:len(s.attributes)-len(list)], list)
	}
	var seen []certificate.OID
	for !list.Empty() {
		var attribute, values cryptobyte.String
		var oid certificate.OID
		if !list.ReadASN1(&attribute, asn1.SEQUENCE) || !readOID(&attribute, &oid) ||
			!attribute.ReadASN1(&values, asn1.SET) || values.Empty() || !attribute.Empty() {
			return ErrAttributes
		}
		if slices.Contains(seen, oid) || len(seen) == maxAttributes {
			return fmt.Errorf("%w: %v is there twice, or there are too many", ErrAttributes, oid)
		}
		seen = append(seen, oid)
		if !s.parseAttribute(oid, values) {
			return fmt.Errorf("%w: value of %v", ErrAttributes, oid)
		}
	}
	if !slices.Contains(seen, oidContentType) || !slices.Contains(seen, oidMessageDigest) {
		return fmt.Errorf("%w: contentType or messageDigest is absent", ErrAttributes)
	}
	return nil
}

func (s *SignerInfo) parseAttribute(oid certificate.OID, values cryptobyte.String) bool {
	switch oid {
	case oidContentType:
		return readOID(&values, &s.contentType) && values.Empty()
	case oidMessageDigest:
		return values.ReadASN1Bytes(&s.messageDigest, asn1.OCTET_STRING) && values.Empty()
	case oidSigningTime:
		at, deviations, err := certificate.ParseTime(values)
		s.SigningTime = at
		s.deviations = append(s.deviations, deviations...)
		return err == nil
	}
	return true
}

// sorted is a SET OF with its elements in the order of DER, behind a header.
func sorted(header []byte, set cryptobyte.String) []byte {
	var elements [][]byte
	var element cryptobyte.String
	var tag asn1.Tag
	for set.ReadAnyASN1Element(&element, &tag) {
		elements = append(elements, element)
	}
	slices.SortFunc(elements, bytes.Compare)
	return slices.Concat(header, slices.Concat(elements...))
}

// ascending says whether the elements of a SET OF are in the order of DER (ITU-T
// X.690, 11.6).
func ascending(set cryptobyte.String) bool {
	var last, element cryptobyte.String
	var tag asn1.Tag
	for set.ReadAnyASN1Element(&element, &tag) {
		if bytes.Compare(last, element) > 0 {
			return false
		}
		last = element
	}
	return true
}
