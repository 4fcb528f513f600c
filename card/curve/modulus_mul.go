package curve

import "math/bits"

// add sets z to x+y.
func (m *modulus) add(z, x, y *residue) {
	var sum residue
	var carry uint64
	for i := range m.limbs {
		sum[i], carry = bits.Add64(x[i], y[i], carry)
	}
	m.subtractOnce(z, &sum, carry)
}

// sub sets z to x-y.
func (m *modulus) sub(z, x, y *residue) {
	var d residue
	var borrow, carry uint64
	for i := range m.limbs {
		d[i], borrow = bits.Sub64(x[i], y[i], borrow)
	}
	mask := -borrow // all ones when m must be added back
	for i := range m.limbs {
		z[i], carry = bits.Add64(d[i], m.m[i]&mask, carry)
	}
}

// triple sets z to 3x.
func (m *modulus) triple(z, x *residue) {
	var twice residue
	m.add(&twice, x, x)
	m.add(z, &twice, x)
}

// copyIf sets z to x if mask is all ones and leaves it if mask is zero.
func (z *residue) copyIf(x *residue, mask uint64) {
	for i := range z {
		z[i] ^= mask & (z[i] ^ x[i])
	}
}

// subtractOnce sets z to x mod m for x < 2m, x with a limb more on top.
func (m *modulus) subtractOnce(z, x *residue, top uint64) {
	var d residue
	var borrow uint64
	for i := range m.limbs {
		d[i], borrow = bits.Sub64(x[i], m.m[i], borrow)
	}
	_, borrow = bits.Sub64(top, 0, borrow)
	keep := -borrow
	for i := range m.limbs {
		z[i] = x[i]&keep | d[i]&^keep
	}
}

// mul sets z to x·y/R: Montgomery's product, a row of the product and a step of
// the reduction in one pass. One of x, y may be any number below R; the other is
// below m.
func (m *modulus) mul(z, x, y *residue) {
	var sum residue
	var top uint64
	t, factor, prime := sum[:m.limbs], x[:m.limbs], m.m[:m.limbs]
	for _, limb := range y[:m.limbs] {
		hi, lo := bits.Mul64(factor[0], limb)
		lo, c := bits.Add64(lo, t[0], 0)
		product := hi + c // carry of the row
		q := lo * m.m0
		hi, low := bits.Mul64(prime[0], q)
		_, c = bits.Add64(low, lo, 0)
		multiple := hi + c // carry of the reduction
		for j := 1; j < len(t) && j < len(factor) && j < len(prime); j++ {
			hi, lo = bits.Mul64(factor[j], limb)
			lo, c = bits.Add64(lo, t[j], 0)
			hi += c
			lo, c = bits.Add64(lo, product, 0)
			product = hi + c
			hi, low = bits.Mul64(prime[j], q)
			low, c = bits.Add64(low, lo, 0)
			hi += c
			t[j-1], c = bits.Add64(low, multiple, 0)
			multiple = hi + c
		}
		last, c1 := bits.Add64(product, multiple, 0)
		t[len(t)-1], c = bits.Add64(last, top, 0)
		top = c1 + c
	}
	m.subtractOnce(z, &sum, top)
}

// exp sets z to x to the power of a big-endian exponent. The exponent is public,
// so its digits may choose what is multiplied.
func (m *modulus) exp(z, x *residue, exponent []byte) {
	var powers [16]residue
	powers[0] = m.one
	for i := 1; i < len(powers); i++ {
		m.mul(&powers[i], &powers[i-1], x)
	}
	r := m.one
	for _, b := range exponent {
		for _, digit := range []byte{b >> 4, b & 0xF} {
			for range 4 {
				m.mul(&r, &r, &r)
			}
			m.mul(&r, &r, &powers[digit])
		}
	}
	*z = r
	clear(powers[:])
}

// invert sets z to 1/x by Fermat's theorem; zero stays zero.
func (m *modulus) invert(z, x *residue) { m.exp(z, x, m.less2) }
