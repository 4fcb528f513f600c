package curve

import (
	"bytes"
	"errors"
	"math/big"
	"slices"
	"testing"
)

// eachCurve runs a test for every curve with its reference.
func eachCurve(t *testing.T, test func(t *testing.T, c *Curve, r *reference)) {
	for _, c := range curves() {
		t.Run(c.Name(), func(t *testing.T) { test(t, c, newReference(t, c.Name())) })
	}
}

// edgeScalars are scalars at the ends of the range and with runs of equal bits,
// where digits, windows and carries are at their limits.
func edgeScalars(n *big.Int) (ks []*big.Int) {
	add := func(k *big.Int) {
		if k.Sign() > 0 && k.Cmp(n) < 0 {
			ks = append(ks, k)
		}
	}
	for i := int64(1); i <= 33; i++ {
		add(big.NewInt(i))
	}
	for i := int64(1); i <= 17; i++ {
		add(new(big.Int).Sub(n, big.NewInt(i)))
	}
	half := new(big.Int).Rsh(n, 1)
	for i := int64(-1); i <= 2; i++ {
		add(new(big.Int).Add(half, big.NewInt(i)))
	}
	for bit := 6; bit < n.BitLen(); bit += 7 {
		power := new(big.Int).Lsh(big.NewInt(1), uint(bit))
		add(power)
		add(new(big.Int).Sub(power, big.NewInt(1)))
	}
	for _, pattern := range []byte{0x55, 0xAA, 0x84, 0x21, 0x42, 0x10, 0x0F, 0xF0, 0x7B, 0xDE} {
		k := new(big.Int).SetBytes(bytes.Repeat([]byte{pattern}, len(n.Bytes())))
		add(k.Mod(k, n))
	}
	return ks
}

// Catches: a scalar at the edge of a window, a digit or the range that is
// multiplied wrongly, on the path of the generator and on that of other points.
func TestMulEdges(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		q := r.mul(big.NewInt(0xC0FFEE), r.g)
		other := mustPoint(t, c, r.encode(q))
		decoded := mustPoint(t, c, r.encode(r.g))
		ks := edgeScalars(r.n)
		switch {
		case c.standard != nil: // the arithmetic is tested by its own module
			ks = ks[:60]
		case c != BrainpoolP256r1(): // the reference is slow there
			ks = slices.Concat(ks[:5], everyNth(ks[5:], 5))
		}
		if testing.Short() && c != BrainpoolP256r1() {
			ks = everyNth(ks, 4)
		}
		for _, k := range ks {
			scalar := scalarOf(t, c, k)
			want := r.encode(r.mul(k, r.g))
			if got := mustMul(t, c.Generator(), scalar).Bytes(); !bytes.Equal(got, want) {
				t.Fatalf("%x·G = %X, not %X", k, got, want)
			}
			if got := mustMul(t, decoded, scalar).Bytes(); !bytes.Equal(got, want) {
				t.Fatalf("%x·G, decoded = %X, not %X", k, got, want)
			}
			want = r.encode(r.mul(k, q))
			if got := mustMul(t, other, scalar).Bytes(); !bytes.Equal(got, want) {
				t.Fatalf("%x·Q = %X, not %X", k, got, want)
			}
		}
	})
}

// everyNth is every n-th of the numbers, from the last one down.
func everyNth(all []*big.Int, n int) (some []*big.Int) {
	for i := len(all) - 1; i >= 0; i -= n {
		some = append(some, all[i])
	}
	return some
}

// Catches: an addition that is wrong for equal or opposite points, or not
// commutative or associative.
func TestAdd(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		p := r.mul(big.NewInt(123456789), r.g)
		for _, q := range []affine{r.g, p, r.add(p, p), r.mul(big.NewInt(987654321), r.g), r.negate(r.add(p, p))} {
			want := r.encode(r.add(p, q))
			pp, qq := mustPoint(t, c, r.encode(p)), mustPoint(t, c, r.encode(q))
			for _, pair := range [][2]*Point{{pp, qq}, {qq, pp}} {
				got, err := pair[0].Add(pair[1])
				if err != nil || !bytes.Equal(got.Bytes(), want) {
					t.Errorf("sum = %v, not %X", err, want)
				}
			}
		}
		opposite := mustPoint(t, c, r.encode(r.negate(p)))
		if _, err := mustPoint(t, c, r.encode(p)).Add(opposite); !errors.Is(err, ErrPoint) {
			t.Errorf("P + (-P): %v", err)
		}
		// Projective results go on to be added without being decoded.
		three := mustMul(t, c.Generator(), scalarOf(t, c, big.NewInt(3)))
		five := mustMul(t, opposite, scalarOf(t, c, big.NewInt(5)))
		sum, err := three.Add(five)
		want := r.encode(r.add(r.mul(big.NewInt(3), r.g), r.mul(big.NewInt(5), r.negate(p))))
		if err != nil || !bytes.Equal(sum.Bytes(), want) {
			t.Errorf("3G - 5P: %v", err)
		}
	})
}

// Catches: infinity that is not neutral, or that does not come out of a
// multiplication by zero or of a sum of opposites. The API never lets infinity
// in, but Verify and the digits of a scalar meet it inside.
func TestInfinity(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		g, zero := c.group.generator(), make([]byte, c.ScalarSize())
		infinity := g.mul(zero)
		opposite := mustMul(t, c.Generator(), scalarOf(t, c, new(big.Int).Sub(r.n, big.NewInt(1)))).element
		for name, e := range map[string]element{
			"0·G": infinity, "0·G by tables": c.group.mulBase(zero), "∞+∞": infinity.add(infinity),
			"G-G": g.add(opposite), "k·∞": infinity.mul(bytes.Repeat([]byte{0x11}, c.ScalarSize())),
		} {
			if _, ok := e.affine(); ok {
				t.Errorf("%s is not infinity", name)
			}
			for _, sum := range []element{e.add(g), g.add(e)} {
				if xy, ok := sum.affine(); !ok || !bytes.Equal(xy, c.g) {
					t.Errorf("%s is not neutral", name)
				}
			}
			if _, err := c.finite(e); !errors.Is(err, ErrPoint) {
				t.Errorf("%s as a result: %v", name, err)
			}
		}
	})
}

// Catches: an x-coordinate that is shortened when it begins with zeros, the
// fault that makes one login in 170 fail.
func TestLeadingZeroCoordinate(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		seen := 0
		for p, q := c.Generator(), r.g; seen < 4; {
			sum, err := p.Add(c.Generator())
			if err != nil {
				t.Fatal(err)
			}
			p, q = sum, r.add(q, r.g)
			if short := 8 * (c.Size() - 1); q.x.BitLen() > short && q.y.BitLen() > short {
				continue
			}
			seen++
			b := p.Bytes()
			if !bytes.Equal(b, r.encode(q)) || len(p.X()) != c.Size() || !bytes.Equal(p.X(), b[1:1+c.Size()]) {
				t.Errorf("point = %X, X = %X", b, p.X())
			}
			if !mustPoint(t, c, b).Equal(p) {
				t.Errorf("%X decodes to another point", b)
			}
		}
	})
}

// Catches: an invalid point that is taken: off the curve, on another curve, with
// a coordinate not below p, infinity, compressed, hybrid, or of another length.
func TestPointRefuses(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		good := c.Generator().Bytes()
		size := c.Size()
		replace := func(at int, b []byte) []byte {
			bad := slices.Clone(good)
			copy(bad[at:], b)
			return bad
		}
		p := r.p.FillBytes(make([]byte, size))
		cases := map[string][]byte{
			"nothing":         {},
			"infinity":        {0},
			"padded infinity": make([]byte, len(good)),
			"04 and zeros":    append([]byte{4}, make([]byte, 2*size)...),
			"compressed":      append([]byte{2 + good[len(good)-1]&1}, good[1:1+size]...),
			"hybrid":          replace(0, []byte{6 + good[len(good)-1]&1}),
			"without form":    good[1:],
			"one byte short":  good[:len(good)-1],
			"one byte long":   append(slices.Clone(good), 0),
			"x only":          good[:1+size],
			"x = p":           replace(1, p),
			"y = p":           replace(1+size, p),
			"all ones":        replace(1, bytes.Repeat([]byte{0xFF}, 2*size)),
			"y + 1":           replace(len(good)-1, []byte{good[len(good)-1] + 1}),
			"x and y swapped": slices.Concat(good[:1], good[1+size:], good[1:1+size]),
		}
		for _, other := range curves() {
			if other != c {
				cases["generator of "+other.Name()] = other.Generator().Bytes()
			}
		}
		for name, b := range cases {
			if q, err := c.Point(b); !errors.Is(err, ErrPoint) || q != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Catches: a coordinate x+p that is reduced and taken, so that one point has two
// encodings. On the brainpool curves such an x often fits in Size bytes.
func TestPointNotCanonical(t *testing.T) {
	for _, c := range brainpools() {
		t.Run(c.Name(), func(t *testing.T) { refuseNotCanonical(t, c, newReference(t, c.Name())) })
	}
}

// brainpools are the curves of RFC 5639.
func brainpools() []*Curve {
	return []*Curve{BrainpoolP256r1(), BrainpoolP320r1(), BrainpoolP384r1(), BrainpoolP512r1()}
}

func refuseNotCanonical(t *testing.T, c *Curve, r *reference) {
	room := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(8*c.Size())), r.p)
	tried := 0
	for q := r.g; tried < 8; q = r.add(q, r.g) {
		for _, coordinate := range []*big.Int{q.x, q.y} {
			if coordinate.Cmp(room) >= 0 {
				continue
			}
			tried++
			x, y := new(big.Int).Set(q.x), new(big.Int).Set(q.y)
			if coordinate == q.x {
				x.Add(x, r.p)
			} else {
				y.Add(y, r.p)
			}
			if _, err := c.Point(r.encode(affine{x, y})); !errors.Is(err, ErrPoint) {
				t.Errorf("point with a coordinate plus p: %v", err)
			}
		}
	}
}

// Catches: operands of two curves that are combined; a wiped point or scalar
// that is still used; bytes given out or taken in that alias a point.
func TestPointOwnership(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, _ *reference) {
		other := P256()
		if c == other {
			other = BrainpoolP256r1()
		}
		k := scalarOf(t, c, big.NewInt(7))
		g := c.Generator()
		if _, err := other.Generator().Mul(k); !errors.Is(err, ErrScalar) {
			t.Errorf("scalar of another curve: %v", err)
		}
		if _, err := g.Add(other.Generator()); !errors.Is(err, ErrPoint) {
			t.Errorf("point of another curve: %v", err)
		}
		if g.Equal(other.Generator()) || !g.Equal(c.Generator()) {
			t.Error("Equal does not tell curves apart")
		}
		if g.Curve() != c || k.Curve() != c {
			t.Error("Curve is another one")
		}

		encoded := g.Bytes()
		p := mustPoint(t, c, encoded)
		clear(encoded)
		clear(p.Bytes())
		clear(p.X())
		if !p.Equal(g) {
			t.Error("a point changed with the caller's bytes")
		}

		shared := mustMul(t, p, k)
		shared.Wipe()
		g.Wipe()
		if !bytes.Equal(shared.xy, make([]byte, 2*c.Size())) {
			t.Error("coordinates left after Wipe")
		}
		if _, err := shared.Mul(k); !errors.Is(err, ErrPoint) {
			t.Errorf("multiple of a wiped point: %v", err)
		}
		if _, err := p.Add(shared); !errors.Is(err, ErrPoint) {
			t.Errorf("sum with a wiped point: %v", err)
		}
		if !bytes.Equal(c.Generator().Bytes()[1:], c.g) || !mustMul(t, c.Generator(), k).Equal(mustMul(t, p, k)) {
			t.Error("Wipe of one generator changed another")
		}
		k.Wipe()
		if _, err := p.Mul(k); !errors.Is(err, ErrScalar) {
			t.Errorf("multiple by a wiped scalar: %v", err)
		}
	})
}

// Catches: a decoder that takes what the reference refuses or refuses what it
// takes, and an encoding that is not the one decoded.
func FuzzPoint(f *testing.F) {
	references := map[*Curve]*reference{}
	for _, c := range curves() {
		references[c] = newReference(f, c.Name())
		g := c.Generator().Bytes()
		f.Add(g)
		f.Add(g[:len(g)-1])
		f.Add(append([]byte{2}, g[1:1+c.Size()]...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for c, r := range references {
			p, err := c.Point(b)
			if (err == nil) != r.valid(b) {
				t.Fatalf("%s, %X: %v", c.Name(), b, err)
			}
			if err != nil && !errors.Is(err, ErrPoint) {
				t.Fatalf("untyped error %v", err)
			}
			if err == nil && !bytes.Equal(p.Bytes(), b) {
				t.Fatalf("%X came back as %X", b, p.Bytes())
			}
		}
	})
}
