package attest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"cnie.example/attest/chipproof"
	"cnie.example/attest/level"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/record"
	"cnie.example/attest/seal"
	"cnie.example/attest/wire"
	"cnie.example/card/chipauth"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// inTheMiddle is a login that waits for answers, with a real proof and a file
// that was read, and the bytes that must not be left behind.
func inTheMiddle(t *testing.T) (l *Login, proof *chipproof.Exchange, secrets map[string][]byte) {
	t.Helper()
	c := curve.BrainpoolP256r1()
	k, err := c.RandomScalar(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Generator().Mul(k)
	if err != nil {
		t.Fatal(err)
	}
	secrets = map[string][]byte{"DG1": []byte("SPECIMEN"), "photo": []byte("SPECIMEN")}
	proof, _, err = chipproof.Start(chipproof.Config{
		Key: chipauth.Key{Cipher: sm.TripleDES, Point: p},
		Handover: chipauth.Handover{
			Issuer: "https://id.example", JTI: "SPECIMEN-1",
			AgentNonce: make([]byte, 32), SODHash: make([]byte, 32), DG14Hash: make([]byte, 32),
		},
		Files: []lds.File{lds.DG1}, MaxCommand: 261, MaxResponse: 258,
		Rand: rand.Reader, Clock: time.Now, Check: func(lds.File, []byte) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	v := &Verifier{config: Config{Clock: time.Now, Rand: rand.Reader}}
	return &Login{
		verifier: v, state: opened, proof: proof, chip: &record.Chip{},
		document: passiveauth.Restore(lds.SecurityObject{}, nil), contents: map[lds.File][]byte{lds.DG1: secrets["DG1"]},
		identity: &Identity{Photo: secrets["photo"]}, level: level.EIDAS1,
	}, proof, secrets
}

// Catches keys and files that outlive the login, at each of its ends. What was
// in memory is looked at itself, not only what the Login still points to.
func TestEveryEndForgets(t *testing.T) {
	ring, err := seal.NewRing(make([]byte, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for name, end := range map[string]func(*Login){
		"close":               (*Login).Close,
		"answers refused":     func(l *Login) { _, _ = l.Answer(ctx, wire.Answers{Responses: wire.Batch{{0x90, 0}}}) },
		"answers malformed":   func(l *Login) { _, _ = l.Answer(ctx, wire.Answers{}) },
		"opening again":       func(l *Login) { _, _ = l.Open(ctx, wire.Opening{}) },
		"signed in its place": func(l *Login) { _ = l.Signed(ctx, wire.Signed{}) },
		"request given up": func(l *Login) {
			ended, cancel := context.WithCancel(ctx)
			cancel()
			_, _ = l.Answer(ended, wire.Answers{Responses: wire.Batch{}})
		},
		"sealing fails": func(l *Login) {
			l.verifier.config.Rand, l.document = bytes.NewReader(nil), nil
			_, _ = l.Seal(ring, 1)
		},
	} {
		l, proof, secrets := inTheMiddle(t)
		end(l)
		if proof.State() != chipproof.Dead {
			t.Errorf("%s: proof is %v", name, proof.State())
		}
		if l.document != nil || l.proof != nil || l.contents != nil || l.chip != nil || l.identity != nil || l.level != level.None {
			t.Errorf("%s: %+v", name, l)
		}
		for what, b := range secrets {
			if !bytes.Equal(b, make([]byte, len(b))) {
				t.Errorf("%s: %s is left: %q", name, what, b)
			}
		}
		if _, err := l.Identity(); !errors.Is(err, ErrNoIdentity) || l.Level() != level.None {
			t.Errorf("%s: %v at %v", name, err, l.Level())
		}
	}
}

// Catches a success that keeps what it no longer needs, or loses what it has
// promised.
func TestSuccessKeepsTheResultOnly(t *testing.T) {
	l, proof, secrets := inTheMiddle(t)
	if err := l.step("test", func() (state, error) { return proved, nil }); err != nil {
		t.Fatal(err)
	}
	if proof.State() != chipproof.Dead || l.document != nil || l.proof != nil || l.contents != nil || l.identity == nil {
		t.Errorf("%+v, proof is %v", l, proof.State())
	}
	if !bytes.Equal(secrets["DG1"], make([]byte, 8)) || bytes.Equal(secrets["photo"], make([]byte, 8)) {
		t.Errorf("left: %q", secrets)
	}
}
