package cnie_test

import (
	"bytes"
	"errors"
	"testing"

	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/vcard"
)

// TestKnown catches a known document that is not what Evidence read, that is
// given before, or that is used although nobody asked for it.
func TestKnown(t *testing.T) {
	p := document(t, "cnie")
	s := subject{profile: "cnie"}
	c := openWith(t, newCard(t, p), s.access(t, 0))
	if _, ok := c.Known(); ok {
		t.Error("known before Evidence")
	}
	_, _, err := c.Evidence(t.Context())
	must(t, err)
	c.Close()
	k, ok := c.Known()
	want := knownOf(p)
	if !ok || !bytes.Equal(k.CardAccess, want.CardAccess) || !bytes.Equal(k.SOD, want.SOD) || !bytes.Equal(k.DG14, want.DG14) {
		t.Fatal("known document differs from the document")
	}

	chip := &counter{card: newCard(t, p)}
	a := s.access(t, 0)
	a.Known = &k
	got, err := login(t.Context(), chip, a, identityFiles())
	must(t, err)
	must(t, got.holds(p.Files, identityFiles()))
	if len(chip.commands) != 10 {
		t.Errorf("%d APDUs", len(chip.commands))
	}
	// Without MaxLe nothing is known of lengths, so that only short ones are used.
	for i, b := range chip.commands {
		if len(b) > 5 && b[4] == 0 {
			t.Errorf("command %d has extended length", i)
		}
	}
}

// TestKnownWithoutDG14 catches a document without DG14 that is asked for it
// again and again, or that cannot be known.
func TestKnownWithoutDG14(t *testing.T) {
	p := document(t, "active-rsa")
	s := subject{profile: "active-rsa", files: []lds.File{lds.DG1}}
	first, err := login(t.Context(), newCard(t, p), s.access(t, 0), s.files)
	must(t, err)
	if first.known == nil || first.known.DG14 != nil {
		t.Fatal("no known document")
	}
	a := s.access(t, 1)
	a.Known = first.known
	chip := newCard(t, p)
	again, err := login(t.Context(), chip, a, s.files)
	must(t, err)
	must(t, again.holds(p.Files, s.files))
}

// TestOtherDocument catches a card in the place of the known one that passes for
// it, in the login or in the local reading, is called a fault of the chip, or
// cannot be read when the caller has forgotten the known one.
func TestOtherDocument(t *testing.T) {
	known := knownOf(document(t, "cnie"))
	sameProtocols := document(t, "cnie")
	key, err := vcard.BrainpoolP256r1.GenerateKey(seeded("another chip key", 0))
	must(t, err)
	public, err := vcard.BrainpoolP256r1.PublicKey(key)
	must(t, err)
	sameProtocols.ChipKeys[0].Scalar = key
	sameProtocols.Files[vcard.FIDDG14] = dg14(t, public, nil)
	noChipKey := document(t, "cnie")
	noChipKey.ChipKeys = nil
	noChipKey.Files[vcard.FIDDG14] = []byte{0x6E, 0x02, 0x31, 0x00}
	otherCurve := document(t, "passport")
	otherCurve.CAN = sameProtocols.CAN

	for name, tc := range map[string]struct {
		p     vcard.Personalisation
		login error // that the terminal can tell
		read  error
		again bool // a login is possible then
	}{
		"other protocols of PACE": {otherCurve, cnie.ErrOtherDocument, cnie.ErrOtherDocument, true},
		"other chip key":          {sameProtocols, errProvider, cnie.ErrOtherDocument, true},
		"no chip key":             {noChipKey, cnie.ErrOtherDocument, cnie.ErrOtherDocument, false},
	} {
		s := subject{profile: "cnie"}
		for use, run := range map[string]flow{"login": login, "read": read} {
			a := s.access(t, 0)
			a.Known = known
			_, err := run(t.Context(), newCard(t, tc.p), a, identityFiles())
			want := tc.read
			if use == "login" {
				want = tc.login
			}
			if err == nil || want != errProvider && !errors.Is(err, want) || errors.Is(err, pace.ErrWrongPassword) {
				t.Errorf("%s, %s: %v", name, use, err)
			}
			if !tc.again {
				continue
			}
			got, err := run(t.Context(), newCard(t, tc.p), s.access(t, 1), identityFiles())
			must(t, err)
			must(t, got.holds(tc.p.Files, identityFiles()))
		}
	}

	// A wrong CAN is a wrong CAN, also when a document is expected.
	a := byCAN(t, "000000", 0)
	a.Known = known
	if _, err := cnie.Open(t.Context(), newCard(t, document(t, "cnie")), a); !errors.Is(err, pace.ErrWrongPassword) || errors.Is(err, cnie.ErrOtherDocument) {
		t.Errorf("wrong CAN: %v", err)
	}
}
