package curve

import (
	"encoding/binary"
	"math/bits"
)

// maxLimbs is enough for the field and the order of P-521.
const maxLimbs = 9

// residue is a number modulo the order or the prime of a curve in Montgomery
// form: x·R mod m with R = 2^(64·limbs), little-endian, less than m, the limbs
// above the modulus zero.
type residue [maxLimbs]uint64

// modulus is arithmetic modulo an odd number of any length up to maxLimbs, in
// time that depends on the modulus alone. The operands of an operation may
// overlap. It serves for scalars, for the encoding of integrated mapping and for
// the fields of the larger brainpool curves; brainpoolP256r1 has field256.
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

func (m *modulus) isZero(x *residue) bool { return x.equal(&residue{}) != 0 }

// equal is all ones if x and y are the same number, else zero.
func (x *residue) equal(y *residue) uint64 {
	var differs uint64
	for i := range x {
		differs |= x[i] ^ y[i]
	}
	return equal(differs, 0)
}
