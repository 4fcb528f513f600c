package vcard

import (
	"bytes"
	"crypto/ecdh"
	"crypto/sha256"
	"math/big"
	"testing"
)

// Would catch: wrong formulas, windows or constants, seen against the standard
// library's P-256.
func TestMultiplyAgainstStandardLibrary(t *testing.T) {
	random := seeded(2)
	for range 50 {
		private, err := P256.GenerateKey(random)
		if err != nil {
			t.Fatal(err)
		}
		public, err := P256.PublicKey(private)
		if err != nil {
			t.Fatal(err)
		}
		key, err := ecdh.P256().NewPrivateKey(private)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(public, key.PublicKey().Bytes()) {
			t.Fatalf("public key of %x differs", private)
		}
	}
}

// Would catch: a mistyped constant, and an addition that fails in its special
// cases.
func TestGroup(t *testing.T) {
	for _, curve := range []Curve{P256, BrainpoolP256r1} {
		d, err := curve.domain()
		if err != nil {
			t.Fatal(err)
		}
		g := d.generator
		if _, err := d.decode(d.encode(g)); err != nil {
			t.Errorf("%v: generator is not on the curve", curve)
		}
		if !d.multiply(d.n, g).infinite() {
			t.Errorf("%v: n·G is not infinity", curve)
		}
		minus := d.multiply(new(big.Int).Sub(d.n, big.NewInt(1)), g)
		if minus.x.Cmp(g.x) != 0 || !d.add(g, minus).infinite() {
			t.Errorf("%v: G - G is not infinity", curve)
		}
		if got := d.add(g, point{}); got.x.Cmp(g.x) != 0 || got.y.Cmp(g.y) != 0 {
			t.Errorf("%v: G + infinity is not G", curve)
		}
		sum := point{}
		for k := range int64(40) {
			if got := d.multiply(big.NewInt(k), g); got.infinite() != sum.infinite() || !sum.infinite() && !bytes.Equal(d.encode(got), d.encode(sum)) {
				t.Fatalf("%v: %d·G differs from the sum", curve, k)
			}
			sum = d.add(sum, g)
		}
	}
}

// Would catch: points that are off the curve, not reduced, compressed or cut
// short taken for public keys.
func TestDecodeRefuses(t *testing.T) {
	d, err := BrainpoolP256r1.domain()
	if err != nil {
		t.Fatal(err)
	}
	good := d.encode(d.generator)
	off := bytes.Clone(good)
	off[64] ^= 1
	unreduced := append([]byte{4}, d.p.Bytes()...)
	unreduced = append(unreduced, good[33:]...)
	compressed := append([]byte{3}, good[1:33]...)
	for name, b := range map[string][]byte{
		"off the curve": off, "not reduced": unreduced, "compressed": compressed,
		"hybrid": append([]byte{6}, good[1:]...), "short": good[:64], "long": append(bytes.Clone(good), 0),
		"infinity": {0}, "empty": nil, "origin": append([]byte{4}, make([]byte, 64)...),
	} {
		if _, err := d.decode(b); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Would catch: private keys of zero, of n or of another length.
func TestPrivateKeyRefused(t *testing.T) {
	d, err := BrainpoolP256r1.domain()
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string][]byte{
		"zero": make([]byte, 32), "n": d.n.Bytes(), "short": {1}, "long": make([]byte, 33), "empty": {},
	} {
		p := blank()
		p.ChipKey = key
		if _, err := New(p, seeded(1)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Would catch: a shared secret hashed without its leading zeros, which fails
// one run in 170 on this curve.
func TestSharedSecretKeepsLeadingZeros(t *testing.T) {
	p := blank()
	p.ChipKey = append(make([]byte, 31), 1) // the shared point is the terminal's
	terminal := open(t, p)
	d := terminal.card.chip.domain
	public := d.generator
	for public.x.BitLen() > 248 {
		public = d.add(public, d.generator)
	}
	if sw := terminal.authenticateChip(d.encode(public)); sw != statusOK {
		t.Fatalf("chip authentication answered %04X", sw)
	}
	x := d.encode(public)[1:33]
	want := sha256.Sum256(append(bytes.Clone(x), 0, 0, 0, deriveAuthentication))
	block, probe := terminal.card.channel.mac, make([]byte, 16)
	if x[0] != 0 || !bytes.Equal(cmac(block, probe), cmac(newBlock(want[:]), probe)) {
		t.Error("session key is not derived from the padded secret")
	}
}

// Would catch: rejection sampling that takes numbers outside 1 … n-1 or never
// ends with a stuck source.
func TestRandomScalar(t *testing.T) {
	d, err := BrainpoolP256r1.domain()
	if err != nil {
		t.Fatal(err)
	}
	want := append(make([]byte, 31), 9)
	source := append(append(bytes.Repeat([]byte{0xFF}, 32), make([]byte, 32)...), want...)
	got, err := BrainpoolP256r1.GenerateKey(bytes.NewReader(append(source, d.n.Bytes()...)))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("drew %x, error %v", got, err)
	}
	if _, err := BrainpoolP256r1.GenerateKey(zeros{}); err == nil {
		t.Error("a source of zeros gave a key")
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func BenchmarkMultiply(b *testing.B) {
	d, err := BrainpoolP256r1.domain()
	if err != nil {
		b.Fatal(err)
	}
	k, err := d.randomScalar(seeded(3))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		d.multiply(k, d.generator)
	}
}
