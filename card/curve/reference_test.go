package curve

import (
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"testing"
)

// reference is a second implementation, for tests: textbook affine arithmetic
// on the curve itself with math/big, its parameters as OpenSSL wrote them. It
// shares neither code nor constants nor coordinates with the package.
type reference struct {
	p, a, b, n *big.Int
	g          affine
	size       int
}

// affine is a point; x is nil at infinity.
type affine struct{ x, y *big.Int }

type parameterVector struct {
	Curve, Form string
	Seed        bool
	DER         string
}

func parameterVectors(t testing.TB) []parameterVector {
	t.Helper()
	var file struct{ Parameters []parameterVector }
	readJSON(t, "testdata/openssl-parameters.json", &file)
	if len(file.Parameters) < 50 {
		t.Fatalf("%d vectors of domain parameters", len(file.Parameters))
	}
	return file.Parameters
}

func readJSON(t testing.TB, name string, to any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, to); err != nil {
		t.Fatal(err)
	}
}

// specified is SpecifiedECDomain for encoding/asn1.
type specified struct {
	Version int
	Field   struct {
		Type  asn1.ObjectIdentifier
		Prime *big.Int
	}
	Equation struct {
		A, B []byte
		Seed asn1.BitString `asn1:"optional"`
	}
	Base     []byte
	Order    *big.Int
	Cofactor *big.Int
}

// openSSLParameters are the explicit parameters of a curve.
func openSSLParameters(t testing.TB, name string) (s specified) {
	t.Helper()
	for _, v := range parameterVectors(t) {
		if v.Curve == name && v.Form == "uncompressed" {
			if rest, err := asn1.Unmarshal(unhex(t, v.DER), &s); err != nil || len(rest) > 0 {
				t.Fatal(err)
			}
			return s
		}
	}
	t.Fatalf("no parameters of %s", name)
	return s
}

func newReference(t testing.TB, name string) *reference {
	t.Helper()
	s := openSSLParameters(t, name)
	r := &reference{
		p: s.Field.Prime, n: s.Order, size: (s.Field.Prime.BitLen() + 7) / 8,
		a: new(big.Int).SetBytes(s.Equation.A), b: new(big.Int).SetBytes(s.Equation.B),
	}
	r.g = r.decode(s.Base)
	return r
}

func (r *reference) decode(b []byte) affine {
	return affine{new(big.Int).SetBytes(b[1 : 1+r.size]), new(big.Int).SetBytes(b[1+r.size:])}
}

func (r *reference) encode(q affine) []byte {
	b := append([]byte{4}, q.x.FillBytes(make([]byte, r.size))...)
	return append(b, q.y.FillBytes(make([]byte, r.size))...)
}

// valid tells whether b is the uncompressed encoding of a point of the curve.
func (r *reference) valid(b []byte) bool {
	if len(b) != 1+2*r.size || b[0] != 4 {
		return false
	}
	q := r.decode(b)
	if q.x.Cmp(r.p) >= 0 || q.y.Cmp(r.p) >= 0 {
		return false
	}
	right := new(big.Int).Exp(q.x, big.NewInt(3), r.p)
	right.Add(right, new(big.Int).Mul(r.a, q.x)).Add(right, r.b).Mod(right, r.p)
	return right.Cmp(new(big.Int).Exp(q.y, big.NewInt(2), r.p)) == 0
}

func (r *reference) negate(q affine) affine {
	return affine{q.x, new(big.Int).Mod(new(big.Int).Neg(q.y), r.p)}
}

func (r *reference) add(s, q affine) affine {
	if s.x == nil {
		return q
	}
	if q.x == nil {
		return s
	}
	over, under := new(big.Int), new(big.Int)
	if s.x.Cmp(q.x) == 0 {
		if s.y.Cmp(q.y) != 0 || s.y.Sign() == 0 {
			return affine{}
		}
		over.Mul(s.x, s.x).Mul(over, big.NewInt(3)).Add(over, r.a)
		under.Lsh(s.y, 1)
	} else {
		over.Sub(q.y, s.y)
		under.Sub(q.x, s.x)
	}
	slope := over.Mul(over, under.ModInverse(under.Mod(under, r.p), r.p))
	x := new(big.Int).Mul(slope, slope)
	x.Sub(x, s.x).Sub(x, q.x).Mod(x, r.p)
	y := new(big.Int).Sub(s.x, x)
	y.Mul(y, slope).Sub(y, s.y).Mod(y, r.p)
	return affine{x, y}
}

func (r *reference) mul(k *big.Int, q affine) (sum affine) {
	for i := k.BitLen() - 1; i >= 0; i-- {
		sum = r.add(sum, sum)
		if k.Bit(i) == 1 {
			sum = r.add(sum, q)
		}
	}
	return sum
}

// verify is ECDSA by the book (FIPS 186-5, 6.4.2).
func (r *reference) verify(public affine, digest, signature []byte) bool {
	size := (r.n.BitLen() + 7) / 8
	if len(signature) != 2*size || len(digest) == 0 {
		return false
	}
	sr, ss := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
	for _, v := range []*big.Int{sr, ss} {
		if v.Sign() == 0 || v.Cmp(r.n) >= 0 {
			return false
		}
	}
	e := new(big.Int).SetBytes(digest)
	if excess := 8*len(digest) - r.n.BitLen(); excess > 0 {
		e.Rsh(e, uint(excess))
	}
	w := new(big.Int).ModInverse(ss, r.n)
	u1, u2 := e.Mul(e, w), new(big.Int).Mul(sr, w)
	sum := r.add(r.mul(u1.Mod(u1, r.n), r.g), r.mul(u2.Mod(u2, r.n), public))
	return sum.x != nil && new(big.Int).Mod(sum.x, r.n).Cmp(sr) == 0
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustScalar(t testing.TB, c *Curve, b []byte) *Scalar {
	t.Helper()
	k, err := c.Scalar(b)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// scalarOf is k as a scalar of c.
func scalarOf(t testing.TB, c *Curve, k *big.Int) *Scalar {
	t.Helper()
	return mustScalar(t, c, k.FillBytes(make([]byte, c.ScalarSize())))
}

func mustPoint(t testing.TB, c *Curve, b []byte) *Point {
	t.Helper()
	p, err := c.Point(b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustMul(t testing.TB, p *Point, k *Scalar) *Point {
	t.Helper()
	q, err := p.Mul(k)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
