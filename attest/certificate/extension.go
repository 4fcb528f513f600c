package certificate

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// knownExtensions says which of the extensions that the profile asks for are
// there.
type knownExtensions struct {
	keyUsage, basicConstraints, privateKeyUsage bool
}

// parseExtensions reads Extensions (RFC 5280, 4.2). No extension may occur
// twice.
func (p *parser) parseExtensions(der cryptobyte.String) error {
	var x extensions
	if !x.open(der) {
		return malformed("extensions")
	}
	for !x.rest.Empty() {
		e, ok := x.next(&p.noted)
		if !ok {
			return malformed("extension")
		}
		if err := p.parseExtension(e); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) parseExtension(e extension) error {
	ok, value := true, e.value
	switch OID(e.oid) {
	case oidSubjectKeyID:
		ok = value.ReadASN1Bytes(&p.certificate.SubjectKeyID, asn1.OCTET_STRING) && value.Empty()
		p.noted.addIf(e.critical, NeedlesslyCritical)
	case oidAuthorityKeyID:
		p.certificate.AuthorityKeyID, ok = parseAuthorityKeyID(value)
		p.noted.addIf(e.critical, NeedlesslyCritical)
	case oidKeyUsage:
		ok = p.parseKeyUsage(e)
	case oidBasicConstraints:
		ok = p.parseBasicConstraints(e)
	case oidExtendedKeyUsage:
		ok = p.parseExtendedKeyUsage(value)
	case oidPrivateKeyPeriod:
		ok = p.parsePrivateKeyUsage(e)
	case oidDocumentTypes:
		ok = p.parseDocumentTypes(e)
	case oidNameChange:
		ok = string(value) == null
		p.certificate.NameChange = true
		p.noted.addIf(e.critical, NeedlesslyCritical)
	case labExtension:
		if !p.opts.Lab {
			return ErrLab
		}
		ok = e.critical && string(value) == null
		p.certificate.Lab = true
	default:
		// Alternative names, policies and distribution points are among these: they
		// have no effect here, so a critical one is not processed (RFC 5280, 4.2).
		if e.critical {
			return &CriticalError{Extension: OID(e.oid)}
		}
	}
	if !ok {
		return malformed("extension " + OID(e.oid).String())
	}
	return nil
}

// null is NULL in DER.
const null = "\x05\x00"

// parseAuthorityKeyID reads keyIdentifier of AuthorityKeyIdentifier (RFC 5280,
// 4.2.1.1). It is nil when the authority is named only by issuer and serial
// number, which are skipped.
func parseAuthorityKeyID(value cryptobyte.String) (keyID []byte, ok bool) {
	var body, id cryptobyte.String
	var present bool
	if !value.ReadASN1(&body, asn1.SEQUENCE) || !value.Empty() ||
		!body.ReadOptionalASN1(&id, &present, asn1.Tag(0).ContextSpecific()) {
		return nil, false
	}
	if present {
		keyID = id
	}
	return keyID, body.SkipOptionalASN1(asn1.Tag(1).ContextSpecific().Constructed()) &&
		body.SkipOptionalASN1(asn1.Tag(2).ContextSpecific()) && body.Empty()
}

// parsePrivateKeyUsage reads PrivateKeyUsagePeriod (RFC 3280, 4.2.1.4). At
// least one end has to be there.
func (p *parser) parsePrivateKeyUsage(e extension) bool {
	var body cryptobyte.String
	if !e.value.ReadASN1(&body, asn1.SEQUENCE) || !e.value.Empty() || body.Empty() {
		return false
	}
	period := &p.certificate.PrivateKeyUsage
	if tag := asn1.Tag(0).ContextSpecific(); body.PeekASN1Tag(tag) && !readGeneralizedTime(&body, tag, &period.NotBefore, &p.noted) {
		return false
	}
	if tag := asn1.Tag(1).ContextSpecific(); body.PeekASN1Tag(tag) && !readGeneralizedTime(&body, tag, &period.NotAfter, &p.noted) {
		return false
	}
	p.known.privateKeyUsage = true
	p.noted.addIf(e.critical, NeedlesslyCritical)
	p.noted.addIf(!period.NotAfter.IsZero() && period.NotAfter.Before(period.NotBefore), InvertedValidity)
	return body.Empty()
}

// parseExtendedKeyUsage reads ExtKeyUsageSyntax (RFC 5280, 4.2.1.12).
func (p *parser) parseExtendedKeyUsage(value cryptobyte.String) bool {
	var body cryptobyte.String
	if !value.ReadASN1(&body, asn1.SEQUENCE) || !value.Empty() || body.Empty() {
		return false
	}
	for !body.Empty() {
		var oid OID
		if !readOID(&body, &oid) {
			return false
		}
		p.certificate.Extended = append(p.certificate.Extended, oid)
	}
	return true
}

// parseDocumentTypes reads DocumentTypeListSyntax (ICAO Doc 9303-12, 7.1.1.6).
func (p *parser) parseDocumentTypes(e extension) bool {
	var body, set cryptobyte.String
	var version int
	if !e.value.ReadASN1(&body, asn1.SEQUENCE) || !e.value.Empty() ||
		!body.ReadASN1Integer(&version) || version != 0 ||
		!body.ReadASN1(&set, asn1.SET) || !body.Empty() {
		return false
	}
	noteOrder(set, &p.noted)
	p.noted.addIf(e.critical, NeedlesslyCritical)
	types := []string{}
	for !set.Empty() {
		var code cryptobyte.String
		if !set.ReadASN1(&code, asn1.PrintableString) || len(code) < 1 || len(code) > 2 {
			return false
		}
		p.noted.addIf(!printable(code), IllegalCharacters)
		types = append(types, string(code))
	}
	p.certificate.DocumentTypes = types
	return true
}
