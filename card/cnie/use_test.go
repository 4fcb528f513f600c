package cnie_test

import (
	"errors"
	"testing"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
)

// TestReopen catches a card that is given up although it only takes no extended
// length under secure messaging, and one that costs a failed command each time
// although its length is remembered.
func TestReopen(t *testing.T) {
	for _, s := range []subject{
		{profile: "cnie", files: identityFiles()},
		{profile: "passport", bac: true, files: identityFiles()},
		{profile: "active-rsa", files: []lds.File{lds.DG1}},
	} {
		p := document(t, s.profile)
		p.ShortProtected = true
		chip := &counter{card: newCard(t, p)}
		c := openWith(t, chip, s.access(t, 0))
		if _, _, err := c.Evidence(t.Context()); !errors.Is(err, cnie.ErrReopen) {
			t.Fatalf("%s: %v", s.profile, err)
		}
		if _, err := c.Read(t.Context(), lds.DG1); !errors.Is(err, cnie.ErrOrder) {
			t.Errorf("%s: read after it: %v", s.profile, err)
		}
		if c.MaxLe() != card.MaxShortLe {
			t.Errorf("%s: length %d", s.profile, c.MaxLe())
		}
		if s.profile == "active-rsa" {
			continue // its signature does not fit a short response: TestLongSignature
		}

		prepared, err := cnie.Prepare(seeded("prepared", 0))
		must(t, err)
		a := s.access(t, 1)
		a.Prepared = prepared
		chip = &counter{card: newCard(t, p)}
		got, err := read(t.Context(), chip, a, s.files)
		must(t, err)
		must(t, got.holds(p.Files, s.files))
		first := len(chip.commands)

		a = s.access(t, 2)
		a.MaxLe = got.maxLe
		chip = &counter{card: newCard(t, p)}
		got, err = read(t.Context(), chip, a, s.files)
		must(t, err)
		must(t, got.holds(p.Files, s.files))
		for i, b := range chip.commands {
			if command, err := card.ParseCommand(b); err != nil || command.Extended {
				t.Errorf("%s: command %d has extended length", s.profile, i)
			}
		}
		t.Logf("%s: %d commands without memory, %d with", s.profile, first, len(chip.commands))
		if len(chip.commands) >= first {
			t.Errorf("%s: %d commands, %d without memory", s.profile, len(chip.commands), first)
		}
	}
}

// TestReopenActive catches a signature that is asked for with a length that
// nobody tried, and a refusal of it that is no reason to open the card anew.
func TestReopenActive(t *testing.T) {
	p := document(t, "active-ecdsa")
	p.ShortProtected = true
	s := subject{profile: "active-ecdsa", files: []lds.File{lds.DG1}}
	a := s.access(t, 0)
	a.Known = knownOf(p)
	got, err := read(t.Context(), newCard(t, p), a, s.files)
	must(t, err)
	must(t, got.holds(p.Files, s.files))
	rsa := document(t, "active-rsa")
	rsa.ShortProtected = true
	a = subject{profile: "active-rsa"}.access(t, 0)
	a.Known = knownOf(rsa)
	c := openWith(t, newCard(t, rsa), a)
	if err := c.Authenticate(t.Context()); !errors.Is(err, cnie.ErrReopen) || c.MaxLe() != card.MaxShortLe {
		t.Errorf("%v, length %d", err, c.MaxLe())
	}
}

// TestUse catches a second attempt after another error than ErrReopen, and a
// third one.
func TestUse(t *testing.T) {
	p := specimen(t)
	for _, want := range []error{nil, cnie.ErrReopen, card.ErrRemoved} {
		calls := 0
		maxLe, err := cnie.Use(t.Context(), newCard(t, p), byCAN(t, specimenCAN, 0), func(*cnie.Card) error { calls++; return want })
		attempts := 1
		if want == cnie.ErrReopen {
			attempts = 2
		}
		if !errors.Is(err, want) || calls != attempts || maxLe != card.MaxExtendedLe {
			t.Errorf("%v: %v after %d calls, length %d", want, err, calls, maxLe)
		}
	}
	maxLe, err := cnie.Use(t.Context(), newCard(t, p), byCAN(t, "000000", 0), nil)
	if !errors.Is(err, pace.ErrWrongPassword) || maxLe != 0 {
		t.Errorf("%v, length %d", err, maxLe)
	}
}

// TestKnownBadReader catches a length that is remembered and tried nevertheless.
func TestKnownBadReader(t *testing.T) {
	var lengths cnie.Lengths
	p := document(t, "short")
	s := subject{profile: "short"}
	for i, want := range []int64{24, 23} {
		chip := newCard(t, p)
		a := s.access(t, i)
		a.MaxLe = lengths.Recall("SPECIMEN reader", chip.ATR())
		got, err := login(t.Context(), chip, a, identityFiles())
		must(t, err)
		must(t, got.holds(p.Files, identityFiles()))
		lengths.Remember("SPECIMEN reader", chip.ATR(), got.maxLe)
		if n := chip.Counters().APDUs; n != want {
			t.Errorf("opening %d: %d APDUs, want %d", i+1, n, want)
		}
	}
	// A card that gives little at a time is asked for that much the next time.
	p = document(t, "cnie")
	p.MaxResponse = 1000
	for i := range 2 {
		chip := &counter{card: newCard(t, p)}
		a := subject{profile: "cnie"}.access(t, i)
		a.MaxLe = lengths.Recall("SPECIMEN reader 2", p.ATR)
		got, err := read(t.Context(), chip, a, []lds.File{lds.DG2})
		must(t, err)
		lengths.Remember("SPECIMEN reader 2", p.ATR, got.maxLe)
		if got.maxLe <= 800 || got.maxLe > 1000 {
			t.Errorf("length %d", got.maxLe)
		}
	}
}
