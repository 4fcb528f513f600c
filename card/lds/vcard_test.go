package lds_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"

	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/vcard"
)

const specimenInformation = "SPECIMEN<0400010143112314"

// cardWith makes a virtual card with files, in and beside the application.
func cardWith(t *testing.T, files map[lds.File][]byte, edit func(*vcard.Personalisation)) *vcard.Card {
	t.Helper()
	p := vcard.Personalisation{
		ATR: []byte{0x3B, 0x00}, MRZ: []byte(specimenInformation), BAC: true,
		Files: map[uint16][]byte{}, MasterFiles: map[uint16][]byte{},
	}
	for f, content := range files {
		if f.InMasterFile() {
			p.MasterFiles[f.FID()] = content
		} else {
			p.Files[f.FID()] = content
		}
	}
	edit(&p)
	c, err := vcard.New(p, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// channelOf opens the application and its secure channel. Every command of
// lengths short and extended goes through it.
func channelOf(t *testing.T, c card.Transmitter) *sm.Channel {
	t.Helper()
	application := card.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}}
	if a, err := card.Send(t.Context(), c, application); err != nil || a.Status != card.StatusOK {
		t.Fatalf("%v, %v", a.Status, err)
	}
	channel, err := bac.Establish(t.Context(), c, rand.Reader, bac.NewPassword([]byte(specimenInformation)))
	if err != nil {
		t.Fatal(err)
	}
	return channel
}

// Another implementation of the card, under secure messaging: what only the two
// halves of the tests of this package agree on does not come through here.
func TestVirtualCardLongFile(t *testing.T) {
	photo := file(lds.DG2, 70000)
	files := map[lds.File][]byte{lds.DG2: photo, lds.DG1: file(lds.DG1, 95)}
	for name, tc := range map[string]struct {
		edit     func(*vcard.Personalisation)
		maxLe    int
		selects  bool
		commands int
	}{
		"extended, 40000 at a time": {func(p *vcard.Personalisation) { p.MaxResponse = 40000 }, 65536, false, 2},
		"extended, 1000 at a time":  {func(p *vcard.Personalisation) { p.MaxResponse = 1000 }, 65536, false, 80},
		"short, 256 at a time":      {func(p *vcard.Personalisation) { p.MaxResponse = 256 }, 223, false, 330},
		"short lengths only":        {func(p *vcard.Personalisation) { p.ShortLength = true }, 223, false, 330},
		"no short identifiers":      {func(p *vcard.Personalisation) { p.NoShortIdentifiers, p.MaxResponse = true, 40000 }, 65536, true, 4},
		"neither":                   {func(p *vcard.Personalisation) { p.NoShortIdentifiers, p.ShortLength = true, true }, 223, true, 330},
		"a protected answer of 256": {func(p *vcard.Personalisation) { p.MaxResponse = 256 }, 65536, false, 320},
	} {
		t.Run(name, func(t *testing.T) {
			c := cardWith(t, files, tc.edit)
			n := 0
			counted := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) { n++; return c.Transmit(ctx, b) })
			r := lds.NewReader(channelOf(t, counted), tc.maxLe, lds.SelectFallback())
			n = 0
			got, err := r.Read(t.Context(), lds.DG2)
			if err != nil || !bytes.Equal(got, photo) {
				t.Fatalf("%d bytes, %v", len(got), err)
			}
			if n > tc.commands || r.UsesSelect() != tc.selects {
				t.Errorf("%d commands, selects %v", n, r.UsesSelect())
			}
			if got, err := r.Read(t.Context(), lds.DG1); err != nil || !bytes.Equal(got, files[lds.DG1]) {
				t.Errorf("DG1 after it: %d bytes, %v", len(got), err)
			}
		})
	}
}

// Files of the master file, plain, from a card that has COM, SOD and DG1 under
// the same short identifiers in its application.
func TestVirtualCardMasterFiles(t *testing.T) {
	files := map[lds.File][]byte{
		lds.CardAccess: file(lds.CardAccess, 60), lds.COM: file(lds.COM, 22), lds.SOD: file(lds.SOD, 500), lds.DG1: file(lds.DG1, 95),
		lds.DIR:     unhex(t, "61094F07A000000247100161094F07A0000002472001"),
		lds.ATRInfo: unhex(t, "4301F84703F741E07F6608020205F0020205F0"),
	}
	for _, selects := range []bool{false, true} {
		c := cardWith(t, files, func(p *vcard.Personalisation) { p.NoShortIdentifiers = selects })
		r := lds.NewReader(c, 256, lds.SelectFallback())
		for _, f := range []lds.File{lds.CardAccess, lds.DIR, lds.ATRInfo} {
			if got, err := r.Read(t.Context(), f); err != nil || !bytes.Equal(got, files[f]) || r.UsesSelect() != selects {
				t.Errorf("%v, selects %v: %X, %v", f, selects, got, err)
			}
		}
		inside := lds.NewReader(channelOf(t, c), 223, lds.SelectFallback())
		for _, f := range []lds.File{lds.COM, lds.SOD, lds.DG1} {
			if got, err := inside.Read(t.Context(), f); err != nil || !bytes.Equal(got, files[f]) {
				t.Errorf("%v, selects %v: %d bytes, %v", f, selects, len(got), err)
			}
		}
		if b, err := inside.Read(t.Context(), lds.CardSecurity); err == nil {
			t.Errorf("EF.CardSecurity inside the application: %d bytes", len(b))
		}
	}
}

// The card leaves at each command of a long read: an error each time, no panic,
// no part of a file for a whole one, and the next attempt works.
func TestVirtualCardCutAtEachCommand(t *testing.T) {
	photo := file(lds.DG2, 36000)
	c := cardWith(t, map[lds.File][]byte{lds.DG2: photo}, func(p *vcard.Personalisation) { p.MaxResponse = 6000 })
	for cut := 1; ; cut++ {
		n := 0
		channel := channelOf(t, c)
		leaving := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
			if n++; n == cut {
				return nil, fmt.Errorf("cut: %w", card.ErrRemoved)
			}
			return channel.Transmit(ctx, b)
		})
		got, err := lds.NewReader(leaving, 65536).Read(t.Context(), lds.DG2)
		if n < cut {
			if err != nil || !bytes.Equal(got, photo) {
				t.Fatalf("no cut: %d bytes, %v", len(got), err)
			}
			if cut < 6 {
				t.Errorf("only %d commands", n)
			}
			return
		}
		if !errors.Is(err, card.ErrRemoved) || got != nil {
			t.Fatalf("cut at %d: %d bytes, %v", cut, len(got), err)
		}
		c.Reset()
	}
}
