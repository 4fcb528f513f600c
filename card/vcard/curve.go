package vcard

import (
	"errors"
	"fmt"
	"io"
	"math/big"
)

// Curve names elliptic curve domain parameters by their number in the table
// of standardized domain parameters (ICAO Doc 9303-11, 9.5.1).
type Curve int

// The curves the chip knows. The zero Curve is none.
const (
	P256            Curve = 12 // NIST P-256, secp256r1 (FIPS 186-4, D.1.2.3)
	BrainpoolP256r1 Curve = 13 // RFC 5639, 3.4
)

// String is the name as in "brainpoolP256r1".
func (c Curve) String() string {
	switch c {
	case P256:
		return "P-256"
	case BrainpoolP256r1:
		return "brainpoolP256r1"
	}
	return "unknown curve"
}

// GenerateKey makes a private key, a big-endian number of Size bytes from 1
// to n-1, by rejection sampling. The bytes are the caller's.
func (c Curve) GenerateKey(rand io.Reader) ([]byte, error) {
	d, err := c.domain()
	if err != nil {
		return nil, err
	}
	k, err := d.randomScalar(rand)
	if err != nil {
		return nil, err
	}
	return k.FillBytes(make([]byte, d.size())), nil
}

// PublicKey is the point of a private key, uncompressed: 04 ‖ X ‖ Y.
func (c Curve) PublicKey(private []byte) ([]byte, error) {
	d, err := c.domain()
	if err != nil {
		return nil, err
	}
	k, err := d.scalar(private)
	if err != nil {
		return nil, err
	}
	return d.encode(d.multiply(k, d.generator)), nil
}

// Parameters are the domain parameters of a curve as big-endian numbers of the
// size of the field; the generator is an uncompressed point. The cofactor of
// every curve here is 1.
type Parameters struct{ P, A, B, Generator, Order []byte }

// Parameters gives the domain parameters, for files that write them out. The
// bytes are the caller's.
func (c Curve) Parameters() (Parameters, error) {
	d, err := c.domain()
	if err != nil {
		return Parameters{}, err
	}
	fill := func(v *big.Int) []byte { return v.FillBytes(make([]byte, d.size())) }
	return Parameters{fill(d.p), fill(d.a), fill(d.b), d.encode(d.generator), fill(d.n)}, nil
}

// errPoint and errScalar are the causes of refused keys.
var (
	errPoint  = errors.New("not a public key of the curve")
	errScalar = errors.New("not a private key of the curve")
)

// domain is y² = x³ + ax + b over the field of p elements, with a generator
// of prime order n and cofactor 1.
type domain struct {
	p, a, b, n *big.Int
	generator  point
}

// point is in affine coordinates. The point at infinity has x nil.
type point struct{ x, y *big.Int }

func (p point) infinite() bool { return p.x == nil }

func (c Curve) domain() (*domain, error) {
	switch c {
	case P256:
		return newDomain(
			"FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
			"FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC",
			"5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B",
			"6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296",
			"4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
			"FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), nil
	case BrainpoolP256r1:
		return newDomain(
			"A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377",
			"7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9",
			"26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6",
			"8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262",
			"547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997",
			"A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7"), nil
	}
	return nil, fmt.Errorf("curve %d: %w", int(c), ErrPersonalisation)
}

func newDomain(p, a, b, x, y, n string) *domain {
	read := func(s string) *big.Int {
		v, ok := new(big.Int).SetString(s, 16)
		if !ok {
			panic("constant is not a number")
		}
		return v
	}
	return &domain{p: read(p), a: read(a), b: read(b), n: read(n), generator: point{read(x), read(y)}}
}

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
	right := new(big.Int).Mul(x, x)
	right.Add(right, d.a).Mul(right, x).Add(right, d.b)
	left := new(big.Int).Mul(y, y)
	if left.Sub(left, right).Mod(left, d.p).Sign() != 0 {
		return point{}, errPoint
	}
	return point{x, y}, nil
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

func (d *domain) randomScalar(rand io.Reader) (*big.Int, error) {
	b := make([]byte, d.size())
	for range maxDraws {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("draw a private key: %w", err)
		}
		if k, err := d.scalar(b); err == nil {
			return k, nil
		}
	}
	return nil, fmt.Errorf("draw a private key: random source is stuck: %w", errScalar)
}
