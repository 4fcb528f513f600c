package curve

import (
	"bytes"
	"errors"
	"math/big"
	"slices"
	"testing"
)

// Catches: an encoding that other implementations do not share: H.1 of ICAO Doc
// 9303-11, and the cases of AES-128, AES-192 and AES-256 that ICAO has no
// example for.
func TestKnownAnswerIntegratedMap(t *testing.T) {
	var file struct {
		Cases []struct {
			Name, R, RP string
			MappedG     string `json:"mapped_g"`
		}
	}
	readJSON(t, "testdata/integrated-mapping.json", &file)
	c, unreduced := BrainpoolP256r1(), 0
	for _, v := range file.Cases {
		want := unhex(t, v.MappedG)
		inputs := [][]byte{unhex(t, v.RP)}
		if v.R != "" {
			inputs = append(inputs, unhex(t, v.R))
			unreduced++
		}
		for _, r := range inputs {
			got, err := c.IntegratedMap(r)
			if err != nil || !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s: %v, not %X", v.Name, err, want)
			}
		}
	}
	if len(file.Cases) != 19 || unreduced != 1 {
		t.Errorf("%d cases, %d with r", len(file.Cases), unreduced)
	}
}

// integratedMap is the encoding as ICAO Doc 9303-11, B.2 writes it for affine
// coordinates; it is false where X2 divides by zero.
func (r *reference) integratedMap(t *big.Int) (q affine, ok bool) {
	mod := func(x *big.Int) *big.Int { return x.Mod(x, r.p) }
	mul := func(xs ...*big.Int) *big.Int {
		product := big.NewInt(1)
		for _, x := range xs {
			mod(product.Mul(product, x))
		}
		return product
	}
	right := func(x *big.Int) *big.Int {
		h := mul(x, x, x)
		return mod(h.Add(h, mul(r.a, x)).Add(h, r.b))
	}
	alpha := mul(t, t)
	mod(alpha.Neg(alpha))
	sum := mul(alpha, alpha)
	mod(sum.Add(sum, alpha))
	if sum.Sign() == 0 {
		return affine{}, false
	}
	x2 := new(big.Int).ModInverse(sum, r.p)
	x2.Add(x2, big.NewInt(1))
	x2 = mul(x2, r.b, new(big.Int).ModInverse(r.a, r.p))
	mod(x2.Neg(x2))
	x3 := mul(alpha, x2)
	h2 := right(x2)
	u := mul(t, t, t, h2)
	exponent := new(big.Int).Add(r.p, big.NewInt(1))
	exponent.Rsh(exponent, 2).Sub(new(big.Int).Sub(r.p, big.NewInt(1)), exponent)
	a := new(big.Int).Exp(h2, exponent, r.p)
	if mul(a, a, h2).Cmp(big.NewInt(1)) == 0 {
		return affine{x2, mul(a, h2)}, true
	}
	return affine{x3, mul(a, u)}, true
}

// mapInputs are numbers of 1 to 2·size bytes at the edges of the reduction, with
// leading zeros, and random ones.
func mapInputs(c *Curve, r *reference) (inputs [][]byte) {
	square := new(big.Int).Mul(r.p, r.p)
	for _, base := range []*big.Int{new(big.Int), r.p, new(big.Int).Lsh(r.p, 1), square, new(big.Int).Rsh(r.p, 1)} {
		for d := int64(-3); d <= 3; d++ {
			if v := new(big.Int).Add(base, big.NewInt(d)); v.Sign() >= 0 && v.BitLen() <= 16*c.Size() {
				inputs = append(inputs, v.FillBytes(make([]byte, max(1, (v.BitLen()+7)/8))), v.FillBytes(make([]byte, 2*c.Size())))
			}
		}
	}
	random := stream("integrated mapping")
	for length := 1; length <= 2*c.Size(); length += 3 {
		b := make([]byte, length)
		random.Read(b)
		inputs = append(inputs, b, bytes.Repeat([]byte{0xFF}, length))
	}
	return inputs
}

// Catches: a wrong branch, a wrong sign of y, a reduction that fails for a
// length, and a point that is given for 0, 1 or -1 modulo p, on any curve.
func TestIntegratedMap(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		if r.p.Bit(0) != 1 || r.p.Bit(1) != 1 {
			t.Fatal("the prime is not 3 modulo 4")
		}
		refused := 0
		for _, input := range mapInputs(c, r) {
			before := slices.Clone(input)
			reduced := new(big.Int).SetBytes(input)
			want, ok := r.integratedMap(reduced.Mod(reduced, r.p))
			got, err := c.IntegratedMap(input)
			if !bytes.Equal(input, before) {
				t.Fatal("the input was changed")
			}
			if !ok {
				refused++
				if !errors.Is(err, ErrPoint) || got != nil {
					t.Errorf("%x, which has no point: %v", input, err)
				}
				continue
			}
			if err != nil || !bytes.Equal(got.Bytes(), r.encode(want)) || got.Curve() != c {
				t.Fatalf("%x: %v, not %X", input, err, r.encode(want))
			}
			if !mustPoint(t, c, got.Bytes()).Equal(got) {
				t.Fatalf("%x: not a point that is taken back", input)
			}
		}
		if refused < 20 {
			t.Errorf("%d inputs without a point: the test does not reach them", refused)
		}
		for _, length := range []int{0, 2*c.Size() + 1} {
			if got, err := c.IntegratedMap(bytes.Repeat([]byte{5}, length)); !errors.Is(err, ErrPoint) || got != nil {
				t.Errorf("%d bytes: %v", length, err)
			}
		}
	})
}

// Catches: a mapped generator that cannot be used like any point: multiplied,
// added to and wiped.
func TestIntegratedMapPoint(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		g, err := c.IntegratedMap([]byte("SPECIMEN"))
		if err != nil {
			t.Fatal(err)
		}
		want := r.encode(r.mul(big.NewInt(77), r.decode(g.Bytes())))
		if got := mustMul(t, g, scalarOf(t, c, big.NewInt(77))).Bytes(); !bytes.Equal(got, want) {
			t.Errorf("77 times the mapped generator = %X, not %X", got, want)
		}
		g.Wipe()
		if _, err := g.Mul(scalarOf(t, c, big.NewInt(77))); !errors.Is(err, ErrPoint) {
			t.Errorf("wiped: %v", err)
		}
	})
}

// Catches: any disagreement with the encoding by the book, and a panic.
func FuzzIntegratedMap(f *testing.F) {
	references := map[*Curve]*reference{}
	for _, c := range curves() {
		references[c] = newReference(f, c.Name())
	}
	for _, input := range mapInputs(P384(), references[P384()]) {
		f.Add(input)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for c, r := range references {
			got, err := c.IntegratedMap(b)
			reduced := new(big.Int).SetBytes(b)
			want, ok := r.integratedMap(reduced.Mod(reduced, r.p))
			if ok = ok && len(b) > 0 && len(b) <= 2*c.Size(); !ok {
				if !errors.Is(err, ErrPoint) {
					t.Fatalf("%s, %x: %v", c.Name(), b, err)
				}
				continue
			}
			if err != nil || !bytes.Equal(got.Bytes(), r.encode(want)) {
				t.Fatalf("%s, %x: %v", c.Name(), b, err)
			}
		}
	})
}
