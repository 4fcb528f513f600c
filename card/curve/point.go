package curve

import (
	"bytes"
	"crypto/subtle"
	"fmt"
)

// uncompressed is the first byte of an uncompressed point (SEC 1, 2.3.3).
const uncompressed = 0x04

// Point is a point of a curve, never the point at infinity. It is immutable,
// and safe for use by several goroutines, until it is wiped.
type Point struct {
	curve   *Curve
	element element
	xy      []byte
	base    bool // the generator
}

// Point decodes an uncompressed point 04‖X‖Y (SEC 1, 2.3.4). It is ErrPoint
// unless the length is exact, both coordinates are less than p, and the point
// is on the curve; compressed and hybrid points and the point at infinity are
// refused. The cofactor of all curves is 1, so no check of the order is needed.
// The bytes are copied.
func (c *Curve) Point(b []byte) (*Point, error) {
	if len(b) != 1+2*c.Size() || b[0] != uncompressed {
		return nil, fmt.Errorf("decode point of %s: %w: not an uncompressed point", c.name, ErrPoint)
	}
	e, ok := c.group.decode(b[1:])
	if !ok {
		return nil, fmt.Errorf("decode point of %s: %w: not on the curve", c.name, ErrPoint)
	}
	return &Point{curve: c, element: e, xy: bytes.Clone(b[1:])}, nil
}

// Curve is the curve of the point.
func (p *Point) Curve() *Curve { return p.curve }

// Bytes is the uncompressed encoding 04‖X‖Y, 1+2·Size bytes. The caller owns
// it.
func (p *Point) Bytes() []byte {
	return append([]byte{uncompressed}, p.xy...)
}

// X is the x-coordinate, big-endian and always Size bytes long, leading zeros
// included: the form in which PACE and chip authentication use a shared secret
// (BSI TR-03111, 3.1.3 and 4.3.1). The caller owns it.
func (p *Point) X() []byte {
	return bytes.Clone(p.xy[:len(p.xy)/2])
}

// Equal tells whether q is the same point of the same curve, in constant time.
func (p *Point) Equal(q *Point) bool {
	return p.curve == q.curve && subtle.ConstantTimeCompare(p.xy, q.xy) == 1
}

// Mul is k times p, in constant time. A scalar of another curve or one that was
// wiped is ErrScalar, a wiped point ErrPoint. With a scalar of 1 to n-1 the
// product is never infinity.
func (p *Point) Mul(k *Scalar) (*Point, error) {
	switch {
	case p.element == nil:
		return nil, fmt.Errorf("multiply point: %w: wiped", ErrPoint)
	case k.b == nil || k.curve != p.curve:
		return nil, fmt.Errorf("multiply point of %s: %w", p.curve.name, ErrScalar)
	case p.base:
		return p.curve.finite(p.curve.group.mulBase(k.b))
	}
	return p.curve.finite(p.element.mul(k.b))
}

// Add is the sum of p and q, in constant time and for all pairs of points. It
// is ErrPoint when q is -p, when the curves differ, and when a point was wiped.
func (p *Point) Add(q *Point) (*Point, error) {
	if p.element == nil || q.element == nil || p.curve != q.curve {
		return nil, fmt.Errorf("add points: %w", ErrPoint)
	}
	return p.curve.finite(p.element.add(q.element))
}

// Wipe overwrites a point that is a shared secret. The point is of no use
// afterwards; slices that Bytes and X gave before are the caller's to wipe.
func (p *Point) Wipe() {
	clear(p.xy)
	if p.element != nil {
		p.element.wipe()
		p.element = nil
	}
}

// finite makes a point of an element other than infinity.
func (c *Curve) finite(e element) (*Point, error) {
	xy, ok := e.affine()
	if !ok {
		return nil, fmt.Errorf("result on %s: %w: infinity", c.name, ErrPoint)
	}
	return &Point{curve: c, element: e, xy: xy}, nil
}
