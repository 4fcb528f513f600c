package vcard

import "math/big"

// jacobian stands for the affine point (X/Z², Y/Z³); Z = 0 is infinity.
type jacobian struct{ x, y, z *big.Int }

func (d *domain) jacobian(p point) jacobian {
	if p.infinite() {
		return jacobian{big.NewInt(1), big.NewInt(1), new(big.Int)}
	}
	return jacobian{p.x, p.y, big.NewInt(1)}
}

func (d *domain) affine(q jacobian) point {
	if q.z.Sign() == 0 {
		return point{}
	}
	inverse := new(big.Int).ModInverse(q.z, d.p)
	square := d.mul(inverse, inverse)
	return point{d.mul(q.x, square), d.mul(q.y, d.mul(square, inverse))}
}

func (d *domain) mul(x, y *big.Int) *big.Int {
	v := new(big.Int).Mul(x, y)
	return v.Mod(v, d.p)
}

func (d *domain) sub(x, y *big.Int) *big.Int {
	v := new(big.Int).Sub(x, y)
	if v.Sign() < 0 {
		v.Add(v, d.p)
	}
	return v
}

// twice is 2x, n times over.
func (d *domain) twice(x *big.Int, n int) *big.Int {
	v := new(big.Int).Set(x)
	for range n {
		if v.Lsh(v, 1).Cmp(d.p) >= 0 {
			v.Sub(v, d.p)
		}
	}
	return v
}

// double is 2q: M = 3X² + aZ⁴, S = 4XY², X' = M² - 2S,
// Y' = M(S - X') - 8Y⁴, Z' = 2YZ.
func (d *domain) double(q jacobian) jacobian {
	if q.z.Sign() == 0 || q.y.Sign() == 0 {
		return d.jacobian(point{})
	}
	yy, zz := d.mul(q.y, q.y), d.mul(q.z, q.z)
	xx := d.mul(q.x, q.x)
	m := d.mul(d.a, d.mul(zz, zz))
	m.Add(m, xx).Add(m, d.twice(xx, 1)) // below 3p: the products reduce it
	s := d.twice(d.mul(q.x, yy), 2)
	x := d.sub(d.mul(m, m), d.twice(s, 1))
	y := d.sub(d.mul(m, d.sub(s, x)), d.twice(d.mul(yy, yy), 3))
	return jacobian{x, y, d.twice(d.mul(q.y, q.z), 1)}
}

// sum is q + r: U = XZ'², S = YZ'³ of each, H = U₂ - U₁, R = S₂ - S₁,
// X = R² - H³ - 2U₁H², Y = R(U₁H² - X) - S₁H³, Z = HZ₁Z₂.
func (d *domain) sum(q, r jacobian) jacobian {
	switch {
	case q.z.Sign() == 0:
		return r
	case r.z.Sign() == 0:
		return q
	}
	qq, rr := d.mul(q.z, q.z), d.mul(r.z, r.z)
	u1, u2 := d.mul(q.x, rr), d.mul(r.x, qq)
	s1, s2 := d.mul(q.y, d.mul(rr, r.z)), d.mul(r.y, d.mul(qq, q.z))
	h, slope := d.sub(u2, u1), d.sub(s2, s1)
	if h.Sign() == 0 {
		if slope.Sign() == 0 {
			return d.double(q)
		}
		return d.jacobian(point{})
	}
	hh := d.mul(h, h)
	hhh, v := d.mul(hh, h), d.mul(u1, hh)
	x := d.sub(d.sub(d.mul(slope, slope), hhh), d.twice(v, 1))
	y := d.sub(d.mul(slope, d.sub(v, x)), d.mul(s1, hhh))
	return jacobian{x, y, d.mul(h, d.mul(q.z, r.z))}
}

// add is p + q.
func (d *domain) add(p, q point) point {
	return d.affine(d.sum(d.jacobian(p), d.jacobian(q)))
}

// window is the number of bits of a scalar taken at once.
const window = 4

// multiply is k·p, for any k from 0.
func (d *domain) multiply(k *big.Int, p point) point {
	multiples := [1 << window]jacobian{d.jacobian(point{}), d.jacobian(p)}
	for i := 2; i < len(multiples); i++ {
		multiples[i] = d.sum(multiples[i-1], multiples[1])
	}
	result := multiples[0]
	for at := (k.BitLen()+window-1)/window*window - window; at >= 0; at -= window {
		digit := 0
		for i := window - 1; i >= 0; i-- {
			result = d.double(result)
			digit = digit<<1 | int(k.Bit(at+i))
		}
		result = d.sum(result, multiples[digit])
	}
	return d.affine(result)
}
