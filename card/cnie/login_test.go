package cnie_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/vcard"
)

func identityFiles() []lds.File { return []lds.File{lds.DG1, lds.DG11} }

// byCAN opens the specimen with seeded randomness.
func byCAN(t testing.TB, can string, seed int) cnie.Access {
	t.Helper()
	pw, err := pace.CAN([]byte(can))
	must(t, err)
	return cnie.Access{Password: pw, Rand: seeded("terminal", seed)}
}

// run is a login with the specimen.
func run(t testing.TB, chip card.Transmitter, seed int) (outcome, error) {
	t.Helper()
	return login(t.Context(), chip, byCAN(t, specimenCAN, seed), identityFiles())
}

// works requires that a login succeeds and reads what the document holds.
func works(t testing.TB, chip card.Transmitter, p vcard.Personalisation, seed int) {
	t.Helper()
	got, err := run(t, chip, seed)
	must(t, err)
	must(t, got.holds(p.Files, identityFiles()))
}

// loginAPDUs is the number of commands of a login with extended length that
// reads CardAccess, SOD, DG14, DG1 and DG11.
const loginAPDUs = 13

// TestFlows catches a terminal and a chip, written apart, that do not
// understand each other, for every kind of document and every use of it; and a
// command too many: 13 for a login, 24 with short length, 10 with a known
// document and 9 for its DG1 alone.
func TestFlows(t *testing.T) {
	for _, s := range subjects() {
		p := document(t, s.profile)
		for name, u := range s.flows() {
			t.Run(s.name+"/"+name, func(t *testing.T) {
				chip := newCard(t, p)
				got, err := u.run(t.Context(), chip, s.from(t, p, 0), s.files)
				must(t, err)
				must(t, got.holds(p.Files, s.files))
				done := chip.Counters()
				t.Logf("%d APDUs, %d bytes to the chip, %d from it", done.APDUs, done.Received, done.Sent)
				if done.APDUs != int64(u.apdus) {
					t.Errorf("%d APDUs, want %d", done.APDUs, u.apdus)
				}
			})
		}
	}
}

// TestLogin catches a login that depends on what cards differ in.
func TestLogin(t *testing.T) {
	base := specimen(t)
	for name, change := range map[string]func(p *vcard.Personalisation){
		"as seen":              func(*vcard.Personalisation) {},
		"nonce of 32 bytes":    func(p *vcard.Personalisation) { p.NonceSize = 32 },
		"key id":               func(p *vcard.Personalisation) { setKeyID(t, p, []byte{5}) },
		"refused SELECT MF":    func(p *vcard.Personalisation) { p.SelectMF = 0x6A86 },
		"generic mapping only": func(p *vcard.Personalisation) { p.MasterFiles[vcard.FIDCardAccess] = cardAccess(t, false) },
	} {
		t.Run(name, func(t *testing.T) {
			p := base.Clone()
			change(&p)
			chip := newCard(t, p)
			works(t, chip, p, 0)
			if done := chip.Counters(); done.APDUs != loginAPDUs {
				t.Errorf("%d APDUs, want %d", done.APDUs, loginAPDUs)
			}
		})
	}
}

func setKeyID(t testing.TB, p *vcard.Personalisation, id []byte) {
	public, err := p.ChipKeys[0].Curve.PublicKey(p.ChipKeys[0].Scalar)
	must(t, err)
	p.ChipKeys[0].ID = id
	p.Files[lds.DG14.FID()] = dg14(t, public, id)
}

// TestReaderWithoutExtendedLength catches a login that gives up on a reader that
// fails extended commands itself, before they reach the card.
func TestReaderWithoutExtendedLength(t *testing.T) {
	p := specimen(t)
	chip := newCard(t, p)
	failed := 0
	reader := card.TransmitterFunc(func(ctx context.Context, command []byte) ([]byte, error) {
		if c, err := card.ParseCommand(command); err != nil || c.Extended {
			failed++
			return nil, card.ErrUnresponsive
		}
		return chip.Transmit(ctx, command)
	})
	works(t, reader, p, 0)
	if failed != 1 {
		t.Errorf("%d extended commands", failed)
	}
}

// TestWrongCAN catches a wrong CAN that is not named as such or shows in the
// error, and a card that has to be reset before the next attempt.
func TestWrongCAN(t *testing.T) {
	p := specimen(t)
	chip := newCard(t, p)
	for range 2 {
		_, err := login(t.Context(), chip, byCAN(t, "246811", 1), nil)
		if !errors.Is(err, pace.ErrWrongPassword) || errors.Is(err, cnie.ErrUnknownCard) {
			t.Fatalf("wrong CAN: %v", err)
		}
		if bytes.Contains([]byte(err.Error()), []byte("24681")) {
			t.Errorf("CAN in the error: %v", err)
		}
	}
	works(t, chip, p, 0)
}

// TestAgainWithoutReset catches a second login on a card where the first one
// left the application selected and a channel open.
func TestAgainWithoutReset(t *testing.T) {
	p := specimen(t)
	chip := newCard(t, p)
	for i := range 3 {
		works(t, chip, p, i)
	}
}

// TestClone catches a chip accepted although its key is not the one of DG14.
func TestClone(t *testing.T) {
	p := specimen(t)
	p.Faults = []vcard.Fault{{Kind: vcard.Clone}}
	prov := &provider{rand: seeded("provider", 0)}
	if _, err := loginWith(t.Context(), newCard(t, p), byCAN(t, specimenCAN, 0), identityFiles(), prov); err == nil {
		t.Fatal("clone logged in")
	}
	if prov.keys == nil || prov.answered != 0 {
		t.Errorf("%d answers of the clone were accepted", prov.answered)
	}
}

// open opens the specimen.
func open(t testing.TB, chip card.Transmitter) *cnie.Card {
	t.Helper()
	return openWith(t, chip, byCAN(t, specimenCAN, 0))
}

func openWith(t testing.TB, chip card.Transmitter, a cnie.Access) *cnie.Card {
	t.Helper()
	c, err := cnie.Open(t.Context(), chip, a)
	must(t, err)
	t.Cleanup(c.Close)
	return c
}
