package curve

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"
)

// timing turns TestConstantTime on.
var timing = flag.Bool("timing", false, "measure whether times depend on secrets (about two minutes)")

const (
	// threshold is the |t| above which two classes are taken to differ: with no
	// difference, one test in 100 000 gets there by chance.
	threshold = 4.5
	// attempts is how often a subject may be measured: a difference is in the
	// code only if every attempt finds it.
	attempts = 3
	// subjectTime is about how long one attempt takes, and maxMeasurements how
	// many measurements it makes at most.
	subjectTime     = 3 * time.Second
	maxMeasurements = 40000
)

// attempt measures a subject once.
func (s subject) attempt(t *testing.T, number int) (found bool) {
	t.Helper()
	s.draw(s.input)
	start := time.Now()
	for range 10 {
		s.run()
	}
	n := int(subjectTime / max(1, time.Since(start)/10))
	n = min(maxMeasurements, n)
	all := s.measure(stream(fmt.Sprint(s.name, number)), n)
	d := all.compare()
	t.Logf("%-44s %5d times %8.1f µs: t = %6.1f (%+.0f ns, fastest %.0f %%)",
		s.name, n, all.median()/1000, d.t, d.longer, 100*d.share)
	return math.Abs(d.t) > threshold
}

// Catches: a branch, an index or an early exit that depends on a secret and
// costs time: in the multiplication, in the nonce of a signature and in the
// encoding of integrated mapping. It is statistics on the machine at hand and
// runs on demand only:
//
//	go test -run TestConstantTime -timing -v .
//
// Leaks that are planted here must be found by the same means; without them, no
// difference would say nothing.
func TestConstantTime(t *testing.T) {
	if !*timing {
		t.Skip("measures times for minutes: turn it on with -timing")
	}
	for _, s := range plantedLeaks(t) {
		if !s.attempt(t, 0) {
			t.Errorf("%s: not found", s.name)
		}
	}
	for _, s := range constantTimeSubjects(t) {
		leaks := true
		for i := 0; i < attempts && leaks; i++ {
			leaks = s.attempt(t, i)
		}
		if leaks {
			t.Errorf("%s: time depends on the input in %d of %d attempts", s.name, attempts, attempts)
		}
	}
	for _, s := range processorEffects(t) {
		s.attempt(t, 0)
	}
}

// scalarSubject is a subject whose input is a scalar. The random class is of
// numbers below 2^(bits-1), bits the length of n, which are below n for every
// curve here.
func scalarSubject(c *Curve, name string, fixed *big.Int, run func(k *Scalar)) subject {
	k := &Scalar{curve: c, b: make([]byte, c.ScalarSize())}
	random := stream("scalars of " + name)
	return subject{
		name:  c.Name() + " " + name,
		input: k.b,
		fixed: fixed.FillBytes(make([]byte, c.ScalarSize())),
		draw: func(b []byte) {
			random.Read(b)
			b[0] &= 0xFF >> (8*c.order.size - c.order.bits + 1)
		},
		run: func() { run(k) },
	}
}

// ones is a scalar whose digits are all 1 but for the upper quarter of its bits,
// which is zero: few bits set, the first entry of a table each time, and the
// leading zeros by which nonces of ECDSA have been found out.
func ones(c *Curve) *big.Int {
	k := new(big.Int)
	for bit := 0; bit < 3*c.order.bits/4; bit += windowBits {
		k.SetBit(k, bit, 1)
	}
	return k
}

func constantTimeSubjects(t *testing.T) (all []subject) {
	for _, c := range curves() {
		p := mustMul(t, c.Generator(), scalarOf(t, c, big.NewInt(0xC0FFEE)))
		mul := func(p *Point) func(*Scalar) { return func(k *Scalar) { mustMul(t, p, k) } }
		last := new(big.Int).Sub(new(big.Int).SetBytes(c.n), big.NewInt(1))
		all = append(
			all,
			scalarSubject(c, "k·P, k of ones", ones(c), mul(p)),
			scalarSubject(c, "k·P, k = n-1", last, mul(p)),
		)
		if c.standard != nil {
			continue // the rest is package nistec again, or the same code
		}
		d, digest := scalarOf(t, c, big.NewInt(0xDEC0DE)), bytes.Repeat([]byte{0x5A}, 32)
		sign := func(nonce *Scalar) {
			if _, ok := signWith(nonce, d, digest); !ok {
				t.Fatal("no signature")
			}
		}
		all = append(
			all,
			scalarSubject(c, "k·G, k of ones", ones(c), mul(c.Generator())),
			scalarSubject(c, "signature, nonce of ones", ones(c), sign),
			mapSubject(t, c),
		)
	}
	return all
}

func mapSubject(t *testing.T, c *Curve) subject {
	r := make([]byte, c.Size()+8)
	random := stream("pseudorandom function of " + c.Name())
	fixed := make([]byte, len(r))
	fixed[len(fixed)-1] = 2
	return subject{
		name: c.Name() + " integrated mapping, r = 2", input: r, fixed: fixed,
		draw: func(b []byte) { random.Read(b) },
		run: func() {
			if _, err := c.IntegratedMap(r); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// processorEffects are reported and not judged. With k = 1 the sum is infinity
// for all digits but the last, so nearly all operands are zero, and some
// processors take a little less time then; so does a chain of field
// multiplications by zero, which has no branch and no table. No protocol
// multiplies by such a scalar.
func processorEffects(t *testing.T) (all []subject) {
	for _, c := range []*Curve{BrainpoolP256r1(), P256()} {
		p := mustMul(t, c.Generator(), scalarOf(t, c, big.NewInt(0xC0FFEE)))
		all = append(all, scalarSubject(c, "k·P, k = 1 (not judged)", big.NewInt(1), func(k *Scalar) { mustMul(t, p, k) }))
	}
	products := new(field256)
	chain := scalarSubject(BrainpoolP256r1(), "products by zero (not judged)", new(big.Int), func(k *Scalar) {
		var x field256
		x.decode(k.b)
		*products = x
		for range 4000 {
			products.mul(products, &x)
		}
	})
	return append(all, chain)
}

// plantedLeaks are multiplications on brainpoolP256r1 with the field of the
// package and a fault that readers of documents have had: a gross one and a fine
// one, which costs about one part in a hundred.
func plantedLeaks(t *testing.T) []subject {
	c := BrainpoolP256r1()
	g := c.group.(*group256)
	p := mustMul(t, c.Generator(), scalarOf(t, c, big.NewInt(0xC0FFEE)))
	point := &p.element.(*element256).point
	planted := func(name string, mul func(r, p *point256, k []byte, b *field256)) subject {
		run := func(k *Scalar) {
			e := &element256{group: g}
			mul(&e.point, point, k.b, &g.b)
			if _, err := c.finite(e); err != nil {
				t.Fatal(err)
			}
		}
		check := scalarOf(t, c, big.NewInt(0xFACADE))
		e := &element256{group: g}
		if mul(&e.point, point, check.b, &g.b); !bytes.Equal(mustMul(t, p, check).xy, mustFinite(t, c, e).xy) {
			t.Fatalf("%s: another product", name)
		}
		return scalarSubject(c, "planted: "+name+", k of ones", ones(c), run)
	}
	return []subject{
		planted("double and add", doubleAndAdd),
		planted("search that stops", mulStoppingSearch),
	}
}

func mustFinite(t *testing.T, c *Curve, e element) *Point {
	t.Helper()
	p, err := c.finite(e)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// doubleAndAdd adds for one bits only.
func doubleAndAdd(r, p *point256, k []byte, b *field256) {
	var sum point256
	sum.y.setOne()
	for i := range 8 * len(k) {
		sum.doubleTimes(1, &sum)
		if k[i/8]>>(7-i%8)&1 == 1 {
			sum.add(&sum, p, b)
		}
	}
	*r = sum
}

// mulStoppingSearch is point256.mul with a search of the table that stops at the
// entry it looks for.
func mulStoppingSearch(r, p *point256, k []byte, b *field256) {
	var t table256
	var sum, term point256
	t.fill(p, b)
	s := newSignedDigits(k)
	sum.y.setOne()
	for i := windows256 - 1; i >= 0; i-- {
		sum.doubleTimes(windowBits, &sum)
		d := s.digit(i)
		term = point256{}
		term.y.setOne()
		for j := range t {
			if d.magnitude == uint64(j+1) {
				term = t[j]
				break
			}
		}
		term.y.negateIf(d.negative)
		sum.add(&sum, &term, b)
	}
	*r = sum
}
