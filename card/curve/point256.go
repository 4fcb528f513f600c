package curve

// point256 is a point (x : y : z) of y²z = x³ - 3xz² + bz³ over field256, in
// projective coordinates; (0 : 1 : 0) is infinity. Its operations take the same
// time for all points.
type point256 struct{ x, y, z field256 }

// satisfies tells whether (x, y) with z = 1 is on the curve.
func (p *point256) satisfies(b *field256) bool {
	var left, right, linear field256
	left.square(&p.y)
	right.square(&p.x)
	right.mul(&right, &p.x)
	linear.triple(&p.x)
	right.sub(&right, &linear)
	right.add(&right, b)
	return left == right
}

// add sets r to p+q, b that of the curve. The formula is complete: it holds for
// all points of a curve of odd order, equal, opposite and infinite ones included
// (Renes, Costello, Batina: Complete addition formulas for prime order elliptic
// curves, EUROCRYPT 2016, algorithm 4).
func (r *point256) add(p, q *point256, b *field256) {
	var xx, yy, zz, xy, yz, xz, s, t field256
	xx.mul(&p.x, &q.x)
	yy.mul(&p.y, &q.y)
	zz.mul(&p.z, &q.z)

	xy.cross(&p.x, &p.y, &q.x, &q.y, &xx, &yy)
	yz.cross(&p.y, &p.z, &q.y, &q.z, &yy, &zz)
	xz.cross(&p.x, &p.z, &q.x, &q.z, &xx, &zz)

	var plus, minus, u, v, w field256
	s.mul(b, &zz)
	u.sub(&xz, &s)
	u.triple(&u) // 3(xz - b·zz)
	plus.add(&yy, &u)
	minus.sub(&yy, &u)

	zz.triple(&zz)
	v.mul(b, &xz)
	v.sub(&v, &zz)
	v.sub(&v, &xx)
	v.triple(&v) // 3(b·xz - 3zz - xx)
	w.triple(&xx)
	w.sub(&w, &zz) // 3xx - 3zz

	s.mul(&xy, &plus)
	t.mul(&yz, &v)
	r.x.sub(&s, &t)
	s.mul(&plus, &minus)
	t.mul(&w, &v)
	r.y.add(&s, &t)
	s.mul(&yz, &minus)
	t.mul(&xy, &w)
	r.z.add(&s, &t)
}

// cross sets z to a·d + b·c, given ac = a·c and bd = b·d.
func (z *field256) cross(a, b, c, d, ac, bd *field256) {
	var s, t field256
	s.add(a, b)
	t.add(c, d)
	s.mul(&s, &t)
	t.add(ac, bd)
	z.sub(&s, &t)
}

// doubleTimes sets r to 2ⁿ·p. A run of doublings is shorter in Jacobian
// coordinates (x·z, y·z², z), whose doubling (dbl-2001-b of the Explicit-Formulas
// Database) holds for all points of a curve of odd order but makes infinity
// (0, 0, 0); the y of infinity is put back at the end.
func (r *point256) doubleTimes(n int, p *point256) {
	var x, y, z, xx, yy, zz, m, s, t field256
	z = p.z
	x.mul(&p.x, &z)
	zz.square(&z)
	y.mul(&p.y, &zz)
	for range n {
		zz.square(&z)
		yy.square(&y)
		s.sub(&x, &zz)
		t.add(&x, &zz)
		m.mul(&s, &t)
		m.triple(&m) // 3(x - zz)(x + zz)
		s.mul(&x, &yy)
		s.add(&s, &s)
		s.add(&s, &s) // 4x·yy
		z.mul(&y, &z)
		z.add(&z, &z)

		xx.square(&m)
		t.add(&s, &s)
		x.sub(&xx, &t)
		s.sub(&s, &x)
		y.mul(&m, &s)
		yy.add(&yy, &yy)
		yy.square(&yy)
		yy.add(&yy, &yy) // 8y⁴
		y.sub(&y, &yy)
	}
	zz.square(&z)
	r.x.mul(&x, &z)
	r.y = y
	r.z.mul(&zz, &z)

	var one field256
	one.setOne()
	r.y.copyIf(&one, equal(z[0]|z[1]|z[2]|z[3], 0))
}
