package certificate

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"
)

// MaxSize is the longest certificate that Parse reads, in bytes. Those of real
// master lists have less than 3000.
const MaxSize = 1 << 16

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
	Country        string // Subject.Country

	// DocumentTypes are the document codes that a DS may sign, such as "P" or
	// "ID"; a single letter stands for every code that begins with it (ICAO Doc
	// 9303-12, 7.1.1.6). nil when the certificate does not limit them.
	DocumentTypes []string

	// PrivateKeyUsage is privateKeyUsagePeriod (RFC 3280, 4.2.1.4; ICAO Doc
	// 9303-12, 7.1.1): when the key signs. Zero when absent.
	PrivateKeyUsage Period
	NameChange      bool // carries nameChange (ICAO Doc 9303-12, 7.1.1)
	Lab             bool // carries LabExtension

	Deviations []Deviation // what was let pass; nil when nothing
}

// Period is a span of time. A zero end is open.
type Period struct {
	NotBefore, NotAfter time.Time
}

// Fingerprint is SHA-256 of Raw.
func (c *Certificate) Fingerprint() [32]byte { return sha256.Sum256(c.Raw) }

// Parse reads one certificate that is all of der. The input is copied.
//
// Errors are ErrSyntax, ErrCritical (as *CriticalError) and ErrLab. A key that
// cannot be used is no error here; see PublicKey.Err.
func Parse(der []byte, opts Options) (*Certificate, error) {
	if len(der) > MaxSize {
		return nil, fmt.Errorf("certificate of %d bytes: %w", len(der), ErrSyntax)
	}
	return ParseInPlace(bytes.Clone(der), opts)
}

// ParseInPlace is Parse without the copy: the certificate aliases der, which
// must not be changed afterwards. It is for certificates of a list that is kept
// as a whole.
func ParseInPlace(der []byte, opts Options) (*Certificate, error) {
	if len(der) > MaxSize {
		return nil, fmt.Errorf("certificate of %d bytes: %w", len(der), ErrSyntax)
	}
	outer, err := readSigned(der)
	if err != nil {
		return nil, err
	}
	c := &Certificate{
		Raw: der, RawTBS: outer.tbs, MaxPathLen: -1,
		SignatureAlgorithm: outer.algorithm, Signature: outer.signature,
	}
	p := parser{certificate: c, opts: opts}
	p.noted = p.room[:0]
	if err := p.parseTBS(outer.tbs, outer.rawAlgorithm); err != nil {
		return nil, err
	}
	outer.algorithm.note(&p.noted)
	p.noteProfile()
	c.Deviations = p.noted.list()
	return c, nil
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
