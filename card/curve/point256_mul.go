package curve

import "encoding/binary"

// Scalars are taken in signed digits of windowBits bits, from -16 to 16.
const (
	windowBits = 5
	windows256 = 52 // 5·52 ≥ 256+1: the last digit takes the carry
)

// table256 holds 1 to 16 times a point.
type table256 [1 << (windowBits - 1)]point256

// fill sets t to the multiples of p.
func (t *table256) fill(p *point256, b *field256) {
	t[0] = *p
	for i := 1; i < len(t); i++ {
		t[i].add(&t[i-1], p, b)
	}
}

// choose sets r to digit times the point of t. It reads the whole table, so
// that memory access does not depend on the digit.
func (t *table256) choose(r *point256, d digit) {
	*r = point256{}
	r.y.setOne() // infinity, for the digit 0
	for i := range t {
		r.copyIf(&t[i], equal(d.magnitude, uint64(i+1)))
	}
	r.y.negateIf(d.negative)
}

// copyIf sets r to p if mask is all ones and leaves it if mask is zero.
func (r *point256) copyIf(p *point256, mask uint64) {
	r.x.copyIf(&p.x, mask)
	r.y.copyIf(&p.y, mask)
	r.z.copyIf(&p.z, mask)
}

// mul sets r to k times p.
func (r *point256) mul(p *point256, k []byte, b *field256) {
	var t table256
	var sum, term point256
	t.fill(p, b)
	s := newSignedDigits(k)
	t.choose(&sum, s.digit(windows256-1))
	for i := windows256 - 2; i >= 0; i-- {
		sum.doubleTimes(windowBits, &sum)
		t.choose(&term, s.digit(i))
		sum.add(&sum, &term, b)
	}
	*r = sum
}

// mulTables sets r to k times the point whose multiples by 2^(windowBits·i) the
// tables are for.
func (r *point256) mulTables(tables *[windows256]table256, k []byte, b *field256) {
	var sum, term point256
	s := newSignedDigits(k)
	tables[0].choose(&sum, s.digit(0))
	for i := 1; i < windows256; i++ {
		tables[i].choose(&term, s.digit(i))
		sum.add(&sum, &term, b)
	}
	*r = sum
}

// digit is a signed digit; negative is a mask.
type digit struct{ magnitude, negative uint64 }

// signedDigits is a scalar of 256 bits, shifted left by one bit, with room for
// the bits that the last window reads above it.
type signedDigits [5]uint64

func newSignedDigits(k []byte) (s signedDigits) {
	for i := range 4 {
		limb := binary.BigEndian.Uint64(k[24-8*i : 32-8*i])
		s[i] |= limb << 1
		s[i+1] = limb >> 63
	}
	return s
}

// digit is digit i of the scalar: Σ digit(i)·2^(windowBits·i) is the scalar. By
// Booth's rule it is the value of the window's five bits, the highest counted
// as -16, plus the highest bit of the window below.
func (s *signedDigits) digit(i int) digit {
	at := windowBits * i
	w := (s[at/64]>>(at%64) | s[at/64+1]<<(64-at%64)) & (1<<(windowBits+1) - 1)
	negative := -(w >> windowBits)
	w = (w + 1) >> 1 // value of the window, 0 to 32
	return digit{magnitude: (w ^ negative) - negative + negative&(1<<windowBits), negative: negative}
}
