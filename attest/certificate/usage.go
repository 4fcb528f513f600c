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

// parseKeyUsage reads the BIT STRING: its first bit is DigitalSignature. The
// bits that do not count have to be zero.
func (p *parser) parseKeyUsage(e extension) bool {
	var bits cryptobyte.String
	if !e.value.ReadASN1(&bits, asn1.BIT_STRING) || !e.value.Empty() || len(bits) < 1 || len(bits) > 3 || bits[0] > 7 {
		return false
	}
	spare, octets := bits[0], bits[1:]
	if len(octets) == 0 && spare != 0 || len(octets) > 0 && octets[len(octets)-1]&(1<<spare-1) != 0 {
		return false
	}
	for i := range min(9, 8*len(octets)) {
		if octets[i/8]&(0x80>>(i%8)) != 0 {
			p.certificate.KeyUsage |= 1 << i
		}
	}
	p.known.keyUsage = true
	p.noted.addIf(!e.critical, NotCritical)
	p.noted.addIf(p.certificate.KeyUsage == 0, EmptyKeyUsage)
	p.noted.addIf(len(octets) > 0 && octets[len(octets)-1]&(1<<spare) == 0, TrailingZeroBits)
	return true
}

// parseBasicConstraints reads BasicConstraints (RFC 5280, 4.2.1.9).
func (p *parser) parseBasicConstraints(e extension) bool {
	var body cryptobyte.String
	c := p.certificate
	if !e.value.ReadASN1(&body, asn1.SEQUENCE) || !e.value.Empty() ||
		!readBoolean(&body, &c.IsCA, &p.noted) {
		return false
	}
	p.known.basicConstraints = true
	p.noted.addIf(!e.critical, NotCritical)
	if body.Empty() {
		return true
	}
	return body.ReadASN1Integer(&c.MaxPathLen) && c.MaxPathLen >= 0 && body.Empty()
}

// noteProfile notes what the profiles of authorities and signers ask for and
// the certificate does not have (RFC 5280, 4.2, and ICAO Doc 9303-12, 7.1).
func (p *parser) noteProfile() {
	c, n := p.certificate, &p.noted
	certSign := c.KeyUsage.Has(KeyCertSign)
	n.addIf(!p.known.keyUsage, MissingKeyUsage)
	n.addIf(!p.known.privateKeyUsage, MissingPrivateKeyUsage)
	n.addIf(!p.known.basicConstraints && certSign, MissingBasicConstraints)
	n.addIf(p.known.basicConstraints && p.known.keyUsage && c.IsCA != certSign, AuthorityMismatch)
	n.addIf(c.IsCA && c.MaxPathLen != 0 || !c.IsCA && c.MaxPathLen >= 0, PathLength)
	n.addIf(c.SubjectKeyID == nil && (c.IsCA || certSign), MissingSubjectKeyID)
	n.addIf(c.AuthorityKeyID == nil && !c.Issuer.Equal(c.Subject), MissingAuthorityKeyID)
	task := DigitalSignature
	if c.IsCA || certSign {
		task = KeyCertSign | CRLSign
	}
	n.addIf(c.KeyUsage&^task != 0, ForeignKeyUsage)
}
