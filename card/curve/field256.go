package curve

import (
	"encoding/binary"
	"math/bits"
)

// field256 is an element of the field of brainpoolP256r1 in Montgomery form:
// x·R mod p with R = 2^256, little-endian, always less than p. The operations
// take the same time for all operands and allow any of them to overlap.
type field256 [4]uint64

// The prime p (RFC 5639, 3.4), -1/p mod 2^64, and R² mod p, little-endian.
const (
	p0 = 0x2013481d1f6e5377
	p1 = 0x6e3bf623d5262028
	p2 = 0x3e660a909d838d72
	p3 = 0xa9fb57dba1eea9bc

	negInverseP = 0xc6a75590cefd89b9

	rr0 = 0x8cfedf7ba6465b6c
	rr1 = 0x5cce4c26614d4f4d
	rr2 = 0xa1ecdacd6b1ac807
	rr3 = 0x4717aa21e5957fa8
)

// exponentOfInverse is p-2, big-endian.
const exponentOfInverse = "\xa9\xfb\x57\xdb\xa1\xee\xa9\xbc\x3e\x66\x0a\x90\x9d\x83\x8d\x72" +
	"\x6e\x3b\xf6\x23\xd5\x26\x20\x28\x20\x13\x48\x1d\x1f\x6e\x53\x75"

// decode sets z to a big-endian number of 32 bytes; it is false if the number
// is not less than p.
func (z *field256) decode(b []byte) bool {
	for i := range z {
		z[i] = binary.BigEndian.Uint64(b[24-8*i : 32-8*i])
	}
	_, borrow := bits.Sub64(z[0], p0, 0)
	_, borrow = bits.Sub64(z[1], p1, borrow)
	_, borrow = bits.Sub64(z[2], p2, borrow)
	_, borrow = bits.Sub64(z[3], p3, borrow)
	z.mul(z, &field256{rr0, rr1, rr2, rr3})
	return borrow == 1
}

// append appends the number as 32 big-endian bytes.
func (z *field256) append(b []byte) []byte {
	var plain field256
	plain.mul(z, &field256{1})
	for i := range plain {
		b = binary.BigEndian.AppendUint64(b, plain[3-i])
	}
	return b
}

// setOne sets z to R mod p, which is R-p because p > R/2.
func (z *field256) setOne() {
	var borrow uint64
	z[0], borrow = bits.Sub64(0, p0, 0)
	z[1], borrow = bits.Sub64(0, p1, borrow)
	z[2], borrow = bits.Sub64(0, p2, borrow)
	z[3], _ = bits.Sub64(0, p3, borrow)
}

func (z *field256) isZero() bool { return z[0]|z[1]|z[2]|z[3] == 0 }

func (z *field256) add(x, y *field256) {
	t0, c := bits.Add64(x[0], y[0], 0)
	t1, c := bits.Add64(x[1], y[1], c)
	t2, c := bits.Add64(x[2], y[2], c)
	t3, c := bits.Add64(x[3], y[3], c)
	z.subtractOnce(t0, t1, t2, t3, c)
}

// triple sets z to 3x.
func (z *field256) triple(x *field256) {
	var twice field256
	twice.add(x, x)
	z.add(&twice, x)
}

func (z *field256) sub(x, y *field256) {
	t0, b := bits.Sub64(x[0], y[0], 0)
	t1, b := bits.Sub64(x[1], y[1], b)
	t2, b := bits.Sub64(x[2], y[2], b)
	t3, b := bits.Sub64(x[3], y[3], b)
	mask := -b // all ones when p must be added back
	var c uint64
	z[0], c = bits.Add64(t0, p0&mask, 0)
	z[1], c = bits.Add64(t1, p1&mask, c)
	z[2], c = bits.Add64(t2, p2&mask, c)
	z[3], _ = bits.Add64(t3, p3&mask, c)
}

// equal is all ones if a and b are equal, else zero.
func equal(a, b uint64) uint64 {
	d := a ^ b
	return (d|-d)>>63 - 1
}

// copyIf sets z to x if mask is all ones and leaves it if mask is zero.
func (z *field256) copyIf(x *field256, mask uint64) {
	z[0] ^= mask & (z[0] ^ x[0])
	z[1] ^= mask & (z[1] ^ x[1])
	z[2] ^= mask & (z[2] ^ x[2])
	z[3] ^= mask & (z[3] ^ x[3])
}

// negateIf sets z to -z if mask is all ones and leaves it if mask is zero.
func (z *field256) negateIf(mask uint64) {
	var negative field256
	negative.sub(&field256{}, z)
	z.copyIf(&negative, mask)
}

// subtractOnce sets z to t mod p for t < 2p.
func (z *field256) subtractOnce(t0, t1, t2, t3, t4 uint64) {
	d0, b := bits.Sub64(t0, p0, 0)
	d1, b := bits.Sub64(t1, p1, b)
	d2, b := bits.Sub64(t2, p2, b)
	d3, b := bits.Sub64(t3, p3, b)
	_, b = bits.Sub64(t4, 0, b)
	mask := -b // all ones when t < p
	z[0] = d0 ^ mask&(d0^t0)
	z[1] = d1 ^ mask&(d1^t1)
	z[2] = d2 ^ mask&(d2^t2)
	z[3] = d3 ^ mask&(d3^t3)
}

// invert sets z to 1/x by Fermat's theorem; zero stays zero. The exponent is
// public, so its digits may choose what is multiplied.
func (z *field256) invert(x *field256) {
	var powers [16]field256
	powers[0].setOne()
	for i := 1; i < len(powers); i++ {
		powers[i].mul(&powers[i-1], x)
	}
	r := powers[0]
	for i := range len(exponentOfInverse) {
		for _, digit := range [2]byte{exponentOfInverse[i] >> 4, exponentOfInverse[i] & 0xF} {
			r.square(&r)
			r.square(&r)
			r.square(&r)
			r.square(&r)
			r.mul(&r, &powers[digit])
		}
	}
	*z = r
}
