package curve

import (
	"encoding/asn1"
	"encoding/hex"
	"sync"
)

// BrainpoolP256r1 is the curve brainpoolP256r1 of RFC 5639, 3.4.
func BrainpoolP256r1() *Curve { return brainpoolP256r1() }

var brainpoolP256r1 = sync.OnceValue(func() *Curve {
	n := constant("a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7")
	return &Curve{
		name:      "brainpoolP256r1",
		oid:       asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 7},
		parameter: 13,
		p:         constant("a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377"),
		a:         constant("7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9"),
		b:         constant("26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6"),
		g: constant("8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262" +
			"547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997"),
		n:     n,
		order: newModulus(n),
		group: newBrainpoolGroup(),
	}
})

// constant decodes a number written in this package.
func constant(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("curve: not a hexadecimal constant: " + s)
	}
	return b
}

// brainpoolGroup is the group of brainpoolP256r1. It computes on the twist
// brainpoolP256t1 (RFC 5639, 3.4), which has a = -3 and so shorter formulas:
// (x, y) of r1 is (x·Z², y·Z³) of t1.
type brainpoolGroup struct {
	b            field256 // of the twist
	z2, z3       field256 // Z², Z³
	inv2, inv3   field256 // 1/Z², 1/Z³
	base         point256
	baseMultiple func() *[windows256]table256 // of 2^(windowBits·i) times the generator
}

func newBrainpoolGroup() *brainpoolGroup {
	g := new(brainpoolGroup)
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

func (g *brainpoolGroup) newBaseMultiple() *[windows256]table256 {
	tables := new([windows256]table256)
	p := g.base
	for i := range tables {
		tables[i].fill(&p, &g.b)
		p.doubleTimes(windowBits, &p)
	}
	return tables
}

func (g *brainpoolGroup) decode(xy []byte) (element, bool) {
	e := &brainpoolElement{group: g}
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

func (g *brainpoolGroup) generator() element {
	return &brainpoolElement{group: g, point: g.base}
}

func (g *brainpoolGroup) mulBase(k []byte) element {
	e := &brainpoolElement{group: g}
	e.point.mulTables(g.baseMultiple(), k, &g.b)
	return e
}

type brainpoolElement struct {
	group *brainpoolGroup
	point point256 // on the twist
}

func (e *brainpoolElement) mul(k []byte) element {
	r := &brainpoolElement{group: e.group}
	r.point.mul(&e.point, k, &e.group.b)
	return r
}

func (e *brainpoolElement) add(q element) element {
	r := &brainpoolElement{group: e.group}
	r.point.add(&e.point, &q.(*brainpoolElement).point, &e.group.b)
	return r
}

func (e *brainpoolElement) affine() ([]byte, bool) {
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

func (e *brainpoolElement) wipe() { e.point = point256{} }
