package attest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"

	"cnie.example/attest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/chipproof"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/seal"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
)

// ring holds keys by number; the first seals.
func ring(tb testing.TB, numbers ...byte) *seal.Ring {
	tb.Helper()
	var keys [][]byte
	for _, n := range numbers {
		keys = append(keys, bytes.Repeat([]byte{n}, seal.KeySize))
	}
	r, err := seal.NewRing(keys...)
	must(tb, err)
	return r
}

// move seals l and resumes it at another verifier with the same rules.
func (w *world) move(l *attest.Login, version uint64) *attest.Login {
	w.tb.Helper()
	sealed, err := l.Seal(ring(w.tb, 1), version)
	must(w.tb, err)
	moved, err := w.verifier().Resume(ring(w.tb, 1), w.tx.Issuer, w.tx.JTI, sealed)
	must(w.tb, err)
	return moved
}

// runMoved is session.run with a move before every message.
func (s *session) runMoved(l *attest.Login) (*attest.Login, error) {
	s.w.tb.Helper()
	ctx, version := context.Background(), uint64(1)
	l = s.w.move(l, version)
	h, err := l.Open(ctx, s.opening)
	if err != nil {
		return l, err
	}
	r, err := s.hand(h, s.w.tx.Issuer, s.w.tx.JTI, s.w.tx.AgentNonce)
	must(s.w.tb, err)
	for batch := h.Commands; ; {
		version++
		l = s.w.move(l, version)
		more, err := l.Answer(ctx, s.answers(r, batch))
		if err != nil || more == nil {
			return l, err
		}
		batch = more.Commands
	}
}

// Catches anything that is lost when a login moves before every message: files,
// checks, level, identity, record. The same login is made without moving.
func TestSealedLoginGoesOn(t *testing.T) {
	for name, change := range map[string]func(*world){
		"usual": func(*world) {},
		"photo": func(w *world) {
			w.tx.Files = append(w.tx.Files, lds.DG2)
			w.onOpening = func(m *wire.Opening) { m.MaxResponse = 2000 } // two batches
		},
		"3DES":      func(w *world) { w.profile.Cipher = "3DES" },
		"status":    func(w *world) { w.config.Status = reported(attest.StatusGood) },
		"key id":    func(w *world) { id := 5; w.profile.ChipKeyID = &id },
		"DG1 alone": func(w *world) { w.tx.Files = []lds.File{lds.DG1} },
		"software":  func(w *world) { w.config.Software = "SPECIMEN 1.0" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			change(w)
			chip := w.card()
			stayed, l := w.begin(), w.begin()
			must(t, w.session(chip).run(stayed))
			l, err := w.session(chip).runMoved(l)
			must(t, err)
			want, err := stayed.Identity()
			must(t, err)
			got, err := l.Identity()
			must(t, err)
			if got.FamilyName != want.FamilyName || !slices.Equal(got.Claims(), want.Claims()) || !bytes.Equal(got.Photo, want.Photo) || got.Lab != want.Lab {
				t.Errorf("identity %+v\nwant     %+v", got, want)
			}
			if l.Level() != stayed.Level() || !slices.Equal(l.Verified(), stayed.Verified()) || l.Lab() != stayed.Lab() {
				t.Errorf("%v with %v, want %v with %v", l.Level(), l.Verified(), stayed.Level(), stayed.Verified())
			}
			if a, b := signedRecord(t, recordOf(t, l)), signedRecord(t, recordOf(t, stayed)); a != b {
				t.Errorf("record %s\nwant   %s", a, b)
			}
		})
	}
}

// Catches a defect that is not found any more after a move: every check that a
// login still has to make is defeated.
func TestSealedLoginIsJudged(t *testing.T) {
	for name, d := range defeats() {
		w := newWorld(t)
		d.change(w)
		l, err := w.session(w.card()).runMoved(w.begin())
		if reasonOf(err) != d.reason || slices.Contains(l.Verified(), d.check) || !noLevel(l) {
			t.Errorf("%s: %v, want %v; verified %v", name, err, d.reason, l.Verified())
		}
		if r := recordOf(t, l); r.Refused != d.reason {
			t.Errorf("%s: record of %q", name, r.Refused)
		}
	}
}

// Catches a login that lives in two places.
func TestSealedIsOver(t *testing.T) {
	w := newWorld(t)
	s := w.session(w.card())
	for _, open := range []bool{false, true} {
		l := w.begin()
		if open {
			_, err := l.Open(context.Background(), s.opening)
			must(t, err)
		}
		_, err := l.Seal(ring(t, 1), 1)
		must(t, err)
		if !keysGone(t, l) {
			t.Error("keys are left")
		}
		if _, err := l.Seal(ring(t, 1), 2); !errors.Is(err, attest.ErrSealed) {
			t.Errorf("sealed twice: %v", err)
		}
		if _, err := l.Open(context.Background(), s.opening); reasonOf(err) != refusal.MessageOutOfOrder {
			t.Errorf("Open: %v", err)
		}
		if _, err := l.Answer(context.Background(), wire.Answers{Responses: wire.Batch{}}); reasonOf(err) != refusal.MessageOutOfOrder {
			t.Errorf("Answer: %v", err)
		}
		if _, err := l.Record(); !errors.Is(err, attest.ErrNoRecord) || !noLevel(l) {
			t.Errorf("record: %v, level %v", err, l.Level())
		}
		l.Close()
		if _, err := l.Record(); !errors.Is(err, attest.ErrNoRecord) {
			t.Errorf("record after Close: %v", err)
		}
	}
	l, err := w.login()
	must(t, err)
	if _, err := l.Seal(ring(t, 1), 1); !errors.Is(err, attest.ErrSealed) || !noLevel(l) {
		t.Errorf("sealed after its end: %v", err)
	}
	w.config.Rand = iotest.ErrReader(io.ErrUnexpectedEOF)
	l = w.begin()
	if _, err := l.Seal(ring(t, 1), 1); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("no randomness: %v", err)
	}
	if _, err := l.Open(context.Background(), s.opening); reasonOf(err) != refusal.MessageOutOfOrder {
		t.Errorf("after it: %v", err)
	}
}

// sealedLogin is a login that waits for answers, sealed, and what its chip
// answers.
func sealedLogin(t *testing.T, w *world) (attest.Sealed, wire.Answers) {
	t.Helper()
	s, l := w.session(w.card()), w.begin()
	h, err := l.Open(context.Background(), s.opening)
	must(t, err)
	r, err := s.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
	must(t, err)
	answers := s.answers(r, h.Commands)
	sealed, err := l.Seal(ring(t, 1), 7)
	must(t, err)
	return sealed, answers
}

// Catches a state that is taken for that of another login, step or version, or
// under other rules or keys, and one that was cut or altered.
func TestResumeRefuses(t *testing.T) {
	w := newWorld(t)
	good, answers := sealedLogin(t, w)
	type resumption struct {
		issuer, jti string
		ring        *seal.Ring
		sealed      attest.Sealed
		config      attest.Config
	}
	honest := func() resumption {
		s := good
		s.Text = bytes.Clone(good.Text)
		return resumption{w.tx.Issuer, w.tx.JTI, ring(t, 1), s, w.config}
	}
	try := func(r resumption) (*attest.Login, error) {
		v, err := attest.NewVerifier(r.config)
		must(t, err)
		return v.Resume(r.ring, r.issuer, r.jti, r.sealed)
	}
	for name, change := range map[string]func(*resumption){
		"issuer":      func(r *resumption) { r.issuer = "https://other.test" },
		"transaction": func(r *resumption) { r.jti += "x" },
		"step":        func(r *resumption) { r.sealed.Step = "begun" },
		"claimed":     func(r *resumption) { r.sealed = attest.Sealed{Step: "claimed", Version: 8} },
		"version":     func(r *resumption) { r.sealed.Version++ },
		"key":         func(r *resumption) { r.ring = ring(t, 2) },
		"cut":         func(r *resumption) { r.sealed.Text = r.sealed.Text[:len(r.sealed.Text)-1] },
		"altered":     func(r *resumption) { r.sealed.Text[len(r.sealed.Text)/2] ^= 1 },
		"empty":       func(r *resumption) { r.sealed.Text = nil },
		"huge":        func(r *resumption) { r.sealed.Text = make([]byte, attest.MaxSealed+1) },
		"countries":   func(r *resumption) { r.config.Countries = []string{"FRA", "D"} },
		"types":       func(r *resumption) { r.config.DocumentTypes = []string{"ID"} },
		"revocation":  func(r *resumption) { r.config.RequireRevocation = true },
		"status":      func(r *resumption) { r.config.Status = reported(attest.StatusGood) },
		"no lab": func(r *resumption) {
			r.config.Lab = false
			r.config.Trust = csca.New([]*certificate.Certificate{realAnchor(t)}, certificate.Options{})
		},
	} {
		r := honest()
		change(&r)
		if l, err := try(r); !errors.Is(err, attest.ErrSealed) || l != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	l, err := try(honest())
	must(t, err)
	if _, err := l.Answer(context.Background(), answers); err != nil || l.Level() != level.EIDAS1 {
		t.Errorf("honest: %v at %v", err, l.Level())
	}
}

// Catches a rotation of keys that ends logins which are under way.
func TestSealedUnderAnOlderKey(t *testing.T) {
	w := newWorld(t)
	sealed, answers := sealedLogin(t, w)
	l, err := w.verifier().Resume(ring(t, 2, 1), w.tx.Issuer, w.tx.JTI, sealed)
	must(t, err)
	if _, err := l.Answer(context.Background(), answers); err != nil {
		t.Error(err)
	}
}

// Catches time that is given anew by moving: the deadline is that of Open.
func TestDeadlineMovesWithTheLogin(t *testing.T) {
	w := newWorld(t)
	sealed, answers := sealedLogin(t, w)
	w.now = w.now.Add(chipproof.Deadline)
	l, err := w.verifier().Resume(ring(t, 1), w.tx.Issuer, w.tx.JTI, sealed)
	must(t, err)
	if _, err := l.Answer(context.Background(), answers); reasonOf(err) != refusal.ChipTimeout {
		t.Error(err)
	}
}

// Catches a login under way that another server judges by its own, newer trust
// store.
func TestTrustMovesWithTheLogin(t *testing.T) {
	w := newWorld(t)
	before := w.config.Trust.Store().Digest()
	sealed, answers := sealedLogin(t, w)
	w.config.Trust = labStore(anchor(t, loadLab(t, "other")))
	l, err := w.verifier().Resume(ring(t, 1), w.tx.Issuer, w.tx.JTI, sealed)
	must(t, err)
	if _, err := l.Answer(context.Background(), answers); err != nil {
		t.Fatal(err)
	}
	if r := recordOf(t, l); r.Trust.SHA256 != before {
		t.Errorf("record names trust store %v", r.Trust.SHA256)
	}
}

// Catches states that outgrow what is promised: 16 kB for an open login.
func TestSealedSize(t *testing.T) {
	w := newWorld(t)
	sealed, err := w.begin().Seal(ring(t, 1), 1)
	must(t, err)
	if n := len(sealed.Text); n > 1<<10 {
		t.Errorf("begun: %d bytes", n)
	}
	if sealed, _ = sealedLogin(t, w); len(sealed.Text) > 8<<10 {
		t.Errorf("opened: %d bytes", len(sealed.Text))
	}
}
