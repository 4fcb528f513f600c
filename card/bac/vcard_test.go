package bac_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"testing"

	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/vcard"
)

const information = "SPECIMEN<0400010143112314"

// newCard makes a virtual card with Basic Access Control alone and the eMRTD
// application selected.
func newCard(t testing.TB, faults ...vcard.Fault) *vcard.Card {
	t.Helper()
	c, err := vcard.New(vcard.Personalisation{
		ATR: []byte{0x3B, 0x00}, MRZ: []byte(information), BAC: true, Faults: faults,
		Files: map[uint16][]byte{vcard.FIDDG1: dg1()},
	}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func dg1() []byte { return append([]byte{0x61, 0x05, 0x5F, 0x1F, 0x02}, "XX"...) }

// read selects the application, runs Basic Access Control with a zone, and
// reads DG1.
func read(ctx context.Context, c card.Transmitter, zone string) ([]byte, error) {
	id := []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}
	r, err := card.Send(ctx, c, card.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: id})
	if err != nil {
		return nil, err
	}
	if err := r.Err("select"); err != nil {
		return nil, err
	}
	pw := bac.NewPassword([]byte(zone))
	defer pw.Wipe()
	channel, err := bac.Establish(ctx, c, rand.Reader, pw)
	if err != nil {
		return nil, err
	}
	defer channel.Close()
	return lds.NewReader(channel, card.MaxShortLe).Read(ctx, lds.DG1)
}

// TestVirtualCard catches what only the two halves of this package's own tests
// agree on: the virtual card is another implementation.
func TestVirtualCard(t *testing.T) {
	c := newCard(t)
	if _, err := read(t.Context(), c, "OTHER"); !errors.Is(err, bac.ErrWrongPassword) {
		t.Errorf("wrong zone: %v", err)
	}
	for range 100 {
		c.Reset()
		got, err := read(t.Context(), c, information)
		if err != nil || !bytes.Equal(got, dg1()) {
			t.Fatalf("%X, %v", got, err)
		}
	}
}

// TestFaultsOfTheCard catches an answer that is altered, cut or lost taken for
// a success, at every command.
func TestFaultsOfTheCard(t *testing.T) {
	for _, test := range []struct {
		kind vcard.FaultKind
		from int // first command that the fault changes
		want []error
	}{
		{vcard.Cut, 1, []error{card.ErrRemoved, card.ErrRemoved, card.ErrRemoved, card.ErrRemoved}},
		{vcard.WrongLength, 1, []error{card.ErrResponse, bac.ErrChip, bac.ErrChip, sm.ErrSecureMessaging}},
		{vcard.WrongMAC, 4, []error{sm.ErrMAC}},
	} {
		for i, want := range test.want {
			c := newCard(t, vcard.Fault{Kind: test.kind, APDU: test.from + i})
			_, err := read(t.Context(), c, information)
			if !errors.Is(err, want) {
				t.Errorf("fault %v at command %d: %v", test.kind, test.from+i, err)
			}
		}
	}
}
