package attest_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"cnie.example/attest"
	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/activeauth"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// newActiveWorld is a world whose document has active authentication and no
// chip authentication.
func newActiveWorld(tb testing.TB, profile string) *world {
	tb.Helper()
	w := newWorld(tb)
	var ok bool
	if w.profile, ok = issuer.FindProfile(profile); !ok {
		tb.Fatalf("no profile %q", profile)
	}
	return w
}

// signed is an honest agent's message: the chip signs the challenge of tx.
func (w *world) signed(p vcard.Personalisation, tx attest.Transaction) wire.Signed {
	w.tb.Helper()
	chip, err := vcard.New(p, w.rng)
	must(w.tb, err)
	infos, err := lds.ParseCardAccess(p.MasterFiles[lds.CardAccess.FID()])
	must(w.tb, err)
	info, err := pace.Choose(infos, pace.Preference{})
	must(w.tb, err)
	can, err := pace.CAN([]byte(w.profile.CAN))
	must(w.tb, err)
	ctx := context.Background()
	s, err := pace.Establish(ctx, chip, w.rng, info, can)
	must(w.tb, err)
	r, err := card.Send(ctx, s.Channel, card.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: []byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}})
	must(w.tb, err)
	must(w.tb, r.Err("select"))
	key, err := lds.ParseDG15(p.Files[lds.DG15.FID()])
	must(w.tb, err)
	challenge := activeauth.Challenge(tx.Issuer, tx.JTI, tx.Nonce, tx.AgentNonce)
	signature, err := activeauth.Authenticate(ctx, s.Channel, key, challenge)
	must(w.tb, err)
	m := wire.Signed{
		SOD: p.Files[lds.SOD.FID()], DG14: p.Files[lds.DG14.FID()], DG15: p.Files[lds.DG15.FID()], Signature: signature,
		Files: []wire.File{{Name: "DG1", Content: p.Files[lds.DG1.FID()]}},
	}
	if dg2 := p.Files[lds.DG2.FID()]; slices.Contains(tx.Files, lds.DG2) && dg2 != nil {
		m.Files = append(m.Files, wire.File{Name: "DG2", Content: dg2})
	}
	return m
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func (w *world) issue() vcard.Personalisation {
	w.tb.Helper()
	p, err := w.lab.Personalise(w.rng, w.profile)
	must(w.tb, err)
	return p
}

// sign is one whole login with active authentication; change bends the message.
func (w *world) sign(change func(*wire.Signed)) (*attest.Login, error) {
	w.tb.Helper()
	m := w.signed(w.issue(), w.tx)
	if change != nil {
		change(&m)
	}
	b, err := wire.EncodeSigned(m)
	must(w.tb, err)
	m, err = wire.DecodeSigned(b)
	must(w.tb, err)
	l := w.begin()
	return l, l.Signed(context.Background(), m)
}

// Catches a document with active authentication that cannot log in, with RSA or
// with ECDSA, and checks named that were not made.
func TestActiveAuthentication(t *testing.T) {
	for _, profile := range []string{"active-rsa", "active-ecdsa"} {
		for _, photo := range []bool{false, true} {
			w := newActiveWorld(t, profile)
			if photo {
				w.tx.Files = append(w.tx.Files, lds.DG2)
			}
			l, err := w.sign(nil)
			if err != nil {
				t.Fatalf("%s: %v", profile, err)
			}
			identity, err := l.Identity()
			if err != nil || identity.DocumentNumber != w.profile.DocumentNumber || l.Level() != level.EIDAS1 || (len(identity.Photo) > 0) != photo {
				t.Errorf("%s: %+v at %v, %v", profile, identity, l.Level(), err)
			}
			got := l.Verified()
			if !slices.Contains(got, attest.CheckActive) || !slices.Contains(got, attest.CheckDG15) || slices.Contains(got, attest.CheckChipAuthentication) {
				t.Errorf("%s: verified %v", profile, got)
			}
			if slices.Contains(got, attest.CheckDG14) != (profile == "active-ecdsa") {
				t.Errorf("%s: verified %v", profile, got)
			}
		}
	}
}

// activeDefeats are the ways to fail a login by active authentication.
func activeDefeats() map[string]struct {
	check  attest.Check // must not be among those verified
	change func(*wire.Signed)
	reason refusal.Reason
} {
	return map[string]struct {
		check  attest.Check
		change func(*wire.Signed)
		reason refusal.Reason
	}{
		"DG15 altered":      {attest.CheckDG15, func(m *wire.Signed) { m.DG15 = altered(m.DG15) }, refusal.DG15HashMismatch},
		"signature altered": {attest.CheckActive, func(m *wire.Signed) { m.Signature = altered(m.Signature) }, refusal.ChipNotGenuine},
		"signature cut":     {attest.CheckActive, func(m *wire.Signed) { m.Signature = m.Signature[1:] }, refusal.ChipNotGenuine},
		"DG1 altered":       {attest.CheckDG1, func(m *wire.Signed) { m.Files[0].Content = altered(m.Files[0].Content) }, refusal.DG1HashMismatch},
		"DG14 invented":     {attest.CheckActive, func(m *wire.Signed) { m.DG14 = []byte{0x6E, 2, 0x31, 0} }, refusal.FileNotListed},
		"DG2 not asked for": {attest.CheckExpiry, func(m *wire.Signed) { m.Files = append(m.Files, wire.File{Name: "DG2", Content: []byte{1}}) }, refusal.MessageMalformed},
	}
}

func altered(b []byte) []byte {
	b = slices.Clone(b)
	b[len(b)-1] ^= 1
	return b
}

// Catches a check of active authentication that does not come from its own test,
// or a login that goes on without it.
func TestActiveAuthenticationDefeated(t *testing.T) {
	for name, d := range activeDefeats() {
		w := newActiveWorld(t, "active-rsa")
		l, err := w.sign(d.change)
		if reasonOf(err) != d.reason {
			t.Errorf("%s: %v, want %v", name, err, d.reason)
		}
		if slices.Contains(l.Verified(), d.check) {
			t.Errorf("%s: %s is among %v", name, d.check, l.Verified())
		}
		if _, err := l.Identity(); l.Level() != level.None || !errors.Is(err, attest.ErrNoIdentity) {
			t.Errorf("%s: level %v, %v", name, l.Level(), err)
		}
	}
}

// Catches a file that is taken under the name of another one.
func TestSignedFilesByName(t *testing.T) {
	w := newActiveWorld(t, "active-ecdsa")
	w.tx.Files = append(w.tx.Files, lds.DG2)
	_, err := w.sign(func(m *wire.Signed) { m.Files[1].Name = "DG11" })
	if reasonOf(err) != refusal.MessageMalformed {
		t.Errorf("DG2 as DG11: %v", err)
	}
}

// Catches a signature that is worth something in another login: each part of the
// challenge is that of another transaction in turn. So does a provider in the
// middle: its issuer is in the challenge.
func TestActiveAuthenticationElsewhere(t *testing.T) {
	for name, change := range map[string]func(*attest.Transaction){
		"issuer":      func(tx *attest.Transaction) { tx.Issuer = "https://other.test" },
		"transaction": func(tx *attest.Transaction) { tx.JTI += "x" },
		"nonce":       func(tx *attest.Transaction) { tx.Nonce = altered(tx.Nonce) },
		"agent nonce": func(tx *attest.Transaction) { tx.AgentNonce = altered(tx.AgentNonce) },
	} {
		w := newActiveWorld(t, "active-ecdsa")
		other := w.tx
		change(&other)
		l := w.begin()
		if err := l.Signed(context.Background(), w.signed(w.issue(), other)); reasonOf(err) != refusal.ChipNotGenuine {
			t.Errorf("signature for another %s: %v", name, err)
		}
	}
}

// Catches a document with chip authentication that gets in by less: active
// authentication beside it, DG14 withheld.
func TestChipAuthenticationNotSkipped(t *testing.T) {
	w := newActiveWorld(t, "active-ecdsa")
	w.profile.ChipKeys = issuer.Specimen().ChipKeys
	l, err := w.sign(nil)
	if reasonOf(err) != refusal.ChipAuthenticationSkipped || slices.Contains(l.Verified(), attest.CheckActive) {
		t.Errorf("%v with %v", err, l.Verified())
	}
	l, err = w.sign(func(m *wire.Signed) { m.DG14 = nil })
	if reasonOf(err) != refusal.DG14HashMismatch || slices.Contains(l.Verified(), attest.CheckActive) {
		t.Errorf("DG14 withheld: %v with %v", err, l.Verified())
	}
}

// Catches a message that is taken twice, after another one, or in a login that
// has ended.
func TestSignedOutOfOrder(t *testing.T) {
	w := newActiveWorld(t, "active-rsa")
	m := w.signed(w.issue(), w.tx)
	l := w.begin()
	must(t, l.Signed(context.Background(), m))
	if err := l.Signed(context.Background(), m); reasonOf(err) != refusal.MessageOutOfOrder {
		t.Errorf("second message: %v", err)
	}
	if _, err := l.Identity(); err == nil {
		t.Error("identity after a second message")
	}
	w = newWorld(t)
	s := w.session(w.card())
	l = w.begin()
	_, err := l.Open(context.Background(), s.opening)
	must(t, err)
	if err := l.Signed(context.Background(), m); reasonOf(err) != refusal.MessageOutOfOrder {
		t.Errorf("after Open: %v", err)
	}
}
