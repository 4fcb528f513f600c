package seal_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"cnie.example/attest/seal"
)

func keyOf(n byte) []byte { return bytes.Repeat([]byte{n}, seal.KeySize) }

func ring(tb testing.TB, numbers ...byte) *seal.Ring {
	tb.Helper()
	var keys [][]byte
	for _, n := range numbers {
		keys = append(keys, keyOf(n))
	}
	r, err := seal.NewRing(keys...)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func binding() seal.Binding {
	return seal.Binding{Purpose: "test", Issuer: "https://id.example", Transaction: "SPECIMEN-1", Step: "opened", Version: 7, Policy: []byte{1, 2}}
}

func sealed(tb testing.TB, r *seal.Ring, b seal.Binding, plain []byte) []byte {
	tb.Helper()
	out, err := r.Seal(rand.NewChaCha8([32]byte{1}), b, plain)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// zeros is randomness for an answer that can be compared.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// The answer was computed by another implementation of AES-GCM and SHA-256.
// Catches a layout that changes: what waits in a store could not be opened by
// the next version.
func TestKnownAnswer(t *testing.T) {
	got, err := ring(t, 1).Seal(zeros{}, binding(), []byte("SPECIMEN"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "0164fbb9e534451ce7000000000000000000000000ec65dd9f3c7646f1f679dff98fd5f1c275751d9a6b10531c"
	if hex.EncodeToString(got) != want {
		t.Errorf("got  %x\nwant %s", got, want)
	}
}

// Catches a content that changes, and a length that is not the documented one.
func TestSealOpen(t *testing.T) {
	r := ring(t, 1)
	for _, n := range []int{0, 1, 15, 16, 17, 4000} {
		plain := bytes.Repeat([]byte{9}, n)
		text := sealed(t, r, binding(), bytes.Clone(plain))
		if len(text) != n+seal.Overhead || n > 8 && bytes.Contains(text, plain) {
			t.Errorf("%d bytes: sealed in %d", n, len(text))
		}
		got, err := r.Open(binding(), text)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: %x, %v", n, got, err)
		}
	}
}

// Catches a text that opens under another transaction, step, version, issuer,
// purpose or policy, and members that run into each other.
func TestBindingCounts(t *testing.T) {
	r := ring(t, 1)
	text := sealed(t, r, binding(), []byte("SPECIMEN"))
	for name, change := range map[string]func(*seal.Binding){
		"purpose":     func(b *seal.Binding) { b.Purpose += "x" },
		"issuer":      func(b *seal.Binding) { b.Issuer = "https://other.example" },
		"transaction": func(b *seal.Binding) { b.Transaction = "SPECIMEN-2" },
		"step":        func(b *seal.Binding) { b.Step = "begun" },
		"version":     func(b *seal.Binding) { b.Version++ },
		"policy":      func(b *seal.Binding) { b.Policy = nil },
		"shifted":     func(b *seal.Binding) { b.Transaction, b.Step = b.Transaction+"o", b.Step[1:] },
		"policy cut":  func(b *seal.Binding) { b.Policy = b.Policy[:1] },
	} {
		b := binding()
		change(&b)
		if plain, err := r.Open(b, text); !errors.Is(err, seal.ErrSealed) || plain != nil {
			t.Errorf("%s: %x, %v", name, plain, err)
		}
	}
}

// Catches a byte that is not authenticated: every bit is flipped, and the text
// is cut everywhere.
func TestEveryBitCounts(t *testing.T) {
	r := ring(t, 1, 2)
	text := sealed(t, r, binding(), []byte("SPECIMEN"))
	for bit := range 8 * len(text) {
		altered := bytes.Clone(text)
		altered[bit/8] ^= 1 << (bit % 8)
		if _, err := r.Open(binding(), altered); !errors.Is(err, seal.ErrSealed) {
			t.Errorf("bit %d: %v", bit, err)
		}
	}
	for n := range text {
		if _, err := r.Open(binding(), text[:n]); !errors.Is(err, seal.ErrSealed) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// Catches a rotation that loses what is under way, and a key that opens after
// it was dropped.
func TestRotation(t *testing.T) {
	old := sealed(t, ring(t, 1), binding(), []byte("SPECIMEN"))
	during := ring(t, 2, 1)
	if _, err := during.Open(binding(), old); err != nil {
		t.Errorf("under the old key: %v", err)
	}
	young := sealed(t, during, binding(), []byte("SPECIMEN"))
	after := ring(t, 2)
	if _, err := after.Open(binding(), young); err != nil {
		t.Errorf("the first key did not seal: %v", err)
	}
	if _, err := after.Open(binding(), old); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("under a dropped key: %v", err)
	}
}

// Catches a plain state that is left behind, also when randomness fails.
func TestSealOverwrites(t *testing.T) {
	for name, random := range map[string]io.Reader{"sealed": zeros{}, "not sealed": bytes.NewReader(nil)} {
		plain := []byte("SPECIMEN")
		_, err := ring(t, 1).Seal(random, binding(), plain)
		if (err == nil) != (name == "sealed") || !bytes.Equal(plain, make([]byte, len(plain))) {
			t.Errorf("%s: %v, left: %q", name, err, plain)
		}
	}
}

// Catches keys that make a ring by mistake, and a nonce that is not random.
func TestRefused(t *testing.T) {
	for name, keys := range map[string][][]byte{
		"none": nil, "short": {keyOf(1)[1:]}, "long": {append(keyOf(1), 1)}, "twice": {keyOf(1), keyOf(2), keyOf(1)}, "empty": {{}},
	} {
		if _, err := seal.NewRing(keys...); !errors.Is(err, seal.ErrKeys) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ring(t, 1).Seal(bytes.NewReader(make([]byte, 11)), binding(), nil); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("eleven random bytes: %v", err)
	}
}

// FuzzOpen: bytes open only if they are what Seal makes of their content.
// Catches a panic and a second text for one content.
func FuzzOpen(f *testing.F) {
	r := ring(f, 1, 2)
	f.Add(sealed(f, r, binding(), []byte("SPECIMEN")))
	f.Add(sealed(f, ring(f, 3), binding(), nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		plain, err := r.Open(binding(), text)
		if err != nil {
			if !errors.Is(err, seal.ErrSealed) || plain != nil {
				t.Fatalf("%x, %v", plain, err)
			}
			return
		}
		again, err := r.Seal(bytes.NewReader(text[9:21]), binding(), bytes.Clone(plain))
		if err != nil || !bytes.Equal(again, text) {
			t.Errorf("%x opens to %x, which is sealed as %x", text, plain, again)
		}
	})
}

// Two servers that share a key: what one seals opens at the other, for the same
// transaction, step and version only.
func ExampleRing() {
	key := make([]byte, seal.KeySize) // 32 random bytes from your secrets
	here, err := seal.NewRing(key)
	if err != nil {
		fmt.Println(err)
		return
	}
	b := seal.Binding{Purpose: "example", Issuer: "https://id.example", Transaction: "SPECIMEN-1", Step: "opened", Version: 2}
	text, err := here.Seal(zeros{}, b, []byte("state")) // crypto/rand.Reader in a server
	if err != nil {
		fmt.Println(err)
		return
	}
	there, err := seal.NewRing(key)
	if err != nil {
		fmt.Println(err)
		return
	}
	plain, err := there.Open(b, text)
	fmt.Printf("%s %v\n", plain, err)
	b.Version++
	_, err = there.Open(b, text)
	fmt.Println(err)
	// Output:
	// state <nil>
	// sealed text does not open
}
