package curve

import (
	"bytes"
	"crypto/elliptic"
	"encoding/asn1"
	"errors"
	"slices"
)

// Causes of the errors of this package.
var (
	// ErrUnknownCurve: the domain parameters are not exactly those of a curve of
	// this package, or are not well formed.
	ErrUnknownCurve = errors.New("unknown elliptic curve")
	// ErrPoint: not a point of the curve, the point at infinity, or a point of
	// another curve.
	ErrPoint = errors.New("invalid point")
	// ErrScalar: not a number from 1 to n-1, or a scalar of another curve or one
	// that was wiped.
	ErrScalar = errors.New("invalid scalar")
	// ErrDigest: there is nothing to sign.
	ErrDigest = errors.New("empty digest")
)

// Curve is one elliptic curve y² = x³ + ax + b over a prime field with a
// generator of prime order n and cofactor 1. Curves are immutable and safe for
// use by several goroutines; each function that gives a curve always gives the
// same pointer, so curves may be compared with ==.
type Curve struct {
	name      string
	oid       asn1.ObjectIdentifier
	parameter int // ICAO Doc 9303-11, 9.5.1; 0: none

	p, a, b []byte // big-endian, the size of the field
	g       []byte // generator, X‖Y
	n       []byte // order
	field   *modulus
	order   *modulus
	group   group

	// standard is the curve of the standard library, whose ECDSA verification
	// is used; nil where it has none.
	standard elliptic.Curve
}

// Name is the name of the curve in its own specification: "brainpoolP256r1"
// (RFC 5639), "P-256" (NIST SP 800-186).
func (c *Curve) Name() string { return c.name }

// OID is the object identifier of the named curve (RFC 5639, 4; RFC 5480,
// 2.1.1.1). The caller owns it.
func (c *Curve) OID() asn1.ObjectIdentifier { return slices.Clone(c.oid) }

// Size is the length of a field element, and so of a coordinate, in bytes.
func (c *Curve) Size() int { return len(c.p) }

// ScalarSize is the length of the order n in bytes.
func (c *Curve) ScalarSize() int { return c.order.size }

// Generator is the base point G. Its multiplication is faster than that of
// other points on the curves of 256 bits and on P-384 and P-521, and as fast on
// the larger brainpool curves.
func (c *Curve) Generator() *Point {
	return &Point{curve: c, base: true, element: c.group.generator(), xy: bytes.Clone(c.g)}
}

// ByParameterID gives the curve with an identifier of the standardized domain
// parameters of ICAO Doc 9303-11, 9.5.1: 12 P-256, 13 brainpoolP256r1, 14
// brainpoolP320r1, 15 P-384, 16 brainpoolP384r1, 17 brainpoolP512r1, 18 P-521.
// Every other identifier, finite fields included, is ErrUnknownCurve.
func ByParameterID(id int) (*Curve, error) {
	for _, c := range curves() {
		if c.parameter == id {
			return c, nil
		}
	}
	return nil, unknown("domain parameter identifier %d", id)
}
