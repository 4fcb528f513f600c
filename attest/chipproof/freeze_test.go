package chipproof_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"cnie.example/attest/chipproof"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// check is what the bench's exchange was given.
func (b *bench) check(s setup) func(lds.File, []byte) error {
	return func(f lds.File, content []byte) error {
		if string(content) != string(s.signed[f]) {
			return errHash
		}
		b.read[f] = content
		return nil
	}
}

// move freezes the exchange and thaws it as another process would.
func (b *bench) move(tb testing.TB, s setup) {
	tb.Helper()
	frozen, err := b.Freeze()
	if err != nil {
		tb.Fatal(err)
	}
	x, err := chipproof.Thaw(frozen, func() time.Time { return b.now }, b.check(s))
	if err != nil {
		tb.Fatal(err)
	}
	if !bytes.Equal(frozen, make([]byte, len(frozen))) {
		tb.Error("Thaw left the secrets that it was given")
	}
	b.Exchange = x
}

func photo(tb testing.TB, cipher sm.Cipher) setup {
	tb.Helper()
	s := specimen(tb)
	s.cipher = cipher
	s.files = append(s.files, lds.DG2)
	s.stored[lds.DG2] = fileOf(tb, lds.DG2, 5000, rand.NewChaCha8([32]byte{4}))
	return s
}

// Catches a counter, an offset, a budget or a content that is lost on the way:
// the exchange moves before every batch of answers.
func TestFrozenGoesOn(t *testing.T) {
	for _, cipher := range []sm.Cipher{sm.TripleDES, sm.AES256} {
		s := photo(t, cipher)
		b := start(t, s)
		batches := 0
		for next := b.offer.Commands; next != nil; batches++ {
			b.move(t, s)
			var err error
			if next, err = b.Answer(b.chip.answers(t, next)); err != nil {
				t.Fatalf("%v, batch %d: %v", cipher, batches+1, err)
			}
		}
		if batches != 2 || b.State() != chipproof.Complete || !b.Present() {
			t.Errorf("%v: %d batches, %v, present %v", cipher, batches, b.State(), b.Present())
		}
		for _, f := range s.files {
			if !bytes.Equal(b.read[f], s.stored[f]) {
				t.Errorf("%v: %v differs", cipher, f)
			}
		}
	}
}

// Catches an exchange that lives in two places.
func TestFrozenIsDead(t *testing.T) {
	b := start(t, specimen(t))
	answers := b.chip.answers(t, b.offer.Commands)
	if _, err := b.Freeze(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Answer(answers); reasonOf(err) != refusal.MessageOutOfOrder || b.State() != chipproof.Dead {
		t.Errorf("answers after Freeze: %v, %v", err, b.State())
	}
	if _, err := b.Freeze(); !errors.Is(err, chipproof.ErrFrozen) {
		t.Errorf("second Freeze: %v", err)
	}
	b = start(t, specimen(t))
	if _, _, err := finish(t, b); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Freeze(); !errors.Is(err, chipproof.ErrFrozen) || b.State() != chipproof.Complete {
		t.Errorf("Freeze of what is complete: %v, %v", err, b.State())
	}
}

// Catches a deadline that begins anew, or is lost, when the exchange moves.
func TestDeadlineMoves(t *testing.T) {
	for _, c := range []struct {
		wait   time.Duration
		reason refusal.Reason
	}{{chipproof.Deadline - 1, ""}, {chipproof.Deadline, refusal.ChipTimeout}} {
		s := specimen(t)
		b := start(t, s)
		answers := b.chip.answers(t, b.offer.Commands)
		b.now = b.now.Add(c.wait / 2)
		b.move(t, s)
		b.now = b.now.Add(c.wait - c.wait/2)
		if _, err := b.Answer(answers); reasonOf(err) != c.reason {
			t.Errorf("after %v: %v", c.wait, err)
		}
	}
}

// Catches a clone that becomes genuine by moving.
func TestFrozenCloneIsRefused(t *testing.T) {
	s := specimen(t)
	s.wrongKey = true
	b := start(t, s)
	b.move(t, s)
	if _, err := b.Answer(b.chip.answers(t, b.offer.Commands)); reasonOf(err) != refusal.ChipNotGenuine || b.Present() {
		t.Errorf("%v, present %v", err, b.Present())
	}
}

// Catches a state that grows beyond what a store is told to hold.
func TestFrozenSize(t *testing.T) {
	b := start(t, specimen(t))
	frozen, err := b.Freeze()
	if err != nil || len(frozen) > 256 {
		t.Errorf("%d bytes while no file is read: %v", len(frozen), err)
	}
}

// Catches missing functions, and a panic or an acceptance of a state that is
// cut anywhere.
func TestThawRefuses(t *testing.T) {
	none := func(lds.File, []byte) error { return nil }
	b := start(t, specimen(t))
	frozen, err := b.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	for n := range frozen {
		if _, err := chipproof.Thaw(bytes.Clone(frozen[:n]), time.Now, none); !errors.Is(err, chipproof.ErrFrozen) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
	if _, err := chipproof.Thaw(append(bytes.Clone(frozen), 0), time.Now, none); !errors.Is(err, chipproof.ErrFrozen) {
		t.Errorf("a byte more: %v", err)
	}
	if _, err := chipproof.Thaw(bytes.Clone(frozen), nil, none); !errors.Is(err, chipproof.ErrConfig) {
		t.Errorf("no clock: %v", err)
	}
	if _, err := chipproof.Thaw(bytes.Clone(frozen), time.Now, nil); !errors.Is(err, chipproof.ErrConfig) {
		t.Errorf("no check: %v", err)
	}
}

// Catches numbers that do not belong together and are taken: with one command
// more to spare than was left, counters would go on beyond the limit.
func TestThawWantsConsistency(t *testing.T) {
	b := start(t, specimen(t))
	frozen, err := b.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	counts := 2 + 2*(1+int(frozen[2])) + 8 // behind version, cipher, both keys, deadline
	files := counts + 4 + 4 + 1 + 4 + 1
	for name, change := range map[string]func(b []byte){
		"command to spare":       func(b []byte) { b[counts+8]++ },
		"fewer to spare":         func(b []byte) { b[counts+8]-- },
		"no length to ask for":   func(b []byte) { clear(b[counts+4 : counts+8]) },
		"bytes to spare":         func(b []byte) { b[counts+9] = 0xFF },
		"no command wrapped":     func(b []byte) { b[files-1] = 0 },
		"DG1 not first":          func(b []byte) { b[files+1] = byte(lds.DG2) },
		"a file read that waits": func(b []byte) { b[files+3] = 1 },
		"neither yes nor no":     func(b []byte) { b[files+2] = 2 },
	} {
		altered := bytes.Clone(frozen)
		change(altered)
		if _, err := chipproof.Thaw(altered, time.Now, func(lds.File, []byte) error { return nil }); !errors.Is(err, chipproof.ErrFrozen) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzThaw: bytes are refused with ErrFrozen, or are what Freeze writes of the
// exchange that they make. Catches a panic, and two texts of one state. Whatever
// was thawed never takes invented answers for a chip's.
func FuzzThaw(f *testing.F) {
	for _, s := range []setup{specimen(f), photo(f, sm.TripleDES)} {
		b := start(f, s)
		b.move(f, s)
		answers := b.chip.answers(f, b.offer.Commands)
		frozen, err := b.Freeze()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.Clone(frozen))
		b.Exchange, err = chipproof.Thaw(frozen, func() time.Time { return b.now }, b.check(s))
		if err != nil {
			f.Fatal(err)
		}
		if next, err := b.Answer(answers); err != nil || next == nil {
			continue
		}
		if frozen, err = b.Freeze(); err != nil {
			f.Fatal(err)
		}
		f.Add(frozen)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		never := func(lds.File, []byte) error { return errHash }
		x, err := chipproof.Thaw(bytes.Clone(data), time.Now, never)
		if err != nil {
			if !errors.Is(err, chipproof.ErrFrozen) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		again, err := x.Freeze()
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("%x thaws and freezes to %x, %v", data, again, err)
		}
		if x, err = chipproof.Thaw(again, time.Now, never); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Answer([][]byte{{0x90, 0}}); err == nil || x.State() != chipproof.Dead {
			t.Errorf("invented answer: %v, %v", err, x.State())
		}
	})
}
