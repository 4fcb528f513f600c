package curve

import (
	"bytes"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// oidPrimeField is id-prime-Field, prime-field of ANSI X9.62 (RFC 3279, 2.3.5).
var oidPrimeField = asn1.ObjectIdentifier{1, 2, 840, 10045, 1, 1}

// curves are the curves that domain parameters are matched against.
func curves() []*Curve {
	return []*Curve{
		BrainpoolP256r1(), BrainpoolP320r1(), BrainpoolP384r1(), BrainpoolP512r1(),
		P256(), P384(), P521(),
	}
}

func unknown(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, ErrUnknownCurve)...)
}

// ParseParameters finds the curve of DER-encoded domain parameters, the
// EcpkParameters of RFC 3279, 2.3.5 and BSI TR-03111, D.1.1: the object
// identifier of a named curve, or explicit parameters. Implicit parameters
// (NULL), everything else that is not a curve of this package, and data after
// the parameters are ErrUnknownCurve.
//
// Explicit parameters must be equal to those of one curve in prime, a, b,
// uncompressed generator, order and cofactor, all of them together: a curve
// that shares only some of them is how a forged generator passes for a known
// curve (CVE-2020-0601). X9.62 lets the cofactor be absent; here it must be
// present. The coefficients a and b are compared as numbers, because
// certificates of several states drop leading zero bytes or put one in front.
// The seed, which takes no part in computations, may be present and is ignored.
func ParseParameters(der []byte) (*Curve, error) {
	c, _, err := ReadParameters(der)
	return c, err
}

// Form says how domain parameters are written.
type Form struct {
	Named bool // by the object identifier of the curve, not explicitly
	// OtherLengths: a coefficient has not the length of the field, as a
	// FieldElement has to have (BSI TR-03111, 3.1.3 and D.1.1).
	OtherLengths bool
}

// ReadParameters is ParseParameters and says how the parameters are written.
func ReadParameters(der []byte) (*Curve, Form, error) {
	s := cryptobyte.String(der)
	if s.PeekASN1Tag(cbasn1.OBJECT_IDENTIFIER) {
		var oid asn1.ObjectIdentifier
		if !s.ReadASN1ObjectIdentifier(&oid) || !s.Empty() {
			return nil, Form{}, unknown("named curve: malformed")
		}
		c, err := byOID(oid)
		return c, Form{Named: true}, err
	}
	e, ok := readExplicit(s)
	if !ok {
		return nil, Form{}, unknown("explicit domain parameters: malformed")
	}
	for _, c := range curves() {
		if e.describes(c) {
			return c, Form{OtherLengths: len(e.a) != c.Size() || len(e.b) != c.Size()}, nil
		}
	}
	return nil, Form{}, unknown("explicit domain parameters of %d bits", 8*len(e.p))
}

func byOID(oid asn1.ObjectIdentifier) (*Curve, error) {
	for _, c := range curves() {
		if c.oid.Equal(oid) {
			return c, nil
		}
	}
	return nil, unknown("named curve %v", oid)
}

// explicit is SpecifiedECDomain (BSI TR-03111, D.1.1).
type explicit struct {
	p, n, cofactor []byte // big-endian, without leading zeros
	a, b           []byte // as encoded
	base           []byte // as encoded
}

func readExplicit(s cryptobyte.String) (e explicit, ok bool) {
	var parameters, field, equation cryptobyte.String
	var version int
	var fieldType asn1.ObjectIdentifier
	if !s.ReadASN1(&parameters, cbasn1.SEQUENCE) || !s.Empty() ||
		!parameters.ReadASN1Integer(&version) || version < 1 || version > 3 ||
		!parameters.ReadASN1(&field, cbasn1.SEQUENCE) ||
		!field.ReadASN1ObjectIdentifier(&fieldType) || !fieldType.Equal(oidPrimeField) ||
		!field.ReadASN1Integer(&e.p) || !field.Empty() {
		return e, false
	}
	ok = parameters.ReadASN1(&equation, cbasn1.SEQUENCE) &&
		equation.ReadASN1Bytes(&e.a, cbasn1.OCTET_STRING) &&
		equation.ReadASN1Bytes(&e.b, cbasn1.OCTET_STRING) &&
		equation.SkipOptionalASN1(cbasn1.BIT_STRING) && equation.Empty() &&
		parameters.ReadASN1Bytes(&e.base, cbasn1.OCTET_STRING) &&
		parameters.ReadASN1Integer(&e.n) &&
		parameters.ReadASN1Integer(&e.cofactor) && parameters.Empty()
	return e, ok
}

func (e explicit) describes(c *Curve) bool {
	return bytes.Equal(e.p, c.p) &&
		sameNumber(e.a, c.a) && sameNumber(e.b, c.b) &&
		len(e.base) > 0 && e.base[0] == uncompressed && bytes.Equal(e.base[1:], c.g) &&
		bytes.Equal(e.n, c.n) &&
		bytes.Equal(e.cofactor, []byte{1})
}

func sameNumber(a, b []byte) bool {
	return bytes.Equal(bytes.TrimLeft(a, "\x00"), bytes.TrimLeft(b, "\x00"))
}
