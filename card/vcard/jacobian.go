package vcard

import "math/big"

// jacobian stands for the affine point (X/Z², Y/Z³); Z = 0 is infinity.
type jacobian struct{ x, y, z big.Int }

// set makes q the affine point p.
func (q *jacobian) set(p point) {
	if p.infinite() {
		q.x.SetInt64(1)
		q.y.SetInt64(1)
		q.z.SetInt64(0)
		return
	}
	q.x.Set(p.x)
	q.y.Set(p.y)
	q.z.SetInt64(1)
}

// copyFrom makes q the same point as r.
func (q *jacobian) copyFrom(r *jacobian) {
	q.x.Set(&r.x)
	q.y.Set(&r.y)
	q.z.Set(&r.z)
}

func (q *jacobian) infinite() bool { return q.z.Sign() == 0 }

// calculation is the formulas of a curve with room for what they compute on
// the way, so that one multiplication of a point allocates little. Results may
// be written over operands.
type calculation struct {
	*domain
	product, quotient big.Int
	t                 [9]big.Int
}

func (d *domain) calculate() *calculation { return &calculation{domain: d} }

// mul is z = xy mod p.
func (c *calculation) mul(z, x, y *big.Int) {
	c.product.Mul(x, y)
	c.quotient.QuoRem(&c.product, c.p, z)
}

// sub is z = x - y mod p.
func (c *calculation) sub(z, x, y *big.Int) {
	if z.Sub(x, y).Sign() < 0 {
		z.Add(z, c.p)
	}
}

// shift is z = 2ⁿx mod p.
func (c *calculation) shift(z, x *big.Int, n uint) {
	z.Lsh(x, n)
	for z.Cmp(c.p) >= 0 {
		z.Sub(z, c.p)
	}
}

// double makes q 2ⁿq. With W = aZ⁴, one doubling is M = 3X² + W, S = 4XY²,
// X' = M² - 2S, Y' = M(S - X') - 8Y⁴, Z' = 2YZ, W' = 16Y⁴W.
func (c *calculation) double(q *jacobian, n int) {
	yy, eight, m, s, w := &c.t[0], &c.t[1], &c.t[2], &c.t[3], &c.t[4]
	c.mul(w, &q.z, &q.z)
	c.mul(w, w, w)
	c.mul(w, w, c.a)
	for range n {
		c.mul(&q.z, &q.y, &q.z)
		c.shift(&q.z, &q.z, 1)
		c.mul(yy, &q.y, &q.y)
		c.mul(eight, yy, yy)
		c.shift(eight, eight, 3)
		c.mul(m, &q.x, &q.x)
		c.shift(s, m, 1)
		m.Add(m, s).Add(m, w) // below 3p: the products reduce it
		c.mul(s, &q.x, yy)
		c.shift(s, s, 2)
		c.mul(&q.x, m, m)
		c.sub(&q.x, &q.x, s)
		c.sub(&q.x, &q.x, s)
		c.sub(s, s, &q.x)
		c.mul(&q.y, m, s)
		c.sub(&q.y, &q.y, eight)
		c.mul(w, w, eight)
		c.shift(w, w, 1)
	}
}

// add makes q q + r: U = XZ'², S = YZ'³ of each, H = U₂ - U₁, R = S₂ - S₁,
// X = R² - H³ - 2U₁H², Y = R(U₁H² - X) - S₁H³, Z = HZ₁Z₂.
func (c *calculation) add(q, r *jacobian) {
	switch {
	case r.infinite():
		return
	case q.infinite():
		q.copyFrom(r)
		return
	}
	u1, s1, square := &c.t[0], &c.t[1], &c.t[2]
	c.mul(square, &r.z, &r.z)
	c.mul(u1, &q.x, square)
	c.mul(square, square, &r.z)
	c.mul(s1, &q.y, square)
	u2, s2 := &c.t[3], &c.t[4]
	c.mul(square, &q.z, &q.z)
	c.mul(u2, &r.x, square)
	c.mul(square, square, &q.z)
	c.mul(s2, &r.y, square)
	c.mul(&q.z, &q.z, &r.z)
	c.chord(q, u1, s1, u2, s2)
}

// addAffine makes q q + p, which takes fewer products than add.
func (c *calculation) addAffine(q *jacobian, p point) {
	switch {
	case p.infinite():
		return
	case q.infinite():
		q.set(p)
		return
	}
	u1, s1, square, u2, s2 := &c.t[0], &c.t[1], &c.t[2], &c.t[3], &c.t[4]
	u1.Set(&q.x)
	s1.Set(&q.y)
	c.mul(square, &q.z, &q.z)
	c.mul(u2, p.x, square)
	c.mul(square, square, &q.z)
	c.mul(s2, p.y, square)
	c.chord(q, u1, s1, u2, s2)
}

// chord ends an addition, with the product of both Z in q.z, so that (U₁, S₁,
// that product) is q.
func (c *calculation) chord(q *jacobian, u1, s1, u2, s2 *big.Int) {
	h, slope := &c.t[5], &c.t[6]
	c.sub(h, u2, u1)
	c.sub(slope, s2, s1)
	switch {
	case h.Sign() == 0 && slope.Sign() == 0:
		q.x.Set(u1)
		q.y.Set(s1)
		c.double(q, 1)
		return
	case h.Sign() == 0:
		q.set(point{})
		return
	}
	hh, hhh := &c.t[7], &c.t[8]
	c.mul(&q.z, &q.z, h)
	c.mul(hh, h, h)
	c.mul(hhh, hh, h)
	c.mul(hh, hh, u1)
	c.mul(&q.x, slope, slope)
	c.sub(&q.x, &q.x, hhh)
	c.sub(&q.x, &q.x, hh)
	c.sub(&q.x, &q.x, hh)
	c.sub(hh, hh, &q.x)
	c.mul(&q.y, slope, hh)
	c.mul(hhh, hhh, s1)
	c.sub(&q.y, &q.y, hhh)
}
