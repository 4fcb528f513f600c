package curve

import (
	"crypto/elliptic"
	"encoding/asn1"
	"sync"

	"filippo.io/nistec"
)

// P256 is the curve P-256 of NIST SP 800-186, 3.2.1.3 (secp256r1).
func P256() *Curve { return p256() }

// P384 is the curve P-384 of NIST SP 800-186, 3.2.1.4 (secp384r1).
func P384() *Curve { return p384() }

// P521 is the curve P-521 of NIST SP 800-186, 3.2.1.5 (secp521r1).
func P521() *Curve { return p521() }

var p256 = sync.OnceValue(func() *Curve {
	return newNIST(asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}, 12, elliptic.P256(), nistec.NewP256Point)
})

var p384 = sync.OnceValue(func() *Curve {
	return newNIST(asn1.ObjectIdentifier{1, 3, 132, 0, 34}, 15, elliptic.P384(), nistec.NewP384Point)
})

var p521 = sync.OnceValue(func() *Curve {
	return newNIST(asn1.ObjectIdentifier{1, 3, 132, 0, 35}, 18, elliptic.P521(), nistec.NewP521Point)
})

func newNIST[P nistPoint[P]](oid asn1.ObjectIdentifier, parameter int, standard elliptic.Curve, newPoint func() P) *Curve {
	d := standard.Params()
	size := (d.BitSize + 7) / 8
	p := d.P.FillBytes(make([]byte, size))
	a := append([]byte(nil), p...)
	a[size-1] -= 3 // a = -3
	g := append(d.Gx.FillBytes(make([]byte, size)), d.Gy.FillBytes(make([]byte, size))...)
	return &Curve{
		name: d.Name, oid: oid, parameter: parameter,
		p: p, a: a, b: d.B.FillBytes(make([]byte, size)), g: g,
		n:        d.N.Bytes(),
		field:    newModulus(p),
		order:    newModulus(d.N.Bytes()),
		group:    nistGroup[P]{newPoint},
		standard: standard,
	}
}

// nistPoint is what the point types of package nistec have in common.
type nistPoint[P any] interface {
	Add(P, P) P
	Bytes() []byte
	ScalarMult(P, []byte) (P, error)
	ScalarBaseMult([]byte) (P, error)
	Set(P) P
	SetBytes([]byte) (P, error)
	SetGenerator() P
}

type nistGroup[P nistPoint[P]] struct{ newPoint func() P }

func (g nistGroup[P]) decode(xy []byte) (element, bool) {
	p, err := g.newPoint().SetBytes(append([]byte{uncompressed}, xy...))
	if err != nil {
		return nil, false
	}
	return nistElement[P]{g, p}, true
}

func (g nistGroup[P]) generator() element {
	return nistElement[P]{g, g.newPoint().SetGenerator()}
}

func (g nistGroup[P]) mulBase(k []byte) element {
	p, err := g.newPoint().ScalarBaseMult(k)
	if err != nil {
		return nistElement[P]{g, g.newPoint()} // infinity: k has a wrong length
	}
	return nistElement[P]{g, p}
}

type nistElement[P nistPoint[P]] struct {
	group nistGroup[P]
	point P
}

func (e nistElement[P]) mul(k []byte) element {
	p, err := e.group.newPoint().ScalarMult(e.point, k)
	if err != nil {
		return nistElement[P]{e.group, e.group.newPoint()} // infinity: k has a wrong length
	}
	return nistElement[P]{e.group, p}
}

func (e nistElement[P]) add(q element) element {
	return nistElement[P]{e.group, e.group.newPoint().Add(e.point, q.(nistElement[P]).point)}
}

func (e nistElement[P]) affine() ([]byte, bool) {
	b := e.point.Bytes()
	if len(b) == 1 { // infinity (SEC 1, 2.3.3)
		return nil, false
	}
	return b[1:], true
}

func (e nistElement[P]) wipe() { e.point.Set(e.group.newPoint()) }
