package curve

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"testing"
)

// stream is a reproducible source of randomness for tests.
func stream(seed string) *rand.ChaCha8 {
	return rand.NewChaCha8(sha256.Sum256([]byte(seed)))
}

// benchmarkMul measures a key agreement as a protocol does it: decode the
// peer's point with its checks, multiply, take the coordinate.
func benchmarkMul(b *testing.B, c *Curve) {
	random := stream("benchmark " + c.Name())
	k, err := c.RandomScalar(random)
	if err != nil {
		b.Fatal(err)
	}
	q, err := c.Generator().Mul(k)
	if err != nil {
		b.Fatal(err)
	}
	encoded := q.Bytes()
	b.ReportAllocs()
	for b.Loop() {
		p, err := c.Point(encoded)
		if err != nil {
			b.Fatal(err)
		}
		z, err := p.Mul(k)
		if err != nil || len(z.X()) != c.Size() {
			b.Fatal(err)
		}
	}
}

func BenchmarkMul(b *testing.B)     { benchmarkMul(b, BrainpoolP256r1()) }
func BenchmarkMulP256(b *testing.B) { benchmarkMul(b, P256()) }
func BenchmarkMulP384(b *testing.B) { benchmarkMul(b, P384()) }
func BenchmarkMulP521(b *testing.B) { benchmarkMul(b, P521()) }

func BenchmarkMulBrainpoolP320(b *testing.B) { benchmarkMul(b, BrainpoolP320r1()) }
func BenchmarkMulBrainpoolP384(b *testing.B) { benchmarkMul(b, BrainpoolP384r1()) }
func BenchmarkMulBrainpoolP512(b *testing.B) { benchmarkMul(b, BrainpoolP512r1()) }

func BenchmarkIntegratedMap(b *testing.B) {
	c := BrainpoolP256r1()
	r := make([]byte, 48)
	stream("benchmark integrated mapping").Read(r)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.IntegratedMap(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMulGenerator(b *testing.B) {
	c := BrainpoolP256r1()
	k, err := c.RandomScalar(stream("benchmark generator"))
	if err != nil {
		b.Fatal(err)
	}
	g := c.Generator()
	for b.Loop() {
		if _, err := g.Mul(k); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	random := stream("benchmark sign")
	k, err := BrainpoolP256r1().RandomScalar(random)
	if err != nil {
		b.Fatal(err)
	}
	digest := bytes.Repeat([]byte{0x5A}, 32)
	for b.Loop() {
		if _, err := Sign(random, k, digest); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	random := stream("benchmark verify")
	c := BrainpoolP256r1()
	k, err := c.RandomScalar(random)
	if err != nil {
		b.Fatal(err)
	}
	public, err := c.Generator().Mul(k)
	if err != nil {
		b.Fatal(err)
	}
	digest := bytes.Repeat([]byte{0x5A}, 32)
	signature, err := Sign(random, k, digest)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !Verify(public, digest, signature) {
			b.Fatal("refused")
		}
	}
}
