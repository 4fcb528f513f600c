package certificate

import (
	"bytes"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// MaxSize is the longest certificate that Parse reads, in bytes. Those of real
// master lists have less than 3000.
const MaxSize = 1 << 16

// Options are the policy under which certificates are read and used. The zero
// value is the policy of production.
type Options struct {
	// Lab accepts certificates that carry LabExtension.
	Lab bool
	// SHA1 accepts signatures and digests with SHA-1, for documents of long ago.
	SHA1 bool
}

// Certificate is a parsed certificate (RFC 5280, 4.1). Its byte slices alias
// Raw, which is a copy of the input. A Certificate is not changed after Parse
// and may be shared.
type Certificate struct {
	Raw    []byte // the whole certificate, DER
	RawTBS []byte // the part that is signed, DER

	Serial             []byte // content octets of the INTEGER, as written
	Issuer, Subject    Name
	NotBefore          time.Time
	NotAfter           time.Time // the last second of validity
	PublicKey          *PublicKey
	SignatureAlgorithm AlgorithmIdentifier
	Signature          []byte

	SubjectKeyID   []byte // nil when absent
	AuthorityKeyID []byte // nil when absent
	KeyUsage       KeyUsage
	IsCA           bool
	MaxPathLen     int    // of basicConstraints; -1 when absent
	Extended       []OID  // extKeyUsage; nil when absent
	Country        string // countryName of the subject, upper case

	// DocumentTypes are the document codes that a DS may sign, such as "P" or
	// "ID"; a single letter stands for every code that begins with it (ICAO Doc
	// 9303-12, 7.1.1.6). nil when the certificate does not limit them.
	DocumentTypes []string

	Lab bool // carries LabExtension
}

var (
	tagVersion    = asn1.Tag(0).Constructed().ContextSpecific()
	tagIssuerUID  = asn1.Tag(1).ContextSpecific()
	tagSubjectUID = asn1.Tag(2).ContextSpecific()
	tagExtensions = asn1.Tag(3).Constructed().ContextSpecific()
)

// Parse reads one certificate that is all of der. The input is copied.
//
// Errors are ErrSyntax, ErrCritical (as *CriticalError) and ErrLab. A key that
// cannot be used is no error here; see PublicKey.Err.
func Parse(der []byte, opts Options) (*Certificate, error) {
	if len(der) > MaxSize {
		return nil, fmt.Errorf("certificate of %d bytes: %w", len(der), ErrSyntax)
	}
	c := &Certificate{Raw: bytes.Clone(der), MaxPathLen: -1}
	input := cryptobyte.String(c.Raw)
	var body, tbs cryptobyte.String
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !input.Empty() || !body.ReadASN1Element(&tbs, asn1.SEQUENCE) {
		return nil, malformed("outer structure")
	}
	c.RawTBS = tbs
	var outer cryptobyte.String
	if !body.ReadASN1Element(&outer, asn1.SEQUENCE) || !body.ReadASN1BitStringAsBytes(&c.Signature) || !body.Empty() {
		return nil, malformed("signature")
	}
	var err error
	if c.SignatureAlgorithm, err = ParseAlgorithmIdentifier(outer); err != nil {
		return nil, err
	}
	if err := c.parseTBS(tbs, outer, opts); err != nil {
		return nil, err
	}
	c.PublicKey.sha1 = opts.SHA1
	return c, nil
}

// parseTBS reads TBSCertificate. signature is the AlgorithmIdentifier outside,
// which the one inside has to repeat (RFC 5280, 4.1.1.2).
func (c *Certificate) parseTBS(tbs cryptobyte.String, signature []byte, opts Options) error {
	var body, inner cryptobyte.String
	if !tbs.ReadASN1(&body, asn1.SEQUENCE) {
		return malformed("TBSCertificate")
	}
	version, err := c.parseHead(&body)
	if err != nil {
		return err
	}
	if !body.ReadASN1Element(&inner, asn1.SEQUENCE) || !bytes.Equal(inner, signature) {
		return malformed("signature algorithm differs from the signed one")
	}
	if err := c.parseSubject(&body); err != nil {
		return err
	}
	if !body.SkipOptionalASN1(tagIssuerUID) || !body.SkipOptionalASN1(tagSubjectUID) {
		return malformed("unique identifier")
	}
	var extensions cryptobyte.String
	var present bool
	if !body.ReadOptionalASN1(&extensions, &present, tagExtensions) || !body.Empty() {
		return malformed("extensions")
	}
	if !present {
		return nil
	}
	if version != 2 {
		return malformed("extensions in a certificate that is not version 3")
	}
	return c.parseExtensions(extensions, opts)
}

// parseHead reads version and serial number. Negative and long serial numbers
// occur in real certificates and are kept as they are.
func (c *Certificate) parseHead(body *cryptobyte.String) (version int, err error) {
	if !body.ReadOptionalASN1Integer(&version, tagVersion, 0) || version < 0 || version > 2 {
		return 0, malformed("version")
	}
	var serial cryptobyte.String
	probe := *body
	if !probe.ReadASN1Integer(new(big.Int)) || !body.ReadASN1(&serial, asn1.INTEGER) {
		return 0, malformed("serial number")
	}
	c.Serial = serial
	return version, nil
}

// parseSubject reads issuer, validity, subject and public key.
func (c *Certificate) parseSubject(body *cryptobyte.String) error {
	var ok bool
	if c.Issuer, ok = readName(body); !ok {
		return malformed("issuer")
	}
	var validity cryptobyte.String
	if !body.ReadASN1(&validity, asn1.SEQUENCE) || !readTime(&validity, &c.NotBefore) ||
		!readTime(&validity, &c.NotAfter) || !validity.Empty() {
		return malformed("validity")
	}
	if c.Subject, ok = readName(body); !ok {
		return malformed("subject")
	}
	c.Country = c.Subject.Country
	if c.PublicKey, ok = readPublicKey(body); !ok {
		return malformed("public key")
	}
	return nil
}

// readTime parses Time (RFC 5280, 4.1.2.5).
func readTime(input *cryptobyte.String, out *time.Time) bool {
	if input.PeekASN1Tag(asn1.UTCTime) {
		return input.ReadASN1UTCTime(out)
	}
	return input.ReadASN1GeneralizedTime(out)
}

// CheckSignatureFrom verifies the certificate's signature with the key of
// issuer, and nothing else: names, key usage and validity are the caller's to
// judge. Errors are those of PublicKey.Verify.
func (c *Certificate) CheckSignatureFrom(issuer *Certificate) error {
	algorithm, err := c.SignatureAlgorithm.SignatureAlgorithm(0)
	if err != nil {
		return err
	}
	return issuer.PublicKey.Verify(algorithm, c.RawTBS, c.Signature)
}

// ValidAt says whether now lies within the validity of the certificate (RFC
// 5280, 4.1.2.5): both ends belong to it.
func (c *Certificate) ValidAt(now time.Time) bool {
	return !now.Before(c.NotBefore) && !now.Truncate(time.Second).After(c.NotAfter)
}
