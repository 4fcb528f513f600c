package curve

// windows256 is the number of digits of a scalar: 5·52 ≥ 256+1.
const windows256 = 256/windowBits + 1

// table256 holds 1 to 16 times a point.
type table256 [tableSize]point256

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
