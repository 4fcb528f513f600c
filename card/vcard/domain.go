package vcard

import (
	"errors"
	"fmt"
	"io"
	"math/big"
)

// errPoint and errScalar are the causes of refused keys.
var (
	errPoint  = errors.New("not a public key of the curve")
	errScalar = errors.New("not a private key of the curve")
)

// domain is y² = x³ + ax + b over the field of p elements, with a generator
// of prime order n and cofactor 1. It is never changed.
type domain struct {
	curve      Curve
	p, a, b, n *big.Int
	generator  point
	multiples  func() [][]point // of the generator, made when first used
}

// point is in affine coordinates and never changed. The point at infinity has
// x nil.
type point struct{ x, y *big.Int }

func (p point) infinite() bool { return p.x == nil }

// size is the length of a coordinate and of a scalar in bytes: the curves
// here have p and n of the same length.
func (d *domain) size() int { return (d.p.BitLen() + 7) / 8 }

// encode is the uncompressed form (SEC 1, 2.3.3).
func (d *domain) encode(p point) []byte {
	n := d.size()
	b := make([]byte, 1+2*n)
	b[0] = 4
	p.x.FillBytes(b[1 : 1+n])
	p.y.FillBytes(b[1+n:])
	return b
}

// secret is the shared secret of a point: its x coordinate, always as long as
// the field (ICAO Doc 9303-11, 9.5 with BSI TR-03111, 4.3.1).
func (d *domain) secret(p point) []byte { return p.x.FillBytes(make([]byte, d.size())) }

// decode reads an uncompressed point and checks that it is on the curve.
func (d *domain) decode(b []byte) (point, error) {
	n := d.size()
	if len(b) != 1+2*n || b[0] != 4 {
		return point{}, errPoint
	}
	x, y := new(big.Int).SetBytes(b[1:1+n]), new(big.Int).SetBytes(b[1+n:])
	if x.Cmp(d.p) >= 0 || y.Cmp(d.p) >= 0 {
		return point{}, errPoint
	}
	left := new(big.Int).Mul(y, y)
	if left.Sub(left, d.right(x)).Mod(left, d.p).Sign() != 0 {
		return point{}, errPoint
	}
	return point{x, y}, nil
}

// right is x³ + ax + b.
func (d *domain) right(x *big.Int) *big.Int {
	v := new(big.Int).Mul(x, x)
	v.Add(v, d.a).Mul(v, x).Add(v, d.b)
	return v.Mod(v, d.p)
}

// scalar reads a private key from 1 to n-1 of exactly size bytes.
func (d *domain) scalar(b []byte) (*big.Int, error) {
	k := new(big.Int).SetBytes(b)
	if len(b) != d.size() || k.Sign() == 0 || k.Cmp(d.n) >= 0 {
		return nil, errScalar
	}
	return k, nil
}

// maxDraws bounds rejection sampling: each draw of a sound source fails with
// probability below one half.
const maxDraws = 128

// randomScalar draws whole bytes and passes over the bits above those of n.
func (d *domain) randomScalar(rand io.Reader) (*big.Int, error) {
	b := make([]byte, d.size())
	for range maxDraws {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("draw a private key: %w", err)
		}
		b[0] &= 0xFF >> (8*len(b) - d.n.BitLen())
		if k, err := d.scalar(b); err == nil {
			return k, nil
		}
	}
	return nil, fmt.Errorf("draw a private key: random source is stuck: %w", errScalar)
}
