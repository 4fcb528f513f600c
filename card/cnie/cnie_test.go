package cnie_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"testing"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/sm"
)

// TestRecognise catches an answer to reset mistyped in the table, by its
// checksum where it has one, and a card made up from a part of one.
func TestRecognise(t *testing.T) {
	for s, want := range map[string]cnie.Interface{
		"3BDB96FF80B1FE451F870031C164093772130F9000F4":         cnie.Contact,
		"3B8B80010031C1640937721300900051":                     cnie.Contactless,
		"3BDB96FF80B1FE451F870031C164093364490F9000BC":         cnie.Contact,
		"3BFF960000C00A31FE4380318065B085040011120FFF829000AB": cnie.Contact,
		"3BD596FF80B1FE451F878073C82110A4":                     cnie.Contact,
	} {
		atr, err := hex.DecodeString(s)
		must(t, err)
		d, ok := cnie.Recognise(atr)
		if !ok || d.Interface != want || d.Name == "" || d.Source == "" {
			t.Errorf("%s: %v, %v", s, d, ok)
		}
		for _, other := range [][]byte{nil, atr[:len(atr)-1], append(bytes.Clone(atr), 0)} {
			if d, ok := cnie.Recognise(other); ok {
				t.Errorf("%X recognised as %v", other, d)
			}
		}
		// TCK makes the exclusive or of all bytes but TS zero (ISO/IEC 7816-3,
		// 8.2.5).
		var tck byte
		for _, b := range atr[1:] {
			tck ^= b
		}
		if tck != 0 {
			t.Errorf("%s: checksum is off by %02X", s, tck)
		}
	}
}

// TestLocalReading catches local chip authentication that leaves the old
// channel in use, reads other bytes, or needs more than one command more.
func TestLocalReading(t *testing.T) {
	p := specimen(t)
	chip := newCard(t, p)
	c := open(t, chip)
	if err := c.Authenticate(t.Context(), seeded("local", 0)); err != nil {
		t.Fatal(err)
	}
	for _, f := range []lds.File{lds.DG1, lds.DG2, lds.DG11, lds.DG14, lds.SOD} {
		b, err := c.Read(t.Context(), f)
		must(t, err)
		if !bytes.Equal(b, p.Files[f.FID()]) {
			t.Errorf("%v differs", f)
		}
	}
	b, err := c.Read(t.Context(), lds.CardAccess)
	must(t, err)
	if !bytes.Equal(b, p.CardAccess) {
		t.Error("EF.CardAccess differs")
	}
	// CardAccess, PACE 5, SELECT, DG14, MSE, GA, probe, five files.
	if apdus, _, _ := chip.Counters(); apdus != 16 {
		t.Errorf("%d APDUs", apdus)
	}
	if err := c.Authenticate(t.Context(), seeded("local", 1)); !errors.Is(err, cnie.ErrOrder) {
		t.Errorf("second chip authentication: %v", err)
	}
	if _, err := c.Read(t.Context(), lds.DG12); err == nil || errors.Is(err, sm.ErrSecureMessaging) {
		t.Errorf("file that is not there: %v", err)
	}
	if _, err := c.Read(t.Context(), lds.DG1); err != nil {
		t.Errorf("read after a missing file: %v", err)
	}
	c.Close()
	c.Close()
	if _, err := c.Read(t.Context(), lds.DG1); !errors.Is(err, cnie.ErrOrder) {
		t.Errorf("read after Close: %v", err)
	}
}

// TestNoChipAuthentication catches a document without a chip key that passes
// for an authenticated one.
func TestNoChipAuthentication(t *testing.T) {
	p := specimen(t)
	p.ChipKey = nil
	c := open(t, newCard(t, p))
	if err := c.Authenticate(t.Context(), seeded("local", 0)); err == nil {
		t.Error("chip without a key was authenticated")
	}
	p = specimen(t)
	p.Files[lds.DG14.FID()] = []byte{0x6E, 0x02, 0x31, 0x00}
	c = open(t, newCard(t, p))
	if err := c.Authenticate(t.Context(), seeded("local", 0)); err == nil {
		t.Error("document without a chip key was authenticated")
	}
}

// TestPrepared catches prepared keys that are not used, or that break a login
// on a chip with another curve.
func TestPrepared(t *testing.T) {
	pw, err := pace.CAN([]byte(specimenCAN))
	must(t, err)
	e, err := cnie.Prepare(seeded("terminal", 0))
	must(t, err)
	// The source of randomness is empty: only the prepared keys can serve.
	c, err := cnie.OpenPrepared(t.Context(), newCard(t, specimen(t)), nil, bytes.NewReader(nil), pw, e)
	must(t, err)
	c.Close()
	other, err := pace.Prepare(seeded("terminal", 0), curve.P256())
	must(t, err)
	c, err = cnie.OpenPrepared(t.Context(), newCard(t, specimen(t)), nil, seeded("terminal", 1), pw, other)
	must(t, err)
	c.Close()
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
		pw := pace.MRZ([]byte(information))
		c, err := cnie.Open(t.Context(), newCard(t, p), nil, seeded("terminal", 0), pw)
		if !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
		if err == nil {
			c.Close()
		}
	}
}

// TestDocument catches an answer to reset that decides whether a card opens.
func TestDocument(t *testing.T) {
	pw, err := pace.CAN([]byte(specimenCAN))
	must(t, err)
	atr, err := hex.DecodeString("3B8B80010031C1640937721300900051")
	must(t, err)
	for _, known := range []bool{true, false} {
		if !known {
			atr = []byte{0x3B, 0x00}
		}
		c, err := cnie.Open(t.Context(), newCard(t, specimen(t)), atr, seeded("terminal", 0), pw)
		must(t, err)
		if _, ok := c.Document(); ok != known {
			t.Errorf("%X recognised: %v", atr, ok)
		}
		c.Close()
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
