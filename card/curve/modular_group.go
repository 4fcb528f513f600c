package curve

import "slices"

// modularGroup is the group of a brainpool curve over a field of any length. It
// computes on the twist (RFC 5639, 3), which has a = -3 and so shorter formulas:
// (x, y) of the curve is (x·Z², y·Z³) of the twist.
type modularGroup struct {
	field      *modulus
	windows    int // digits of a scalar
	b          residue
	z2, z3     residue // Z², Z³
	inv2, inv3 residue // 1/Z², 1/Z³
	base       modularPoint
}

// newModularGroup makes the group of a curve of which everything else is set; z
// is Z of RFC 5639.
func newModularGroup(c *Curve, z string) *modularGroup {
	f := c.field
	g := &modularGroup{field: f, windows: c.order.bits/windowBits + 1}
	var factor residue
	f.decode(&factor, constant(z))
	f.mul(&g.z2, &factor, &factor)
	f.mul(&g.z3, &g.z2, &factor)
	f.invert(&g.inv2, &g.z2)
	f.invert(&g.inv3, &g.z3)

	f.decode(&g.b, c.b)
	f.mul(&g.b, &g.b, &g.z3)
	f.mul(&g.b, &g.b, &g.z3)
	if !g.load(&g.base, c.g) {
		panic("curve: the generator is not a point of " + c.name)
	}
	return g
}

// load sets p to the point X‖Y; it is false unless both are less than the prime
// and on the curve.
func (g *modularGroup) load(p *modularPoint, xy []byte) bool {
	f, half := g.field, len(xy)/2
	if !f.decode(&p.x, xy[:half]) || !f.decode(&p.y, xy[half:]) {
		return false
	}
	f.mul(&p.x, &p.x, &g.z2)
	f.mul(&p.y, &p.y, &g.z3)
	p.z = f.one
	return g.satisfies(p)
}

func (g *modularGroup) decode(xy []byte) (element, bool) {
	e := &modularElement{group: g}
	if !g.load(&e.point, xy) {
		return nil, false
	}
	return e, true
}

func (g *modularGroup) generator() element {
	return &modularElement{group: g, point: g.base}
}

// mulBase takes no tables: a login multiplies the generator of these curves
// once or twice.
func (g *modularGroup) mulBase(k []byte) element {
	e := &modularElement{group: g}
	g.mul(&e.point, &g.base, k)
	return e
}

type modularElement struct {
	group *modularGroup
	point modularPoint // on the twist
}

func (e *modularElement) mul(k []byte) element {
	r := &modularElement{group: e.group}
	e.group.mul(&r.point, &e.point, k)
	return r
}

func (e *modularElement) add(q element) element {
	r := &modularElement{group: e.group}
	e.group.add(&r.point, &e.point, &q.(*modularElement).point)
	return r
}

func (e *modularElement) affine() ([]byte, bool) {
	f := e.group.field
	if f.isZero(&e.point.z) {
		return nil, false
	}
	var x, y, inverse residue
	f.invert(&inverse, &e.point.z)
	f.mul(&x, &e.point.x, &inverse)
	f.mul(&x, &x, &e.group.inv2)
	f.mul(&y, &e.point.y, &inverse)
	f.mul(&y, &y, &e.group.inv3)
	return slices.Concat(f.encode(&x), f.encode(&y)), true
}

func (e *modularElement) wipe() { e.point = modularPoint{} }
