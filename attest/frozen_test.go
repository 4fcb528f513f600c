package attest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/card/lds"
)

// realStore trusts one authority that is no laboratory's.
func realStore(tb testing.TB) *csca.Store {
	tb.Helper()
	s, err := csca.Load([]string{"passiveauth/testdata/rsa.der"}, certificate.Options{}, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// FuzzThaw: bytes that came out of authenticated encryption may still be those
// of another version of the software. Catches a panic, an error without a type,
// and a plain state that is left behind; what was thawed begins as it was frozen.
func FuzzThaw(f *testing.F) {
	v, err := NewVerifier(Config{Trust: realStore(f), Clock: time.Now, Rand: rand.Reader})
	if err != nil {
		f.Fatal(err)
	}
	nonce := sha256.Sum256([]byte("SPECIMEN"))
	l, err := v.Begin(Transaction{
		Issuer: "https://id.example", JTI: "SPECIMEN-1", AgentNonce: nonce[:], Nonce: nonce[:],
		Level: level.EIDAS1, Files: []lds.File{lds.DG1, lds.DG11},
	})
	if err != nil {
		f.Fatal(err)
	}
	frozen, err := l.freeze()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("begun", frozen)
	f.Add("opened", frozen)
	f.Add("opened", append(bytes.Clone(frozen), 1, 0, 0, 1, 0x61))
	f.Fuzz(func(t *testing.T, step string, plain []byte) {
		given := bytes.Clone(plain)
		l, err := v.thaw("https://id.example", "SPECIMEN-1", step, given)
		if !bytes.Equal(given, make([]byte, len(given))) {
			t.Fatalf("left: %x", given)
		}
		if err != nil {
			if !errors.Is(err, ErrSealed) || l != nil {
				t.Fatalf("%v, %v", l, err)
			}
			return
		}
		if l.state.String() != step || l.Level() != level.None {
			t.Fatalf("%v thawed as %v at %v", step, l.state, l.Level())
		}
		again, err := l.freeze()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.thaw("https://id.example", "SPECIMEN-1", step, again); err != nil {
			t.Errorf("%x freezes as %x: %v", plain, again, err)
		}
	})
}

// silent is a status authority that never knows.
type silent struct{}

func (silent) Status(context.Context, DocumentID) (Status, error) { return StatusUnknown, nil }

// Catches two sets of rules with one digest: a state would be resumed under
// rules that it was not made for.
func TestRulesAreApart(t *testing.T) {
	rules := []Config{
		{},
		{Lab: true},
		{RequireRevocation: true},
		{Status: silent{}},
		{Countries: []string{"FRA"}},
		{Countries: []string{"FRA", "D"}},
		{Countries: []string{"FR", "AD"}},
		{Countries: []string{"FRAD"}},
		{DocumentTypes: []string{"FRA"}},
		{Countries: []string{"FRA"}, DocumentTypes: []string{"FRA"}},
	}
	seen := map[string]int{}
	for i, c := range rules {
		digest := string(c.digest())
		if j, known := seen[digest]; known {
			t.Errorf("rules %d and %d have one digest", i, j)
		}
		seen[digest] = i
	}
	a, b := Config{Countries: []string{"FRA", "D"}}, Config{Countries: []string{"D", "FRA"}}
	if string(a.digest()) != string(b.digest()) {
		t.Error("servers that list the countries in another order refuse each other's logins")
	}
}
