package agent_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/agent"
	"cnie.example/web/problem"
	"cnie.example/web/providers/providertest"
)

func remembering(c *agent.Config) { c.RememberDocuments = true }

// logIn is one login with one CAN and its number of APDUs.
func (w *world) logIn(can string) (v agent.View, apdus int) {
	w.t.Helper()
	l, _ := w.begin()
	v = consent(w.t, l, can)
	if v.State == agent.Consent || v.Again {
		if err := l.Decline(); err != nil {
			w.t.Error(err)
		}
	}
	w.reader.mu.Lock()
	defer w.reader.mu.Unlock()
	return v, w.reader.n
}

// finishes wants a login that succeeds with a number of APDUs.
func (w *world) finishes(apdus int) {
	w.t.Helper()
	if v, n := w.logIn(can); v.State != agent.Finished || n != apdus {
		w.t.Errorf("%v %s after %d APDUs, want %d\n%s", v.State, v.Problem, n, apdus, w.logs)
	}
}

// Numbers of APDUs of a login that reads DG1 and DG11.
const (
	fresh      = 13
	remembered = 10
)

// Catches a document that is remembered although nobody asked for it, and one
// that is read again although somebody did.
func TestRemember(t *testing.T) {
	w := newWorld(t)
	w.finishes(fresh)
	w.finishes(fresh)

	w = newWorld(t, remembering)
	if l, _ := w.begin(); !l.View().Remembers {
		t.Error("the person is not told")
	} else if err := l.Decline(); err != nil {
		t.Error(err)
	}
	w.finishes(fresh)
	w.finishes(remembered)
	w.finishes(remembered)
	w.provider.Request = func(r *wire.Request) { r.Files = []string{wire.FileDG1} }
	w.finishes(remembered - 1)
	// In another reader nothing is known of lengths.
	w.provider.Request = nil
	w.reader.name = "SPECIMEN reader 2"
	w.finishes(fresh)
	w.finishes(remembered)
}

// Catches a document that is still remembered after a login that did not
// succeed.
func TestForget(t *testing.T) {
	for name, set := range map[string]func(*world){
		"removed": func(w *world) {
			w.reader.transmit = at(5, func(*vcard.Card) ([]byte, error) { return nil, card.ErrRemoved })
		},
		"no reader": func(w *world) { w.reader.connect = fails(card.ErrNoReader) },
		"refused": func(w *world) {
			w.provider.Answer = func(rw http.ResponseWriter, r *http.Request) bool {
				refused := strings.HasPrefix(r.URL.Path, "/exchange")
				if refused {
					providertest.Problem(rw, "document_expired")
				}
				return refused
			}
		},
		"declined": func(w *world) {
			w.reader.transmit = func(n int, command []byte, chip *vcard.Card, ctx context.Context) ([]byte, error) {
				if l, err := w.agent.Find("login-C"); err == nil && n == 2 {
					_ = l.Decline()
				}
				return chip.Transmit(ctx, command)
			}
		},
		"panic": func(w *world) {
			w.reader.transmit = at(5, func(*vcard.Card) ([]byte, error) { panic("SPECIMEN") })
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, remembering)
			w.finishes(fresh)
			set(w)
			if v, _ := w.logIn(can); v.State != agent.Failed {
				t.Fatalf("%v", v.State)
			}
			w.reader.transmit, w.reader.connect, w.provider.Answer = nil, nil, nil
			w.finishes(fresh)
			w.finishes(remembered)
		})
	}
}

// Catches a CAN of one card that opens or forgets another.
func TestRememberByCAN(t *testing.T) {
	w := newWorld(t, remembering)
	w.finishes(fresh)
	if v, _ := w.logIn("654321"); v.Problem != problem.WrongCAN {
		t.Fatalf("%v %s", v.State, v.Problem)
	}
	w.finishes(remembered)
}

// Catches another card with the same CAN that cannot log in because the first
// one is remembered: what shows before anything is sent costs one more attempt,
// what shows later an error that says so, and then the next login works.
func TestOtherDocument(t *testing.T) {
	other := issuer.Specimen()
	other.DocumentNumber = "SPEC00007"
	for name, c := range map[string]struct {
		profile issuer.Profile
		want    problem.Name // of the login with it; empty when that succeeds
	}{
		"other protocol":        {named(t, "passport"), ""},
		"same protocol":         {other, problem.OtherDocument},
		"active authentication": {smallRSA(t), ""},
		"none left":             {withoutProof(t), problem.ChipUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, remembering)
			w.finishes(fresh)
			w.reader.insert(t, c.profile, nil)
			w.reader.atr = issuerATR(t) // the answer to reset tells nothing
			v, _ := w.logIn(can)
			if c.want == "" && v.State != agent.Finished || c.want != "" && (v.State != agent.Failed || v.Problem != c.want) {
				t.Errorf("%v %s, want %q\n%s", v.State, v.Problem, c.want, w.logs)
			}
			if c.want == problem.OtherDocument {
				w.finishes(fresh)
				w.finishes(remembered)
			}
		})
	}
}

// withoutProof is a document whose chip proves nothing.
func withoutProof(t testing.TB) issuer.Profile {
	p := smallRSA(t)
	p.Files, p.ActiveAuthentication = []string{"DG1", "DG2"}, nil
	return p
}

func issuerATR(t testing.TB) []byte {
	t.Helper()
	return newReader(t).atr
}
