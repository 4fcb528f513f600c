package curve

import "sync"

// group256 is the group of brainpoolP256r1. It computes on the twist
// brainpoolP256t1 (RFC 5639, 3.4), which has a = -3 and so shorter formulas:
// (x, y) of r1 is (x·Z², y·Z³) of t1.
type group256 struct {
	b            field256 // of the twist
	z2, z3       field256 // Z², Z³
	inv2, inv3   field256 // 1/Z², 1/Z³
	base         point256
	baseMultiple func() *[windows256]table256 // of 2^(windowBits·i) times the generator
}

func newGroup256() *group256 {
	g := new(group256)
	z := newField256("3e2d4bd9597b58639ae7aa669cab9837cf5cf20a2c852d10f655668dfc150ef0")
	g.z2.square(&z)
	g.z3.mul(&g.z2, &z)
	g.inv2.invert(&g.z2)
	g.inv3.invert(&g.z3)
	g.b = newField256("662c61c430d84ea4fe66a7733d0b76b7bf93ebc4af2f49256ae58101fee92b04")
	g.base = point256{
		x: newField256("a3e8eb3cc1cfe7b7732213b23a656149afa142c47aafbc2b79a191562e1305f4"),
		y: newField256("2d996c823439c56d7f7b22e14644417e69bcb6de39d027001dabe8f35b25c9be"),
	}
	g.base.z.setOne()
	g.baseMultiple = sync.OnceValue(g.newBaseMultiple)
	return g
}

func newField256(s string) (z field256) {
	z.decode(constant(s))
	return z
}

func (g *group256) newBaseMultiple() *[windows256]table256 {
	tables := new([windows256]table256)
	p := g.base
	for i := range tables {
		tables[i].fill(&p, &g.b)
		p.doubleTimes(windowBits, &p)
	}
	return tables
}

func (g *group256) decode(xy []byte) (element, bool) {
	e := &element256{group: g}
	p := &e.point
	half := len(xy) / 2
	if !p.x.decode(xy[:half]) || !p.y.decode(xy[half:]) {
		return nil, false
	}
	p.x.mul(&p.x, &g.z2)
	p.y.mul(&p.y, &g.z3)
	p.z.setOne()
	return e, p.satisfies(&g.b)
}

func (g *group256) generator() element {
	return &element256{group: g, point: g.base}
}

func (g *group256) mulBase(k []byte) element {
	e := &element256{group: g}
	e.point.mulTables(g.baseMultiple(), k, &g.b)
	return e
}

type element256 struct {
	group *group256
	point point256 // on the twist
}

func (e *element256) mul(k []byte) element {
	r := &element256{group: e.group}
	r.point.mul(&e.point, k, &e.group.b)
	return r
}

func (e *element256) add(q element) element {
	r := &element256{group: e.group}
	r.point.add(&e.point, &q.(*element256).point, &e.group.b)
	return r
}

func (e *element256) affine() ([]byte, bool) {
	if e.point.z.isZero() {
		return nil, false
	}
	var x, y, inverse field256
	inverse.invert(&e.point.z)
	x.mul(&e.point.x, &inverse)
	x.mul(&x, &e.group.inv2)
	y.mul(&e.point.y, &inverse)
	y.mul(&y, &e.group.inv3)
	return y.append(x.append(make([]byte, 0, 64))), true
}

func (e *element256) wipe() { e.point = point256{} }
