package curve

// modularPoint is a point (x : y : z) of the twist of a modularGroup in
// projective coordinates; (0 : 1 : 0) is infinity. The operations take the same
// time for all points of a curve and are those of point256.
type modularPoint struct{ x, y, z residue }

// satisfies tells whether (x, y) with z = 1 is on the curve.
func (g *modularGroup) satisfies(p *modularPoint) bool {
	f := g.field
	var left, right, linear residue
	f.mul(&left, &p.y, &p.y)
	f.mul(&right, &p.x, &p.x)
	f.mul(&right, &right, &p.x)
	f.triple(&linear, &p.x)
	f.sub(&right, &right, &linear)
	f.add(&right, &right, &g.b)
	return left == right
}

// add sets r to p+q, by the complete formula for a = -3 (Renes, Costello,
// Batina: Complete addition formulas for prime order elliptic curves, EUROCRYPT
// 2016, algorithm 4).
func (g *modularGroup) add(r, p, q *modularPoint) {
	f := g.field
	var xx, yy, zz, xy, yz, xz, s, t residue
	f.mul(&xx, &p.x, &q.x)
	f.mul(&yy, &p.y, &q.y)
	f.mul(&zz, &p.z, &q.z)

	g.cross(&xy, &p.x, &p.y, &q.x, &q.y, &xx, &yy)
	g.cross(&yz, &p.y, &p.z, &q.y, &q.z, &yy, &zz)
	g.cross(&xz, &p.x, &p.z, &q.x, &q.z, &xx, &zz)

	var plus, minus, u, v, w residue
	f.mul(&s, &g.b, &zz)
	f.sub(&u, &xz, &s)
	f.triple(&u, &u) // 3(xz - b·zz)
	f.add(&plus, &yy, &u)
	f.sub(&minus, &yy, &u)

	f.triple(&zz, &zz)
	f.mul(&v, &g.b, &xz)
	f.sub(&v, &v, &zz)
	f.sub(&v, &v, &xx)
	f.triple(&v, &v) // 3(b·xz - 3zz - xx)
	f.triple(&w, &xx)
	f.sub(&w, &w, &zz) // 3xx - 3zz

	f.mul(&s, &xy, &plus)
	f.mul(&t, &yz, &v)
	f.sub(&r.x, &s, &t)
	f.mul(&s, &plus, &minus)
	f.mul(&t, &w, &v)
	f.add(&r.y, &s, &t)
	f.mul(&s, &yz, &minus)
	f.mul(&t, &xy, &w)
	f.add(&r.z, &s, &t)
}

// cross sets z to a·d + b·c, given ac = a·c and bd = b·d.
func (g *modularGroup) cross(z, a, b, c, d, ac, bd *residue) {
	f := g.field
	var s, t residue
	f.add(&s, a, b)
	f.add(&t, c, d)
	f.mul(&s, &s, &t)
	f.add(&t, ac, bd)
	f.sub(z, &s, &t)
}

// doubleTimes sets r to 2ⁿ·p, in Jacobian coordinates for the run (dbl-2001-b of
// the Explicit-Formulas Database, as point256.doubleTimes); the y of infinity is
// put back at the end.
func (g *modularGroup) doubleTimes(r *modularPoint, n int, p *modularPoint) {
	f := g.field
	var x, y, z, xx, yy, zz, m, s, t residue
	z = p.z
	f.mul(&x, &p.x, &z)
	f.mul(&zz, &z, &z)
	f.mul(&y, &p.y, &zz)
	for range n {
		f.mul(&zz, &z, &z)
		f.mul(&yy, &y, &y)
		f.sub(&s, &x, &zz)
		f.add(&t, &x, &zz)
		f.mul(&m, &s, &t)
		f.triple(&m, &m) // 3(x - zz)(x + zz)
		f.mul(&s, &x, &yy)
		f.add(&s, &s, &s)
		f.add(&s, &s, &s) // 4x·yy
		f.mul(&z, &y, &z)
		f.add(&z, &z, &z)

		f.mul(&xx, &m, &m)
		f.add(&t, &s, &s)
		f.sub(&x, &xx, &t)
		f.sub(&s, &s, &x)
		f.mul(&y, &m, &s)
		f.add(&yy, &yy, &yy)
		f.mul(&yy, &yy, &yy)
		f.add(&yy, &yy, &yy) // 8y⁴
		f.sub(&y, &y, &yy)
	}
	f.mul(&zz, &z, &z)
	f.mul(&r.x, &x, &z)
	r.y = y
	f.mul(&r.z, &zz, &z)

	r.y.copyIf(&f.one, z.equal(&residue{}))
}
