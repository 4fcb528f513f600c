package curve

import (
	"encoding/binary"
	"math/bits"
)

// maxLimbs is enough for the order of P-521.
const maxLimbs = 9

// residue is a number modulo the order of a curve in Montgomery form: x·R mod m
// with R = 2^(64·limbs), little-endian, the limbs above the modulus zero.
type residue [maxLimbs]uint64

// modulus is arithmetic modulo an odd number of any length up to maxLimbs, in
// time that depends on the modulus alone. It serves for scalars, where speed
// matters little; the field of a curve has its own.
type modulus struct {
	size  int // bytes
	bits  int
	limbs int
	m     residue // the modulus itself
	m0    uint64  // -1/m mod 2^64
	one   residue // R mod m
	rr    residue // R² mod m
	less2 []byte  // m-2, big-endian: the exponent of the inverse
}

// newModulus takes an odd big-endian modulus without leading zero bytes, whose
// last byte is at least 3.
func newModulus(b []byte) *modulus {
	m := &modulus{size: len(b), bits: 8*len(b) - bits.LeadingZeros8(b[0]), limbs: (len(b) + 7) / 8}
	load(&m.m, b)
	m.less2 = append([]byte(nil), b...)
	m.less2[len(b)-1] -= 2

	// Each step of Newton's iteration doubles the number of good bits.
	inverse := m.m[0]
	for range 5 {
		inverse *= 2 - m.m[0]*inverse
	}
	m.m0 = -inverse

	x := residue{1}
	for range 64 * m.limbs {
		m.add(&x, &x, &x)
	}
	m.one = x
	for range 64 * m.limbs {
		m.add(&x, &x, &x)
	}
	m.rr = x
	return m
}

// load reads a big-endian number of up to maxLimbs limbs.
func load(z *residue, b []byte) {
	*z = residue{}
	for i, v := range b {
		shift := len(b) - 1 - i
		z[shift/8] |= uint64(v) << (shift % 8 * 8)
	}
}

// decode sets z to the number b of the size of the modulus; it is false if b is
// not less than the modulus.
func (m *modulus) decode(z *residue, b []byte) bool {
	load(z, b)
	var borrow uint64
	for i := range m.limbs {
		_, borrow = bits.Sub64(z[i], m.m[i], borrow)
	}
	m.mul(z, z, &m.rr)
	return borrow == 1
}

// reduce sets z to the number b of up to twice the size of the modulus.
func (m *modulus) reduce(z *residue, b []byte) {
	var low residue
	cut := max(0, len(b)-8*m.limbs)
	load(&low, b[cut:])
	load(z, b[:cut])
	m.mul(&low, &low, &m.rr)
	m.mul(z, z, &m.rr)
	m.mul(z, z, &m.rr) // b = high·R + low
	m.add(z, z, &low)
	clear(low[:])
}

// encode gives the number, big-endian, of the size of the modulus.
func (m *modulus) encode(x *residue) []byte {
	var plain residue
	m.mul(&plain, x, &residue{1})
	var b [8 * maxLimbs]byte
	for i, limb := range plain {
		binary.BigEndian.PutUint64(b[8*(maxLimbs-1-i):], limb)
	}
	out := append([]byte(nil), b[len(b)-m.size:]...)
	clear(plain[:])
	clear(b[:])
	return out
}

func (m *modulus) isZero(x *residue) bool {
	var or uint64
	for _, limb := range x {
		or |= limb
	}
	return or == 0
}

// add sets z to x+y; x, y < m.
func (m *modulus) add(z, x, y *residue) {
	var sum residue
	var carry uint64
	for i := range m.limbs {
		sum[i], carry = bits.Add64(x[i], y[i], carry)
	}
	m.subtractOnce(z, &sum, carry)
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

// mul sets z to x·y/R (Montgomery's product, operand scanning). One of x, y may
// be any number below R; the other is below m.
func (m *modulus) mul(z, x, y *residue) {
	var t residue
	var top uint64
	for i := range m.limbs {
		var c, c1, c2, over uint64
		for j := range m.limbs {
			hi, lo := bits.Mul64(x[j], y[i])
			lo, c1 = bits.Add64(lo, t[j], 0)
			lo, c2 = bits.Add64(lo, c, 0)
			t[j], c = lo, hi+c1+c2
		}
		top, over = bits.Add64(top, c, 0)

		q := t[0] * m.m0
		hi, lo := bits.Mul64(q, m.m[0])
		_, c1 = bits.Add64(lo, t[0], 0)
		c = hi + c1
		for j := 1; j < m.limbs; j++ {
			hi, lo = bits.Mul64(q, m.m[j])
			lo, c1 = bits.Add64(lo, t[j], 0)
			lo, c2 = bits.Add64(lo, c, 0)
			t[j-1], c = lo, hi+c1+c2
		}
		t[m.limbs-1], c1 = bits.Add64(top, c, 0)
		top = over + c1
	}
	m.subtractOnce(z, &t, top)
}

// invert sets z to 1/x by Fermat's theorem; zero stays zero. The exponent is
// public, so its digits may choose what is multiplied.
func (m *modulus) invert(z, x *residue) {
	var powers [16]residue
	powers[0] = m.one
	for i := 1; i < len(powers); i++ {
		m.mul(&powers[i], &powers[i-1], x)
	}
	r := m.one
	for _, b := range m.less2 {
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
