package certificate

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

var (
	tagVersion    = asn1.Tag(0).Constructed().ContextSpecific()
	tagIssuerUID  = asn1.Tag(1).ContextSpecific()
	tagSubjectUID = asn1.Tag(2).ContextSpecific()
	tagExtensions = asn1.Tag(3).Constructed().ContextSpecific()
)

// parser is the state of ParseInPlace.
type parser struct {
	certificate *Certificate
	opts        Options
	noted       noted
	room        [12]Deviation // most certificates have no more
	known       knownExtensions
}

// parseTBS reads TBSCertificate (RFC 5280, 4.1.2). algorithm is the
// AlgorithmIdentifier outside, which the one inside has to repeat (4.1.1.2).
func (p *parser) parseTBS(tbs cryptobyte.String, algorithm []byte) error {
	var body, inner cryptobyte.String
	if !tbs.ReadASN1(&body, asn1.SEQUENCE) {
		return malformed("TBSCertificate")
	}
	version, ok := p.parseVersion(&body)
	if !ok {
		return malformed("version")
	}
	if p.certificate.Serial, ok = readInteger(&body); !ok {
		return malformed("serial number")
	}
	noteSerial(p.certificate.Serial, &p.noted)
	if !body.ReadASN1Element(&inner, asn1.SEQUENCE) || !bytes.Equal(inner, algorithm) {
		return malformed("signature algorithm differs from the signed one")
	}
	if err := p.parseSubject(&body); err != nil {
		return err
	}
	return p.parseTail(body, version)
}

// parseVersion reads the version, which is absent for version 1.
func (p *parser) parseVersion(body *cryptobyte.String) (version int, ok bool) {
	written := body.PeekASN1Tag(tagVersion)
	if !body.ReadOptionalASN1Integer(&version, tagVersion, 0) || version < 0 || version > 2 {
		return 0, false
	}
	p.noted.addIf(written && version == 0, WrittenDefault)
	p.noted.addIf(version != 2, OldVersion)
	return version, true
}

// parseSubject reads issuer, validity, subject and public key.
func (p *parser) parseSubject(body *cryptobyte.String) error {
	var ok bool
	c := p.certificate
	if c.Issuer, ok = readName(body, &p.noted); !ok {
		return malformed("issuer")
	}
	var validity cryptobyte.String
	if !body.ReadASN1(&validity, asn1.SEQUENCE) || !readTime(&validity, &c.NotBefore, &p.noted) ||
		!readTime(&validity, &c.NotAfter, &p.noted) || !validity.Empty() {
		return malformed("validity")
	}
	p.noted.addIf(c.NotAfter.Before(c.NotBefore), InvertedValidity)
	if c.Subject, ok = readName(body, &p.noted); !ok {
		return malformed("subject")
	}
	c.Country = c.Subject.Country
	p.noted.addIf(!c.Subject.Equal(c.Issuer) && c.Subject.Folded() == c.Issuer.Folded(), NamesDifferInStyle)
	if c.PublicKey, ok = readPublicKey(body, p.opts, &p.noted); !ok {
		return malformed("public key")
	}
	return nil
}

// parseTail reads what comes after the key: unique identifiers, which have no
// meaning here, and extensions.
func (p *parser) parseTail(body cryptobyte.String, version int) error {
	for _, tag := range []asn1.Tag{tagIssuerUID, tagSubjectUID} {
		p.noted.addIf(body.PeekASN1Tag(tag), UniqueIdentifier)
		if !body.SkipOptionalASN1(tag) {
			return malformed("unique identifier")
		}
	}
	var list cryptobyte.String
	var present bool
	if !body.ReadOptionalASN1(&list, &present, tagExtensions) || !body.Empty() {
		return malformed("extensions")
	}
	if !present {
		return nil
	}
	if version != 2 {
		return malformed("extensions in a certificate that is not version 3")
	}
	return p.parseExtensions(list)
}
