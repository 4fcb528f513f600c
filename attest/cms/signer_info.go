package cms

import (
	"bytes"
	"crypto"
	"time"

	"cnie.example/attest/certificate"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

var (
	tagSubjectKeyID       = asn1.Tag(0).ContextSpecific()
	tagSignedAttributes   = asn1.Tag(0).Constructed().ContextSpecific()
	tagUnsignedAttributes = asn1.Tag(1).Constructed().ContextSpecific()
)

// SignerInfo is a parsed SignerInfo (RFC 5652, 5.3). Either SubjectKeyID, or
// Issuer and Serial, name the signer's certificate.
type SignerInfo struct {
	SubjectKeyID []byte // nil when the signer is named by issuer and serial number
	Issuer       []byte // DER of the issuer's name
	Serial       []byte // content octets of the serial number

	Digest             crypto.Hash
	SignatureAlgorithm certificate.AlgorithmIdentifier
	Signature          []byte

	// SigningTime is when the signer says to have signed (RFC 5652, 11.3). It is
	// signed, but nobody else attests it. Zero when absent.
	SigningTime time.Time

	attributes    []byte // the signed attributes as they came, with tag SET
	sorted        []byte // the same in DER; nil when that is how they came
	contentType   certificate.OID
	messageDigest []byte
	deviations    []certificate.Deviation
}

func parseSignerInfo(signers *cryptobyte.String) (SignerInfo, error) {
	var s SignerInfo
	var body cryptobyte.String
	var version int
	if !signers.ReadASN1(&body, asn1.SEQUENCE) || !body.ReadASN1Integer(&version) {
		return s, malformed("SignerInfo")
	}
	if !s.parseIdentifier(&body, version) {
		return s, malformed("SignerIdentifier")
	}
	var err error
	if s.Digest, err = readDigest(&body); err != nil {
		return s, err
	}
	if err := s.parseAttributes(&body); err != nil {
		return s, err
	}
	if s.SignatureAlgorithm, err = readAlgorithm(&body); err != nil {
		return s, err
	}
	s.deviations = append(s.deviations, s.SignatureAlgorithm.Deviations()...)
	if !body.ReadASN1Bytes(&s.Signature, asn1.OCTET_STRING) {
		return s, malformed("SignerInfo")
	}
	if body.PeekASN1Tag(tagUnsignedAttributes) {
		s.deviations = append(s.deviations, UnsignedAttributes)
	}
	if !body.SkipOptionalASN1(tagUnsignedAttributes) || !body.Empty() {
		return s, malformed("SignerInfo")
	}
	return s, nil
}

// parseIdentifier reads SignerIdentifier, which the version has to fit: 1 for
// issuer and serial number, 3 for the key identifier.
func (s *SignerInfo) parseIdentifier(body *cryptobyte.String, version int) bool {
	if version == 3 {
		return body.ReadASN1Bytes(&s.SubjectKeyID, tagSubjectKeyID) && len(s.SubjectKeyID) > 0
	}
	var pair, issuer, serial cryptobyte.String
	if version != 1 || !body.ReadASN1(&pair, asn1.SEQUENCE) ||
		!pair.ReadASN1Element(&issuer, asn1.SEQUENCE) ||
		!pair.ReadASN1(&serial, asn1.INTEGER) || !pair.Empty() {
		return false
	}
	s.Issuer, s.Serial = issuer, serial
	return true
}

// Identifies says whether the signer is named to be c. Names are compared byte
// by byte.
func (s *SignerInfo) Identifies(c *certificate.Certificate) bool {
	if s.SubjectKeyID != nil {
		return bytes.Equal(s.SubjectKeyID, c.SubjectKeyID)
	}
	return bytes.Equal(s.Issuer, c.Issuer.Raw) && bytes.Equal(s.Serial, c.Serial)
}
