package cnie_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/cnie"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/sm"
)

// TestLocalReading catches local chip authentication that leaves the old
// channel in use, reads other bytes, or needs more than one command more.
func TestLocalReading(t *testing.T) {
	p := specimen(t)
	chip := newCard(t, p)
	c := open(t, chip)
	must(t, c.Authenticate(t.Context()))
	for _, f := range []lds.File{lds.DG1, lds.DG2, lds.DG11, lds.DG14, lds.SOD} {
		b, err := c.Read(t.Context(), f)
		must(t, err)
		if !bytes.Equal(b, p.Files[f.FID()]) {
			t.Errorf("%v differs", f)
		}
	}
	b, err := c.Read(t.Context(), lds.CardAccess)
	must(t, err)
	if !bytes.Equal(b, p.MasterFiles[0x011C]) {
		t.Error("EF.CardAccess differs")
	}
	// CardAccess, PACE 5, SELECT, DG14, MSE, GA, probe, four files: DG14 once.
	if apdus := chip.Counters().APDUs; apdus != 15 {
		t.Errorf("%d APDUs", apdus)
	}
	if err := c.Authenticate(t.Context()); !errors.Is(err, cnie.ErrOrder) {
		t.Errorf("second chip authentication: %v", err)
	}
	if _, err := c.Read(t.Context(), lds.DG12); !errors.Is(err, card.ErrFileNotFound) || errors.Is(err, sm.ErrSecureMessaging) {
		t.Errorf("file that is not there: %v", err)
	}
	if _, err := c.Read(t.Context(), lds.DG1); err != nil {
		t.Errorf("read after a missing file: %v", err)
	}
	c.Close()
	c.Close()
	for _, f := range []lds.File{lds.DG1, lds.DG14, lds.CardAccess} {
		if _, err := c.Read(t.Context(), f); !errors.Is(err, cnie.ErrOrder) {
			t.Errorf("%v after Close: %v", f, err)
		}
	}
}

// TestKeptBytes catches files that a caller changes inside the Card.
func TestKeptBytes(t *testing.T) {
	p := specimen(t)
	c := open(t, newCard(t, p))
	for _, f := range []lds.File{lds.CardAccess, lds.SOD, lds.DG14} {
		b, err := c.Read(t.Context(), f)
		must(t, err)
		clear(b)
	}
	sod, dg14, err := c.Evidence(t.Context())
	must(t, err)
	clear(sod)
	clear(dg14)
	k, ok := c.Known()
	clear(k.DG14)
	again, _ := c.Known()
	if want := knownOf(p); !ok || !bytes.Equal(again.SOD, want.SOD) || !bytes.Equal(again.DG14, want.DG14) || !bytes.Equal(again.CardAccess, want.CardAccess) {
		t.Error("files were changed")
	}
}

// TestAccess catches an Access that leaves open what is meant and reaches the
// card nevertheless.
func TestAccess(t *testing.T) {
	can := byCAN(t, specimenCAN, 0)
	zone := bac.NewPassword([]byte("SPECIMEN1590071383002119"))
	both := can
	both.BAC = zone
	deaf := can
	deaf.Rand = nil
	unread := can
	unread.Known = &cnie.Known{CardAccess: cardAccess(t, true)}
	broken := can
	broken.Known = knownOf(specimen(t))
	broken.Known.CardAccess = []byte{0x31, 0x80}
	for name, a := range map[string]cnie.Access{
		"nothing": {Rand: can.Rand}, "both": both, "no randomness": deaf,
		"known without SOD": unread, "known with a malformed file": broken,
	} {
		chip := &counter{card: newCard(t, specimen(t))}
		if _, err := cnie.Open(t.Context(), chip, a); !errors.Is(err, cnie.ErrAccess) || len(chip.commands) != 0 {
			t.Errorf("%s: %v after %d commands", name, err, len(chip.commands))
		}
	}
	// A source that fails is an error, not a panic.
	a := byCAN(t, specimenCAN, 0)
	a.Rand = errReader{}
	if _, err := cnie.Open(t.Context(), newCard(t, specimen(t)), a); err == nil {
		t.Error("opened without randomness")
	}
}

// TestPrepared catches prepared keys that are not used, or that break a login
// on a chip with another curve.
func TestPrepared(t *testing.T) {
	e, err := cnie.Prepare(seeded("terminal", 0))
	must(t, err)
	// The source of randomness fails: only the prepared keys can serve.
	a := byCAN(t, specimenCAN, 0)
	a.Rand, a.Prepared = errReader{}, e
	openWith(t, newCard(t, specimen(t)), a)
	a = byCAN(t, specimenCAN, 1)
	a.Prepared, err = pace.Prepare(seeded("terminal", 0), curve.P256())
	must(t, err)
	openWith(t, newCard(t, specimen(t)), a)
}

// TestApplicationSelected catches a card given up although only an application
// is selected in place of the master file, and one given up because it refuses
// SELECT of the master file.
func TestApplicationSelected(t *testing.T) {
	for _, status := range [][]byte{{0x90, 0x00}, {0x6A, 0x86}} {
		chip := newCard(t, specimen(t))
		selected, commands := false, 0
		c := open(t, card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
			commands++
			if bytes.Equal(b, []byte{0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00}) {
				selected = true
				return status, nil
			}
			if !selected {
				return []byte{0x6A, 0x82}, nil
			}
			return chip.Transmit(ctx, b)
		}))
		if commands != 8 {
			t.Errorf("%d commands", commands)
		}
		_, _, err := c.Evidence(t.Context())
		must(t, err)
	}
}

// TestMRZ catches a password of the machine readable zone that the chip does
// not share.
func TestMRZ(t *testing.T) {
	p := specimen(t)
	p.MRZ = []byte("SPECIMEN1590071383002119")
	for information, want := range map[string]error{string(p.MRZ): nil, "SPECIMEN1590071383002110": pace.ErrWrongPassword} {
		a := cnie.Access{Password: pace.MRZ([]byte(information)), Rand: seeded("terminal", 0)}
		c, err := cnie.Open(t.Context(), newCard(t, p), a)
		if !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
		if err == nil {
			c.Close()
		}
	}
}

// TestMasterFiles catches files of the master file that are looked for in the
// application, where EF.CardSecurity has the short identifier of EF.SOD, and a
// reading of the application that does not find its way back.
func TestMasterFiles(t *testing.T) {
	p := document(t, "cam")
	s := subject{profile: "cam"}
	c := openWith(t, newCard(t, p), s.access(t, 0))
	for _, f := range []lds.File{lds.CardSecurity, lds.DG1, lds.CardSecurity, lds.DIR, lds.ATRInfo, lds.SOD} {
		b, err := c.Read(t.Context(), f)
		must(t, err)
		want := p.Files[f.FID()]
		if f.InMasterFile() {
			want = p.MasterFiles[f.FID()]
		}
		if !bytes.Equal(b, want) {
			t.Errorf("%v differs", f)
		}
	}
	// A card that refuses to select the master file gives none of its files.
	p.SelectMF = 0x6A86
	c = openWith(t, newCard(t, p), s.access(t, 0))
	_, err := c.Read(t.Context(), lds.DG1)
	must(t, err)
	if b, err := c.Read(t.Context(), lds.CardSecurity); err == nil {
		t.Errorf("EF.CardSecurity from the application: %X", b[:2])
	}
	if _, err := c.Read(t.Context(), lds.DG11); err != nil {
		t.Errorf("read after it: %v", err)
	}
}

// TestWithoutShortIdentifiers catches a document that cannot be read at all
// because it refuses short identifiers, and a login with one, where the relay
// could not tell which file is read.
func TestWithoutShortIdentifiers(t *testing.T) {
	p := document(t, "select")
	s := subject{profile: "select"}
	c := openWith(t, newCard(t, p), s.access(t, 0))
	if _, _, err := c.Evidence(t.Context()); !errors.Is(err, lds.ErrSFIRefused) {
		t.Errorf("evidence: %v", err)
	}
	must(t, c.Authenticate(t.Context()))
	b, err := c.Read(t.Context(), lds.DG11)
	must(t, err)
	if !bytes.Equal(b, p.Files[lds.DG11.FID()]) {
		t.Error("DG11 differs")
	}
}

// TestCapacity catches sizes that a provider would take for more than the card
// gave, or for too little.
func TestCapacity(t *testing.T) {
	for short, want := range map[bool]int{false: 65538, true: 258} {
		p := specimen(t)
		p.ShortLength = short
		c := open(t, newCard(t, p))
		_, _, err := c.Evidence(t.Context())
		must(t, err)
		if c.MaxResponse() != want || c.MaxCommand() != 261 {
			t.Errorf("short %v: %d and %d bytes", short, c.MaxCommand(), c.MaxResponse())
		}
	}
}
