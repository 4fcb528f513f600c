package curve

// modularTable holds 1 to tableSize times a point.
type modularTable [tableSize]modularPoint

// mul sets r to k times p.
func (g *modularGroup) mul(r, p *modularPoint, k []byte) {
	var t modularTable
	var sum, term modularPoint
	t[0] = *p
	for i := 1; i < len(t); i++ {
		g.add(&t[i], &t[i-1], p)
	}
	s := newSignedDigits(k)
	g.choose(&sum, &t, s.digit(g.windows-1))
	for i := g.windows - 2; i >= 0; i-- {
		g.doubleTimes(&sum, windowBits, &sum)
		g.choose(&term, &t, s.digit(i))
		g.add(&sum, &sum, &term)
	}
	*r = sum
}

// choose sets r to digit times the point of t. It reads the whole table, so
// that memory access does not depend on the digit.
func (g *modularGroup) choose(r *modularPoint, t *modularTable, d digit) {
	*r = modularPoint{y: g.field.one} // infinity, for the digit 0
	for i := range t {
		mask := equal(d.magnitude, uint64(i+1))
		r.x.copyIf(&t[i].x, mask)
		r.y.copyIf(&t[i].y, mask)
		r.z.copyIf(&t[i].z, mask)
	}
	var negative residue
	g.field.sub(&negative, &residue{}, &r.y)
	r.y.copyIf(&negative, d.negative)
}
