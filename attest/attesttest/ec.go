package attesttest

import (
	"crypto"
	"encoding/asn1"
	"io"
	"math/big"
	"slices"

	"cnie.example/card/curve"
)

// ecKey is a private number with its point, base·number. The base is the
// generator of the curve but in keys of ForgedGenerator.
type ecKey struct {
	curve  *curve.Curve
	base   *curve.Point
	number *big.Int
	point  *curve.Point
}

// NewKey draws a key from a reader.
func NewKey(c *curve.Curve, rand io.Reader) *Key {
	seed := make([]byte, c.ScalarSize()+8)
	if _, err := io.ReadFull(rand, seed); err != nil {
		panic("attesttest: " + err.Error())
	}
	number := new(big.Int).SetBytes(seed)
	number.Mod(number, new(big.Int).Sub(DomainOf(c).Order, big.NewInt(1)))
	return newECKey(c, c.Generator(), number.Add(number, big.NewInt(1)))
}

// ForgedGenerator is a key with the public point of victim and the private
// number 1, under that point as generator: with explicit parameters that nobody
// compares, everyone has it (CVE-2020-0601). Its domain is DomainOf the curve
// with the generator replaced.
func ForgedGenerator(victim *Key) (*Key, Domain) {
	k := newECKey(victim.ec.curve, victim.ec.point, big.NewInt(1))
	d := DomainOf(victim.ec.curve)
	d.Generator = victim.ec.point.Bytes()
	return k, d
}

func newECKey(c *curve.Curve, base *curve.Point, number *big.Int) *Key {
	return &Key{ec: &ecKey{curve: c, base: base, number: number, point: multiply(base, number)}}
}

func multiply(p *curve.Point, number *big.Int) *curve.Point {
	k, err := p.Curve().Scalar(number.FillBytes(make([]byte, p.Curve().ScalarSize())))
	if err != nil {
		panic("attesttest: " + err.Error())
	}
	product, err := p.Mul(k)
	if err != nil {
		panic("attesttest: " + err.Error())
	}
	return product
}

// Agree is the x-coordinate of number times a point of the curve, which is
// encoded uncompressed: what a chip with this key shares with whoever sent the
// point (BSI TR-03111, 4.3.1). The error is curve.ErrPoint.
func (k *Key) Agree(point []byte) ([]byte, error) {
	p, err := k.ec.curve.Point(point)
	if err != nil {
		return nil, err
	}
	return multiply(p, k.ec.number).X(), nil
}

// sign is ECDSA (BSI TR-03111, 4.2.1) with a nonce that follows from key and
// message, as Ecdsa-Sig-Value.
func (k *ecKey) sign(h crypto.Hash, message []byte) []byte {
	order := DomainOf(k.curve).Order
	digest := Sum(h, message)
	e := new(big.Int).SetBytes(digest)
	if excess := 8*len(digest) - order.BitLen(); excess > 0 {
		e.Rsh(e, uint(excess))
	}
	seed := slices.Concat([]byte("nonce"), k.number.Bytes(), digest)
	nonce := new(big.Int).SetBytes(mask(crypto.SHA256, seed, k.curve.ScalarSize()+8))
	nonce.Mod(nonce, order)
	r := new(big.Int).SetBytes(multiply(k.base, nonce).X())
	r.Mod(r, order)
	s := new(big.Int).Mul(r, k.number)
	s.Add(s, e).Mul(s, new(big.Int).ModInverse(nonce, order)).Mod(s, order)
	return Sequence(BigInteger(r), BigInteger(s))
}

func namedCurve(c *curve.Curve) []byte {
	der, err := asn1.Marshal(c.OID())
	if err != nil {
		panic("attesttest: " + err.Error())
	}
	return der
}
