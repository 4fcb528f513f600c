package curve

import (
	"math/big"
	"testing"
)

// limbs is a little-endian number.
func limbs(x []uint64) *big.Int {
	v := new(big.Int)
	for i := len(x) - 1; i >= 0; i-- {
		v.Lsh(v, 64).Or(v, new(big.Int).SetUint64(x[i]))
	}
	return v
}

// edgeNumbers are numbers below m at its ends and with long carries, and random
// ones.
func edgeNumbers(m *big.Int, random int) (xs []*big.Int) {
	add := func(x *big.Int) { xs = append(xs, x.Mod(x, m)) }
	for i := int64(0); i < 3; i++ {
		add(big.NewInt(i))
		add(new(big.Int).Sub(m, big.NewInt(i+1)))
	}
	add(new(big.Int).Rsh(m, 1))
	for bit := uint(63); bit < uint(m.BitLen()); bit += 64 {
		power := new(big.Int).Lsh(big.NewInt(1), bit)
		add(new(big.Int).Set(power))
		add(new(big.Int).Sub(power, big.NewInt(1)))
		add(new(big.Int).Sub(new(big.Int).Lsh(power, 1), big.NewInt(1)))
		add(new(big.Int).Sub(m, power))
	}
	source := stream("edge numbers")
	for range random {
		b := make([]byte, len(m.Bytes())+8)
		source.Read(b)
		add(new(big.Int).SetBytes(b))
	}
	return xs
}

// Catches: a lost carry, borrow or reduction in the field of brainpoolP256r1,
// and wrong constants.
func TestField256(t *testing.T) {
	p := newReference(t, "brainpoolP256r1").p
	inverseR := new(big.Int).ModInverse(new(big.Int).Lsh(big.NewInt(1), 256), p)
	// Internal numbers are taken as they are, so that the edges are those of the
	// limbs, not of the numbers they stand for.
	load := func(v *big.Int) (z field256) {
		for i := range z {
			z[i] = new(big.Int).Rsh(v, uint(64*i)).Uint64()
		}
		return z
	}
	check := func(name string, got field256, want *big.Int) {
		t.Helper()
		if want.Mod(want, p); limbs(got[:]).Cmp(want) != 0 {
			t.Fatalf("%s = %x, not %x", name, limbs(got[:]), want)
		}
	}
	numbers := edgeNumbers(p, 60)
	for _, a := range numbers {
		x := load(a)
		var z field256
		z.square(&x)
		check("square", z, new(big.Int).Mul(new(big.Int).Mul(a, a), inverseR))
		z.triple(&x)
		check("triple", z, new(big.Int).Mul(a, big.NewInt(3)))
		for _, mask := range []uint64{0, ^uint64(0)} {
			z = x
			z.negateIf(mask)
			check("negate", z, new(big.Int).Mul(a, big.NewInt(1-2*int64(mask&1))))
		}
		z.invert(&x)
		z.mul(&z, &x)
		if a.Sign() == 0 {
			check("1/0", z, new(big.Int))
		} else {
			check("x/x", z, new(big.Int).Lsh(big.NewInt(1), 256))
		}
		for _, b := range numbers {
			y := load(b)
			z.mul(&x, &y)
			check("product", z, new(big.Int).Mul(new(big.Int).Mul(a, b), inverseR))
			z.add(&x, &y)
			check("sum", z, new(big.Int).Add(a, b))
			z.sub(&x, &y)
			check("difference", z, new(big.Int).Sub(a, b))
			z = x
			z.sub(&z, &z)
			check("difference in place", z, new(big.Int))
		}
	}
	var z field256
	z.setOne()
	check("one", z, new(big.Int).Lsh(big.NewInt(1), 256))
}

// Catches: an encoding that is not the inverse of decoding, and a number not
// below p that is taken.
func TestField256Decode(t *testing.T) {
	p := newReference(t, "brainpoolP256r1").p
	for _, a := range edgeNumbers(p, 60) {
		var z field256
		if b := a.FillBytes(make([]byte, 32)); !z.decode(b) || new(big.Int).SetBytes(z.append(nil)).Cmp(a) != 0 {
			t.Errorf("%x came back as %x", a, z.append(nil))
		}
		if b := new(big.Int).Add(a, p); b.BitLen() <= 256 && z.decode(b.FillBytes(make([]byte, 32))) {
			t.Errorf("%x + p is taken", a)
		}
	}
}

// Catches: a lost carry or a wrong number of limbs in the arithmetic modulo the
// order or the prime of any curve.
func TestModulus(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		t.Run("order", func(t *testing.T) { testModulus(t, c.order, r.n) })
		t.Run("prime", func(t *testing.T) { testModulus(t, c.field, r.p) })
	})
}

func testModulus(t *testing.T, m *modulus, n *big.Int) {
	if limbs(m.m[:]).Cmp(n) != 0 || m.bits != n.BitLen() {
		t.Fatal("another modulus")
	}
	montgomery := new(big.Int).Lsh(big.NewInt(1), uint(64*m.limbs)) // R
	inverseR := new(big.Int).ModInverse(montgomery, n)
	// Internal numbers are taken as they are, so that the edges are those of the
	// limbs, not of the numbers they stand for.
	internal := func(v *big.Int) (z residue) {
		load(&z, v.Bytes())
		return z
	}
	check := func(name string, got residue, want *big.Int) {
		t.Helper()
		if want.Mod(want, n); limbs(got[:]).Cmp(want) != 0 {
			t.Fatalf("%s = %x, not %x", name, limbs(got[:]), want)
		}
	}
	largest := new(big.Int).Sub(montgomery, big.NewInt(1)) // one factor may be above m
	numbers := edgeNumbers(n, 20)
	for _, a := range numbers {
		x := internal(a)
		var z residue
		m.triple(&z, &x)
		check("triple", z, new(big.Int).Mul(a, big.NewInt(3)))
		m.invert(&z, &x)
		m.mul(&z, &z, &x)
		if a.Sign() == 0 {
			check("1/0", z, new(big.Int))
		} else {
			check("x/x", z, new(big.Int).Set(montgomery))
		}
		if m.isZero(&x) != (a.Sign() == 0) {
			t.Fatalf("%x is zero: %v", a, m.isZero(&x))
		}
		for _, b := range append(numbers, largest) {
			y := internal(b)
			product := new(big.Int).Mul(a, b)
			product.Mul(product, inverseR)
			m.mul(&z, &x, &y)
			check("product", z, new(big.Int).Set(product))
			m.mul(&z, &y, &x)
			check("product, exchanged", z, product)
			if b == largest {
				continue
			}
			m.add(&z, &x, &y)
			check("sum", z, new(big.Int).Add(a, b))
			m.sub(&z, &x, &y)
			check("difference", z, new(big.Int).Sub(a, b))
			z = x
			m.sub(&z, &z, &z)
			check("difference in place", z, new(big.Int))
			if (x.equal(&y) != 0) != (a.Cmp(b) == 0) {
				t.Fatalf("%x equals %x: %x", a, b, x.equal(&y))
			}
		}
	}
}

// Catches: an encoding that is not the inverse of decoding, a number not below
// the modulus that is taken, and a power that is not the exponent's.
func TestModulusDecode(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		for m, n := range map[*modulus]*big.Int{c.order: r.n, c.field: r.p} {
			for _, a := range edgeNumbers(n, 20) {
				var z residue
				if !m.decode(&z, a.FillBytes(make([]byte, m.size))) || new(big.Int).SetBytes(m.encode(&z)).Cmp(a) != 0 {
					t.Fatalf("%x came back as %x", a, m.encode(&z))
				}
				m.exp(&z, &z, []byte{0x01, 0x00, 0x0F})
				if want := new(big.Int).Exp(a, big.NewInt(0x1000F), n); new(big.Int).SetBytes(m.encode(&z)).Cmp(want) != 0 {
					t.Fatalf("power of %x is %x", a, m.encode(&z))
				}
				if b := new(big.Int).Add(a, n); b.BitLen() <= 8*m.size && m.decode(&z, b.FillBytes(make([]byte, m.size))) {
					t.Fatalf("%x and the modulus more is taken", a)
				}
			}
		}
	})
}

// Catches: digits of a scalar that do not add up to it or leave the table.
func TestSignedDigits(t *testing.T) {
	for _, bits := range []int{256, 320, 384, 512} {
		testSignedDigits(t, bits)
	}
}

func testSignedDigits(t *testing.T, bits int) {
	m := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	for _, k := range append(edgeNumbers(m, 200), edgeScalars(m)...) {
		s := newSignedDigits(k.FillBytes(make([]byte, bits/8)))
		sum := new(big.Int)
		for i := bits / windowBits; i >= 0; i-- {
			d := s.digit(i)
			if d.magnitude > tableSize || d.negative != 0 && d.negative != ^uint64(0) {
				t.Fatalf("digit %d of %x is %+v", i, k, d)
			}
			v := new(big.Int).SetUint64(d.magnitude)
			if d.negative != 0 {
				v.Neg(v)
			}
			sum.Lsh(sum, windowBits).Add(sum, v)
		}
		if sum.Cmp(k) != 0 {
			t.Fatalf("digits of %x add up to %x", k, sum)
		}
	}
}
