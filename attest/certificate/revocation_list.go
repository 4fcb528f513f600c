package certificate

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// MaxListSize is the longest revocation list that ParseRevocationList reads, in
// bytes: 26,000 entries with serial numbers of 20 octets.
const MaxListSize = 1 << 20

// RevocationList is a parsed certificate revocation list (RFC 5280, 5; the CRL
// profile of ICAO Doc 9303-12): a complete list of its issuer's certificates.
// Its byte slices alias Raw, which is a copy of the input. A RevocationList is
// not changed after ParseRevocationList and may be shared.
type RevocationList struct {
	Raw    []byte // the whole list, DER
	RawTBS []byte // the part that is signed, DER

	Issuer             Name
	ThisUpdate         time.Time
	NextUpdate         time.Time // zero when absent
	SignatureAlgorithm AlgorithmIdentifier
	Signature          []byte

	AuthorityKeyID []byte // nil when absent
	Number         []byte // cRLNumber, content octets of the INTEGER; nil when absent
	Lab            bool   // carries LabExtension

	Deviations []Deviation // what was let pass; nil when nothing

	entries entries
}

// ParseRevocationList reads one list that is all of der. The input is copied.
//
// Only a list of version 2 that covers all certificates of its issuer is read:
// deltaCRLIndicator, issuingDistributionPoint and certificateIssuer, which
// narrow or widen what a list speaks of, are a *CriticalError even where they
// are not marked as critical; the CRL profile of ICAO Doc 9303-12 excludes them.
// Errors are ErrSyntax, ErrCritical (as *CriticalError) and ErrLab. Memory and
// time are bounded by the size of the input.
func ParseRevocationList(der []byte, opts Options) (*RevocationList, error) {
	if len(der) > MaxListSize {
		return nil, fmt.Errorf("revocation list of %d bytes: %w", len(der), ErrSyntax)
	}
	l := &RevocationList{Raw: bytes.Clone(der)}
	outer, err := readSigned(l.Raw)
	if err != nil {
		return nil, err
	}
	l.RawTBS, l.Signature, l.SignatureAlgorithm = outer.tbs, outer.signature, outer.algorithm
	p := listParser{list: l, opts: opts}
	if err := p.parseTBS(l.RawTBS, outer.rawAlgorithm); err != nil {
		return nil, err
	}
	l.Deviations = p.noted.list()
	return l, nil
}

// CheckSignatureFrom verifies the list's signature with the key of issuer, and
// nothing else: names, key usage and dates are the caller's to judge. Errors are
// those of PublicKey.Verify.
func (l *RevocationList) CheckSignatureFrom(issuer *Certificate) error {
	algorithm, err := l.SignatureAlgorithm.SignatureAlgorithm(0)
	if err != nil {
		return err
	}
	return issuer.PublicKey.Verify(algorithm, l.RawTBS, l.Signature)
}

// Fingerprint is SHA-256 of Raw.
func (l *RevocationList) Fingerprint() [32]byte { return sha256.Sum256(l.Raw) }

// listParser is the state of ParseRevocationList.
type listParser struct {
	list  *RevocationList
	opts  Options
	noted noted
}

// parseTBS reads TBSCertList (RFC 5280, 5.1.2). algorithm is the
// AlgorithmIdentifier outside, which the one inside has to repeat.
func (p *listParser) parseTBS(tbs cryptobyte.String, algorithm []byte) error {
	var body, inner cryptobyte.String
	var version int
	if !tbs.ReadASN1(&body, asn1.SEQUENCE) {
		return malformed("TBSCertList")
	}
	if !body.PeekASN1Tag(asn1.INTEGER) || !body.ReadASN1Integer(&version) || version != 1 {
		return malformed("revocation list is not of version 2")
	}
	if !body.ReadASN1Element(&inner, asn1.SEQUENCE) || !bytes.Equal(inner, algorithm) {
		return malformed("signature algorithm differs from the signed one")
	}
	var ok bool
	if p.list.Issuer, ok = readName(&body, &p.noted); !ok {
		return malformed("issuer")
	}
	if !p.parseUpdates(&body) {
		return malformed("thisUpdate or nextUpdate")
	}
	if body.PeekASN1Tag(asn1.SEQUENCE) {
		if err := p.parseEntries(&body); err != nil {
			return err
		}
	}
	return p.parseExtensions(body)
}

func (p *listParser) parseUpdates(body *cryptobyte.String) bool {
	if !readTime(body, &p.list.ThisUpdate, &p.noted) {
		return false
	}
	if !body.PeekASN1Tag(asn1.UTCTime) && !body.PeekASN1Tag(asn1.GeneralizedTime) {
		p.noted.add(MissingNextUpdate)
		return true
	}
	if !readTime(body, &p.list.NextUpdate, &p.noted) {
		return false
	}
	p.noted.addIf(p.list.NextUpdate.Before(p.list.ThisUpdate), InvertedValidity)
	return true
}

// parseExtensions reads crlExtensions (RFC 5280, 5.2), which end the list.
func (p *listParser) parseExtensions(body cryptobyte.String) error {
	defer p.noteProfile()
	if body.Empty() {
		return nil
	}
	var list cryptobyte.String
	var x extensions
	if !body.ReadASN1(&list, tagListExtensions) || !body.Empty() || !x.open(list) {
		return malformed("crlExtensions")
	}
	for !x.rest.Empty() {
		e, ok := x.next(&p.noted)
		if !ok {
			return malformed("crlExtensions")
		}
		if err := p.parseExtension(e); err != nil {
			return err
		}
	}
	return nil
}

var tagListExtensions = asn1.Tag(0).Constructed().ContextSpecific()

func (p *listParser) parseExtension(e extension) error {
	ok := true
	switch OID(e.oid) {
	case oidAuthorityKeyID:
		p.list.AuthorityKeyID, ok = parseAuthorityKeyID(e.value)
		p.noted.addIf(e.critical, NeedlesslyCritical)
	case oidNumber:
		p.list.Number, ok = readInteger(&e.value)
		ok = ok && e.value.Empty()
		p.noted.addIf(ok && (len(p.list.Number) > maxSerial || p.list.Number[0] >= 0x80), LongNumber)
		p.noted.addIf(e.critical, NeedlesslyCritical)
	case labExtension:
		if !p.opts.Lab {
			return ErrLab
		}
		ok = e.critical && string(e.value) == null
		p.list.Lab = true
	case oidDeltaIndicator, oidIssuingPoint:
		return &CriticalError{Extension: OID(e.oid)}
	default:
		if e.critical {
			return &CriticalError{Extension: OID(e.oid)}
		}
	}
	if !ok {
		return malformed("extension " + OID(e.oid).String())
	}
	return nil
}

// noteProfile notes what the profile of revocation lists asks for and the list
// does not have (RFC 5280, 5.2; the CRL profile of ICAO Doc 9303-12).
func (p *listParser) noteProfile() {
	p.noted.addIf(p.list.AuthorityKeyID == nil, MissingAuthorityKeyID)
	p.noted.addIf(p.list.Number == nil, MissingNumber)
	p.list.SignatureAlgorithm.note(&p.noted)
}
