package certificate

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// KeyUsage is a set of the bits of the keyUsage extension (RFC 5280, 4.2.1.3).
type KeyUsage uint16

// Bits of keyUsage that travel documents use. The zero value means that the
// extension is absent or empty: nothing is allowed.
const (
	DigitalSignature KeyUsage = 1 << 0
	KeyCertSign      KeyUsage = 1 << 5
	CRLSign          KeyUsage = 1 << 6
)

// Has says whether all bits of usage are set.
func (k KeyUsage) Has(usage KeyUsage) bool { return k&usage == usage }

// parseExtensions reads Extensions (RFC 5280, 4.2). No extension may occur
// twice.
func (c *Certificate) parseExtensions(input cryptobyte.String, opts Options) error {
	var list cryptobyte.String
	if !input.ReadASN1(&list, asn1.SEQUENCE) || !input.Empty() || list.Empty() {
		return malformed("extensions")
	}
	seen := map[OID]bool{}
	for !list.Empty() {
		var body, value cryptobyte.String
		var oid OID
		var critical bool
		if !list.ReadASN1(&body, asn1.SEQUENCE) || !readOID(&body, &oid) ||
			!readFlag(&body, &critical) ||
			!body.ReadASN1(&value, asn1.OCTET_STRING) || !body.Empty() || seen[oid] {
			return malformed("extension")
		}
		seen[oid] = true
		if err := c.parseExtension(oid, critical, value, opts); err != nil {
			return err
		}
	}
	return nil
}

// readFlag reads a BOOLEAN DEFAULT FALSE. A default that is written out, and
// true as another value than FF, are against DER but occur.
func readFlag(input *cryptobyte.String, out *bool) bool {
	var value cryptobyte.String
	if !input.PeekASN1Tag(asn1.BOOLEAN) {
		return true
	}
	if !input.ReadASN1(&value, asn1.BOOLEAN) || len(value) != 1 {
		return false
	}
	*out = value[0] != 0
	return true
}

func (c *Certificate) parseExtension(oid OID, critical bool, value cryptobyte.String, opts Options) error {
	ok := true
	switch oid {
	case oidSubjectKeyID:
		ok = value.ReadASN1Bytes(&c.SubjectKeyID, asn1.OCTET_STRING) && value.Empty()
	case oidAuthorityKeyID:
		ok = c.parseAuthorityKeyID(value)
	case oidKeyUsage:
		ok = c.parseKeyUsage(value)
	case oidBasicConstraints:
		ok = c.parseBasicConstraints(value)
	case oidExtendedKeyUsage:
		ok = c.parseExtendedKeyUsage(value)
	case oidDocumentTypes:
		ok = c.parseDocumentTypes(value)
	case labExtension:
		if !opts.Lab {
			return ErrLab
		}
		ok = critical && string(value) == "\x05\x00"
		c.Lab = true
	case oidPrivateKeyPeriod, oidSubjectAltName, oidIssuerAltName, oidCRLDistribution,
		oidPolicies, oidAuthorityInfo, oidNameChange:
		// Known, and without effect on what is decided here.
	default:
		if critical {
			return &CriticalError{Extension: oid}
		}
	}
	if !ok {
		return malformed("extension " + oid.String())
	}
	return nil
}

// parseAuthorityKeyID reads keyIdentifier of AuthorityKeyIdentifier (RFC 5280,
// 4.2.1.1).
func (c *Certificate) parseAuthorityKeyID(value cryptobyte.String) bool {
	var body, id cryptobyte.String
	var present bool
	if !value.ReadASN1(&body, asn1.SEQUENCE) || !value.Empty() ||
		!body.ReadOptionalASN1(&id, &present, asn1.Tag(0).ContextSpecific()) {
		return false
	}
	if present {
		c.AuthorityKeyID = id
	}
	return body.SkipOptionalASN1(asn1.Tag(1).ContextSpecific().Constructed()) &&
		body.SkipOptionalASN1(asn1.Tag(2).ContextSpecific()) && body.Empty()
}

// parseKeyUsage reads the BIT STRING: its first bit is DigitalSignature.
func (c *Certificate) parseKeyUsage(value cryptobyte.String) bool {
	var bits cryptobyte.String
	if !value.ReadASN1(&bits, asn1.BIT_STRING) || !value.Empty() || len(bits) < 1 || len(bits) > 3 || bits[0] > 7 {
		return false
	}
	for i := range 9 {
		if at := 1 + i/8; at < len(bits) && bits[at]&(0x80>>(i%8)) != 0 {
			c.KeyUsage |= 1 << i
		}
	}
	return true
}

// parseBasicConstraints reads BasicConstraints (RFC 5280, 4.2.1.9).
func (c *Certificate) parseBasicConstraints(value cryptobyte.String) bool {
	var body cryptobyte.String
	if !value.ReadASN1(&body, asn1.SEQUENCE) || !value.Empty() ||
		!readFlag(&body, &c.IsCA) {
		return false
	}
	if body.Empty() {
		return true
	}
	return body.ReadASN1Integer(&c.MaxPathLen) && c.MaxPathLen >= 0 && body.Empty()
}

// parseExtendedKeyUsage reads ExtKeyUsageSyntax (RFC 5280, 4.2.1.12).
func (c *Certificate) parseExtendedKeyUsage(value cryptobyte.String) bool {
	var body cryptobyte.String
	if !value.ReadASN1(&body, asn1.SEQUENCE) || !value.Empty() || body.Empty() {
		return false
	}
	for !body.Empty() {
		var oid OID
		if !readOID(&body, &oid) {
			return false
		}
		c.Extended = append(c.Extended, oid)
	}
	return true
}

// parseDocumentTypes reads DocumentTypeListSyntax (ICAO Doc 9303-12, 7.1.1.6).
func (c *Certificate) parseDocumentTypes(value cryptobyte.String) bool {
	var body, set cryptobyte.String
	var version int
	if !value.ReadASN1(&body, asn1.SEQUENCE) || !value.Empty() ||
		!body.ReadASN1Integer(&version) || version != 0 ||
		!body.ReadASN1(&set, asn1.SET) || !body.Empty() {
		return false
	}
	c.DocumentTypes = []string{}
	for !set.Empty() {
		var code cryptobyte.String
		if !set.ReadASN1(&code, asn1.PrintableString) || len(code) < 1 || len(code) > 2 {
			return false
		}
		c.DocumentTypes = append(c.DocumentTypes, string(code))
	}
	return true
}
