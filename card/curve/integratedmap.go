package curve

import "fmt"

// IntegratedMap is the point encoding of integrated mapping (ICAO Doc 9303-11,
// Appendix B.2, after Brier, Coron, Icart, Madore, Randriam and Tibouchi): r is
// the output of the pseudorandom function, a big-endian number of 1 to 2·Size
// bytes, and is reduced modulo p first. The result is the mapped generator, in
// time and memory access that do not depend on r. It is a secret of the run:
// who knows it can try passwords against a recording, so its owner wipes it.
//
// It is ErrPoint when the length is out of range, and when r modulo p is 0, 1 or
// p-1, where the encoding divides by zero and has no point: random nonces give
// that with a probability of about 3/p.
func (c *Curve) IntegratedMap(r []byte) (*Point, error) {
	if len(r) == 0 || len(r) > 2*c.Size() {
		return nil, fmt.Errorf("integrated mapping on %s: %w: %d bytes", c.name, ErrPoint, len(r))
	}
	var e encoding
	defer func() { e = encoding{} }()
	c.field.reduce(&e.t, r)
	if !e.compute(c) {
		return nil, fmt.Errorf("integrated mapping on %s: %w: infinity", c.name, ErrPoint)
	}
	xy := append(c.field.encode(&e.x), c.field.encode(&e.y)...)
	element, ok := c.group.decode(xy)
	if !ok {
		clear(xy)
		return nil, fmt.Errorf("integrated mapping on %s: %w: not on the curve", c.name, ErrPoint)
	}
	return &Point{curve: c, element: element, xy: xy}, nil
}

// encoding is what ICAO Doc 9303-11, B.2 computes of t; the names are its own,
// but for d, which is a·(α+α²), and for w and χ, of which A is the product.
type encoding struct {
	t, alpha, d, x2, x3, h2, w, chi, u, x, y residue
}

// compute sets x and y; it is false when d is zero, where X2 is not defined.
// Both candidates are computed and one is chosen by a mask.
func (e *encoding) compute(c *Curve) bool {
	f := c.field
	var a, b, zero residue
	f.decode(&a, c.a)
	f.decode(&b, c.b)

	// α = -t²; X2 = -b/a·(1 + 1/(α+α²)) = -b·(1+α+α²) / (a·(α+α²)); X3 = α·X2
	f.mul(&e.alpha, &e.t, &e.t)
	f.sub(&e.alpha, &zero, &e.alpha)
	f.mul(&e.d, &e.alpha, &e.alpha)
	f.add(&e.d, &e.d, &e.alpha)
	f.add(&e.x2, &e.d, &f.one)
	f.mul(&e.x2, &e.x2, &b)
	f.sub(&e.x2, &zero, &e.x2)
	f.mul(&e.d, &e.d, &a)
	defined := !f.isZero(&e.d)
	f.invert(&e.d, &e.d)
	f.mul(&e.x2, &e.x2, &e.d)
	f.mul(&e.x3, &e.alpha, &e.x2)

	// h2 = X2³ + a·X2 + b
	f.mul(&e.h2, &e.x2, &e.x2)
	f.add(&e.h2, &e.h2, &a)
	f.mul(&e.h2, &e.h2, &e.x2)
	f.add(&e.h2, &e.h2, &b)

	// A = h2^(p-1-(p+1)/4) is w·χ with w = h2^((p-3)/4) and χ = w²·h2, which is
	// 1 when h2 is a square and -1 when not; A²·h2 is χ too.
	f.exp(&e.w, &e.h2, quarter(c.p))
	f.mul(&e.y, &e.w, &e.h2)
	f.mul(&e.chi, &e.y, &e.w)
	square := e.chi.equal(&f.one)
	f.mul(&e.y, &e.y, &e.chi) // A·h2

	// U = t³·h2; (X2, A·h2) when χ is 1, else (X3, A·U)
	f.mul(&e.u, &e.t, &e.alpha)
	f.mul(&e.u, &e.u, &e.y)
	f.sub(&e.u, &zero, &e.u) // A·U, as α is -t²
	e.x = e.x3
	e.x.copyIf(&e.x2, square)
	e.u.copyIf(&e.y, square)
	e.y = e.u
	return defined
}

// quarter is p/4, rounded down, big-endian and of the length of p: (p-3)/4 for
// the primes here, which are all 3 modulo 4.
func quarter(p []byte) []byte {
	q := make([]byte, len(p))
	for i := range p {
		q[i] = p[i] >> 2
		if i > 0 {
			q[i] |= p[i-1] << 6
		}
	}
	return q
}
