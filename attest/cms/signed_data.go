package cms

import (
	"crypto"
	"fmt"
	"slices"

	"cnie.example/attest/certificate"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// MaxSize is the longest SignedData that Parse reads, in bytes: many times the
// length of the master lists of today.
const MaxSize = 1 << 24

const (
	oidSignedData certificate.OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"

	// SecurityObject is the content type of a document security object,
	// id-icao-mrtd-security-ldsSecurityObject (ICAO Doc 9303-10, 4.6.2.3).
	SecurityObject certificate.OID = "\x67\x81\x08\x01\x01\x01"
	// MasterList is the content type of a master list, id-icao-cscaMasterList
	// (ICAO Doc 9303-12, 9.2).
	MasterList certificate.OID = "\x67\x81\x08\x01\x01\x02"
)

var (
	tagContent      = asn1.Tag(0).Constructed().ContextSpecific()
	tagCertificates = asn1.Tag(0).Constructed().ContextSpecific()
	tagCRLs         = asn1.Tag(1).Constructed().ContextSpecific()
)

// SignedData is a parsed SignedData (RFC 5652, 5.1). Its byte slices alias the
// input of Parse.
type SignedData struct {
	ContentType  certificate.OID
	Content      []byte   // value of eContent, that which is signed
	Certificates [][]byte // DER, in the order of the message
	SignerInfos  []SignerInfo

	// RevocationLists are the lists beside the certificates, DER. ICAO Doc 9303
	// advises against them.
	RevocationLists [][]byte

	Deviations []certificate.Deviation // what was let pass; nil when nothing

	digests []crypto.Hash // digestAlgorithms
}

// Deviations of SignedData, besides those of package certificate.
const (
	// UnsignedAttributes: a signer has unsignedAttrs. They are skipped.
	UnsignedAttributes certificate.Deviation = "unsigned_attributes"
	// NoSigner: there is no SignerInfo.
	NoSigner certificate.Deviation = "no_signer"
	// RevocationListsInside: revocation lists come with the message (ICAO Doc
	// 9303-10, 4.6.2.2, and 9303-12, 9.1).
	RevocationListsInside certificate.Deviation = "revocation_lists_inside"
)

// Parse reads a ContentInfo with SignedData that is all of der. The content is
// inside and is not id-data, so the version is 3. The error is ErrSyntax, or
// certificate.ErrAlgorithm for a digest algorithm that is unknown.
func Parse(der []byte) (*SignedData, error) {
	if len(der) > MaxSize {
		return nil, fmt.Errorf("SignedData of %d bytes: %w", len(der), ErrSyntax)
	}
	input := cryptobyte.String(der)
	var info, explicit, body cryptobyte.String
	var contentType certificate.OID
	if !input.ReadASN1(&info, asn1.SEQUENCE) || !input.Empty() ||
		!readOID(&info, &contentType) || contentType != oidSignedData ||
		!info.ReadASN1(&explicit, tagContent) || !info.Empty() ||
		!explicit.ReadASN1(&body, asn1.SEQUENCE) || !explicit.Empty() {
		return nil, malformed("ContentInfo")
	}
	s := &SignedData{}
	if err := s.parse(body); err != nil {
		return nil, err
	}
	if err := s.checkDigests(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *SignedData) parse(body cryptobyte.String) error {
	var version int
	if !body.ReadASN1Integer(&version) || version != 3 {
		return malformed("version")
	}
	if err := s.parseDigests(&body); err != nil {
		return err
	}
	if !s.parseContent(&body) {
		return malformed("EncapsulatedContentInfo")
	}
	if !s.parseCertificates(&body) {
		return malformed("certificates")
	}
	if !s.parseRevocationLists(&body) {
		return malformed("crls")
	}
	var signers cryptobyte.String
	if !body.ReadASN1(&signers, asn1.SET) || !body.Empty() {
		return malformed("signerInfos")
	}
	for !signers.Empty() {
		if len(s.SignerInfos) == maxElements {
			return malformed("too many signerInfos")
		}
		signer, err := parseSignerInfo(&signers)
		if err != nil {
			return err
		}
		s.SignerInfos = append(s.SignerInfos, signer)
		s.note(signer.deviations...)
	}
	if len(s.SignerInfos) == 0 {
		s.note(NoSigner)
	}
	return nil
}

func (s *SignedData) note(deviations ...certificate.Deviation) {
	for _, d := range deviations {
		if !slices.Contains(s.Deviations, d) {
			s.Deviations = append(s.Deviations, d)
		}
	}
}

// maxElements bounds the certificates, the revocation lists and the signers, so
// that memory stays near the length of the message. Real ones are a few.
const maxElements = 1024

// maxDigests bounds digestAlgorithms: there are five that Parse knows.
const maxDigests = 5

func (s *SignedData) parseDigests(body *cryptobyte.String) error {
	var set cryptobyte.String
	if !body.ReadASN1(&set, asn1.SET) {
		return malformed("digestAlgorithms")
	}
	for !set.Empty() {
		hash, err := readDigest(&set)
		if err != nil {
			return err
		}
		if slices.Contains(s.digests, hash) || len(s.digests) == maxDigests {
			return malformed("digestAlgorithms")
		}
		s.digests = append(s.digests, hash)
	}
	return nil
}

func (s *SignedData) parseContent(body *cryptobyte.String) bool {
	var encapsulated, explicit, content cryptobyte.String
	ok := body.ReadASN1(&encapsulated, asn1.SEQUENCE) && readOID(&encapsulated, &s.ContentType) &&
		encapsulated.ReadASN1(&explicit, tagContent) && encapsulated.Empty() &&
		explicit.ReadASN1(&content, asn1.OCTET_STRING) && explicit.Empty()
	s.Content = content
	return ok
}

// parseCertificates reads CertificateSet. Of its choices only certificate is
// known: the others are not for travel documents.
func (s *SignedData) parseCertificates(body *cryptobyte.String) bool {
	var set cryptobyte.String
	var present bool
	if !body.ReadOptionalASN1(&set, &present, tagCertificates) {
		return false
	}
	for !set.Empty() {
		var der cryptobyte.String
		if !set.ReadASN1Element(&der, asn1.SEQUENCE) || len(s.Certificates) == maxElements {
			return false
		}
		s.Certificates = append(s.Certificates, der)
	}
	return true
}

// parseRevocationLists reads RevocationInfoChoices. Of its choices only a
// revocation list is known: others are for version 5 of SignedData (RFC 5652,
// 5.1).
func (s *SignedData) parseRevocationLists(body *cryptobyte.String) bool {
	var set cryptobyte.String
	var present bool
	if !body.ReadOptionalASN1(&set, &present, tagCRLs) {
		return false
	}
	if present {
		s.note(RevocationListsInside)
	}
	for !set.Empty() {
		var der cryptobyte.String
		if !set.ReadASN1Element(&der, asn1.SEQUENCE) || len(s.RevocationLists) == maxElements {
			return false
		}
		s.RevocationLists = append(s.RevocationLists, der)
	}
	return true
}

// checkDigests makes sure that digestAlgorithms lists the algorithm of every
// signer. RFC 5652, 5.1 only allows a receiver to refuse the others.
func (s *SignedData) checkDigests() error {
	for _, signer := range s.SignerInfos {
		if !slices.Contains(s.digests, signer.Digest) {
			return malformed("digestAlgorithms lack that of a signer")
		}
	}
	return nil
}

func readOID(input *cryptobyte.String, out *certificate.OID) bool {
	var body cryptobyte.String
	if !input.ReadASN1(&body, asn1.OBJECT_IDENTIFIER) {
		return false
	}
	*out = certificate.OID(body)
	return out.Valid()
}

func readAlgorithm(input *cryptobyte.String) (certificate.AlgorithmIdentifier, error) {
	var der cryptobyte.String
	if !input.ReadASN1Element(&der, asn1.SEQUENCE) {
		return certificate.AlgorithmIdentifier{}, malformed("algorithm")
	}
	a, err := certificate.ParseAlgorithmIdentifier(der)
	if err != nil {
		return a, malformed("algorithm")
	}
	return a, nil
}

func readDigest(input *cryptobyte.String) (crypto.Hash, error) {
	a, err := readAlgorithm(input)
	if err != nil {
		return 0, err
	}
	return a.Digest()
}
