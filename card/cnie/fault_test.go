package cnie_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/relay"
	"cnie.example/card/sm"
)

// TestRemovedBefore catches a card removed before it has seen a command whose
// cause is lost, and a next login that suffers from it. TestRemovedEverywhere
// removes it afterwards.
func TestRemovedBefore(t *testing.T) {
	p := specimen(t)
	chip := quickCard(t, p, 0)
	for cut := range loginAPDUs {
		n := 0
		broken := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
			if n++; n <= cut {
				return chip.Transmit(ctx, b)
			}
			return nil, card.ErrRemoved
		})
		_, err := run(t, broken, cut)
		if !errors.Is(err, card.ErrRemoved) || errors.Is(err, cnie.ErrUnknownCard) || errors.Is(err, pace.ErrWrongPassword) {
			t.Errorf("removed at command %d: %v", cut, err)
		}
		chip.Reset()
		works(t, chip, p, cut)
		chip.Reset()
	}
}

// TestAltered catches an altered answer that goes unnoticed: in each answer of
// the chip random bits are altered, one at a time. EF.CardAccess is not
// authenticated, so what is altered there may have no effect, but it must not
// change what is read.
func TestAltered(t *testing.T) {
	p := specimen(t)
	chip := quickCard(t, p, 0)
	places := 24
	if testing.Short() || raceEnabled {
		places = 3
	}
	random := rand.New(rand.NewPCG(1, 2))
	for at := range loginAPDUs {
		for i := range places {
			chip.Reset()
			n, bit := 0, 0
			altering := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
				a, err := chip.Transmit(ctx, b)
				if n == at {
					bit = random.IntN(8 * len(a))
					a[bit/8] ^= 0x80 >> (bit % 8)
				}
				n++
				return a, err
			})
			got, err := run(t, altering, i)
			if err == nil && at == 0 {
				err = got.holds(p.Files, identityFiles())
				if err != nil {
					t.Errorf("EF.CardAccess with bit %d altered: %v", bit, err)
				}
				continue
			}
			if err == nil {
				t.Errorf("answer %d with bit %d altered: accepted", at, bit)
			}
		}
	}
}

// TestCut catches a panic or a success on answers that end early or go on too
// long.
func TestCut(t *testing.T) {
	p := specimen(t)
	chip := quickCard(t, p, 0)
	for at := range loginAPDUs {
		for _, change := range []func(a []byte) []byte{
			func([]byte) []byte { return nil },
			func(a []byte) []byte { return a[:1] },
			func(a []byte) []byte { return a[len(a)-2:] },
			func(a []byte) []byte { return a[:len(a)-1] },
			func(a []byte) []byte { return append(append([]byte{0}, a...), 0x90, 0x00) },
		} {
			chip.Reset()
			n, changed := 0, false
			cutting := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
				a, err := chip.Transmit(ctx, b)
				// Answers that are a status word alone have nothing to lose by
				// their last two bytes.
				if n == at && len(a) > 2 {
					a, changed = change(a), true
				}
				n++
				return a, err
			})
			got, err := run(t, cutting, at)
			if err == nil && changed && at != 0 {
				t.Errorf("answer %d of another length: accepted", at)
			}
			if err == nil && got.holds(p.Files, identityFiles()) != nil {
				t.Errorf("answer %d of another length changed what is read", at)
			}
		}
	}
}

// TestSecureMessagingFaults catches a session that goes on after an answer
// without protection, with a wrong MAC, or from the past.
func TestSecureMessagingFaults(t *testing.T) {
	var earlier []byte
	for name, test := range map[string]struct {
		change func(a []byte) []byte
		want   error
	}{
		"plain data":      {func([]byte) []byte { return []byte{0x61, 0x00, 0x90, 0x00} }, sm.ErrSecureMessaging},
		"plain 9000":      {func([]byte) []byte { return []byte{0x90, 0x00} }, sm.ErrUnprotected},
		"plain 6988":      {func([]byte) []byte { return []byte{0x69, 0x88} }, sm.ErrUnprotected},
		"wrong MAC":       {func(a []byte) []byte { a[len(a)-3] ^= 1; return a }, sm.ErrMAC},
		"answer repeated": {func([]byte) []byte { return append([]byte(nil), earlier...) }, sm.ErrMAC},
	} {
		chip := newCard(t, specimen(t))
		faulty := false
		c := open(t, card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
			a, err := chip.Transmit(ctx, b)
			if faulty {
				return test.change(a), err
			}
			earlier = append([]byte(nil), a...)
			return a, err
		}))
		if _, err := c.Read(t.Context(), lds.DG1); err != nil {
			t.Fatal(err)
		}
		faulty = true
		if _, err := c.Read(t.Context(), lds.DG11); !errors.Is(err, test.want) || !errors.Is(err, sm.ErrSecureMessaging) {
			t.Errorf("%s: %v", name, err)
		}
		faulty = false
		before := chip.Counters().APDUs
		if _, err := c.Read(t.Context(), lds.DG1); !errors.Is(err, sm.ErrClosed) {
			t.Errorf("%s: read after it: %v", name, err)
		}
		if after := chip.Counters().APDUs; after != before {
			t.Errorf("%s: commands are sent after it", name)
		}
	}
}

// TestUnknownCard catches a card of another kind, and a lost one, named wrong.
func TestUnknownCard(t *testing.T) {
	answering := func(b ...byte) card.Transmitter {
		return card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return append([]byte(nil), b...), nil })
	}
	attempt := func(c card.Transmitter) error {
		_, err := run(t, c, 0)
		return err
	}
	for _, answer := range [][]byte{
		{0x6A, 0x82},
		{0x6A, 0x86},
		{0x6D, 0x00},
		{0x6E, 0x00},
		{0x69, 0x81},
		{0x69, 0x82},
		{0x67, 0x00},
		{0x6C, 0x10},
		{0x90, 0x00},
		{0x30, 0x00, 0x90, 0x00},
		{0x31, 0x80, 0x90, 0x00},
		{0x31, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x90, 0x00},
		{0x31, 0x02, 0x05, 0x00, 0x90, 0x00},
	} {
		if err := attempt(answering(answer...)); !errors.Is(err, cnie.ErrUnknownCard) {
			t.Errorf("card that answers %X: %v", answer, err)
		}
	}
	for _, lost := range []error{card.ErrRemoved, card.ErrReset, card.ErrUnresponsive} {
		err := attempt(card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return nil, lost }))
		if !errors.Is(err, lost) || errors.Is(err, cnie.ErrUnknownCard) {
			t.Errorf("%v: %v", lost, err)
		}
	}
	p := specimen(t)
	p.MasterFiles[0x011C] = []byte{0x31, 0x00}
	if err := attempt(newCard(t, p)); !errors.Is(err, pace.ErrUnsupported) && !errors.Is(err, cnie.ErrUnknownCard) {
		t.Errorf("card that offers nothing: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := login(ctx, newCard(t, specimen(t)), byCAN(t, specimenCAN, 0), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestOrder catches steps that are possible in a state where they must not be.
func TestOrder(t *testing.T) {
	p := specimen(t)
	chip := quickCard(t, p, 0)
	c := open(t, chip)
	prov := &provider{rand: seeded("provider", 0), le: 65536}
	h, _, err := prov.hand(p.Files[lds.SOD.FID()], p.Files[lds.DG14.FID()])
	must(t, err)
	if _, err := c.Hand(t.Context(), prov.key, h.PublicKey, nil); !errors.Is(err, cnie.ErrOrder) {
		t.Errorf("hand over before the application is selected: %v", err)
	}
	_, _, err = c.Evidence(t.Context())
	must(t, err)
	r, err := c.Hand(t.Context(), prov.key, h.PublicKey, identityFiles())
	must(t, err)
	if _, err := c.Read(t.Context(), lds.DG1); !errors.Is(err, cnie.ErrOrder) {
		t.Errorf("read after the hand-over: %v", err)
	}
	if err := c.Authenticate(t.Context()); !errors.Is(err, cnie.ErrOrder) {
		t.Errorf("authenticate after the hand-over: %v", err)
	}
	if _, err := c.Hand(t.Context(), prov.key, h.PublicKey, nil); !errors.Is(err, cnie.ErrOrder) {
		t.Errorf("second hand-over: %v", err)
	}
	c.Close()
	// What the citizen did not consent to does not pass.
	batch, err := prov.commands([]lds.File{lds.DG2})
	must(t, err)
	if _, err := r.Forward(t.Context(), batch); !errors.Is(err, relay.ErrConsent) {
		t.Errorf("DG2: %v", err)
	}
}

// TestBadPoint catches a provider's point that reaches the chip although it is
// none, and a channel that stays open after it.
func TestBadPoint(t *testing.T) {
	p := specimen(t)
	chip := quickCard(t, p, 0)
	c := open(t, chip)
	prov := &provider{rand: seeded("provider", 0)}
	sod, dg14, err := c.Evidence(t.Context())
	must(t, err)
	h, _, err := prov.hand(sod, dg14)
	must(t, err)
	h.PublicKey[64] ^= 1
	before := chip.Counters().APDUs
	if _, err := c.Hand(t.Context(), prov.key, h.PublicKey, nil); err == nil {
		t.Error("point off the curve was handed over")
	}
	if after := chip.Counters().APDUs; after != before {
		t.Error("a command was sent")
	}
	if _, err := c.Read(t.Context(), lds.DG1); !errors.Is(err, cnie.ErrOrder) {
		t.Errorf("read after it: %v", err)
	}
}
