package agent_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/activeauth"
	"cnie.example/card/lds"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/agent"
	"cnie.example/web/problem"
)

// named is a document of the laboratory.
func named(t testing.TB, name string) issuer.Profile {
	t.Helper()
	p, ok := issuer.FindProfile(name)
	if !ok {
		t.Fatalf("no profile %q", name)
	}
	return p
}

// smallRSA is a document with active authentication only, whose key takes no
// time to make.
func smallRSA(t testing.TB) issuer.Profile {
	t.Helper()
	p := named(t, "active-rsa")
	p.ActiveAuthentication = &issuer.ActiveAuthentication{Algorithm: "RSA", Bits: 1024}
	return p
}

// headers keeps the instruction and P1 of every command, which are in clear.
type headers struct {
	mu  sync.Mutex
	all [][2]byte
}

// listen makes the reader tell its commands.
func (h *headers) listen(r *reader) {
	r.transmit = func(_ int, command []byte, chip *vcard.Card, ctx context.Context) ([]byte, error) {
		h.mu.Lock()
		h.all = append(h.all, [2]byte{command[1], command[2]})
		h.mu.Unlock()
		return chip.Transmit(ctx, command)
	}
}

// reads lists the short identifiers that were read, in order.
func (h *headers) reads() (files []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.all {
		if c[0] == 0xB0 && c[1]&0x80 != 0 {
			files = append(files, c[1]&0x1F)
		}
	}
	return files
}

// signs says whether the chip was asked for a signature.
func (h *headers) signs() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(h.all, func(c [2]byte) bool { return c[0] == 0x88 })
}

// began lists the steps in the order in which they began.
func began(l *agent.Login) (steps []agent.Step) {
	events, _, _ := l.Progress(0)
	for _, e := range events {
		if !e.Done {
			steps = append(steps, e.Step)
		}
	}
	return steps
}

// Catches a document with active authentication that cannot log in, files read
// beyond the consent or before the chip has signed, one that the document does
// not have taken for a failure, and steps that make no sense.
func TestSignature(t *testing.T) {
	for name, c := range map[string]struct {
		asked []string
		reads []byte // CardAccess, DG14, SOD, DG15, then what was consented to
	}{
		"active-rsa":   {[]string{wire.FileDG1}, []byte{0x1C, 0x0E, 0x1D, 0x0F, 0x01}},
		"active-ecdsa": {[]string{wire.FileDG11, wire.FileDG1}, []byte{0x1C, 0x0E, 0x1D, 0x0F, 0x01, 0x0B}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.reader.insert(t, named(t, name), nil)
			w.provider.Request = func(r *wire.Request) { r.Files = c.asked }
			var heard headers
			heard.listen(w.reader)
			l, uri := w.begin()
			if v := consent(t, l, can); v.State != agent.Finished {
				t.Fatalf("%v %s\n%s", v.State, v.Problem, w.logs)
			}
			if got := heard.reads(); !slices.Equal(got, c.reads) || !heard.signs() {
				t.Errorf("read %X, want %X; signed: %v", got, c.reads, heard.signs())
			}
			if len(w.provider.Read) != 1 || !strings.Contains(string(w.provider.Read["DG1"]), "SPECIMEN") {
				t.Errorf("at the provider: %d files", len(w.provider.Read))
			}
			if redirect, err := l.Finish(); err != nil || redirect != w.provider.Callback(uri) {
				t.Errorf("Finish = %q, %v", redirect, err)
			}
			if w.provider.Calls("/exchange") != 1 {
				t.Errorf("%d messages, want one", w.provider.Calls("/exchange"))
			}
			if open, closed := w.reader.balance(); open != 0 || closed != 1 {
				t.Errorf("connections: %d open, %d closed", open, closed)
			}
			want := []agent.Step{
				agent.StepRequest, agent.StepConsent, agent.StepReader, agent.StepCard, agent.StepChannel,
				agent.StepReading, agent.StepProof, agent.StepProvider, agent.StepDone,
			}
			if got := began(l); !slices.Equal(got, want) {
				t.Errorf("steps %v", got)
			}
		})
	}
}

// Catches active authentication that takes the place of chip authentication: a
// signature convinces everybody, and leaves the files unprotected against the
// agent.
func TestNoSignatureBesideChipAuthentication(t *testing.T) {
	for _, name := range []string{"cnie", "passport"} {
		w := newWorld(t)
		profile := named(t, name)
		profile.Files = append(profile.Files, "DG15")
		profile.ActiveAuthentication = smallRSA(t).ActiveAuthentication
		w.reader.insert(t, profile, nil)
		var heard headers
		heard.listen(w.reader)
		l, _ := w.begin()
		if v := consent(t, l, can); v.State != agent.Finished {
			t.Fatalf("%s: %v %s\n%s", name, v.State, v.Problem, w.logs)
		}
		if heard.signs() || slices.Contains(heard.reads(), 0x0F) || w.provider.Calls("/exchange") != 2 {
			t.Errorf("%s: the chip was asked to sign, or DG15 was read", name)
		}
	}
}

// Catches a document without any proof whose files are read or sent all the
// same, and one with DG15 of a kind that nobody can verify.
func TestNoProof(t *testing.T) {
	for name, change := range map[string]func(*vcard.Personalisation){
		"no DG15": func(p *vcard.Personalisation) { delete(p.Files, vcard.FIDDG15) },
		"DG15 with an unknown key": func(p *vcard.Personalisation) {
			p.Files[vcard.FIDDG15] = []byte{0x6F, 0x0F, 0x30, 0x0D, 0x30, 0x06, 0x06, 0x04, 0x2B, 0x65, 0x70, 0x05, 0x03, 0x03, 0x00, 0x01, 0x02}
		},
	} {
		w := newWorld(t)
		w.reader.insert(t, named(t, "active-rsa"), change)
		var heard headers
		heard.listen(w.reader)
		l, _ := w.begin()
		v := consent(t, l, can)
		if v.State != agent.Failed || v.Problem != problem.ChipUnsupported || w.provider.Calls("/exchange") != 0 {
			t.Errorf("%s: %v %s, %d messages\n%s", name, v.State, v.Problem, w.provider.Calls("/exchange"), w.logs)
		}
		if slices.Contains(heard.reads(), 0x01) {
			t.Errorf("%s: DG1 was read", name)
		}
		if open, _ := w.reader.balance(); open != 0 {
			t.Errorf("%s: the card is still connected", name)
		}
	}
}

// Catches a copy of the files that logs in, and a second try after they were
// sent.
func TestSignatureOfACopy(t *testing.T) {
	w := newWorld(t)
	w.reader.insert(t, smallRSA(t), func(p *vcard.Personalisation) {
		other, err := rsa.GenerateKey(rand.Reader, 1024)
		if err != nil {
			t.Fatal(err)
		}
		p.ActiveAuthentication.RSA = other
	})
	l, _ := w.begin()
	v := consent(t, l, can)
	if v.State != agent.Failed || v.Problem != "chip_not_genuine" || v.Again || v.Decline {
		t.Errorf("%+v\n%s", v, w.logs)
	}
}

// Catches a signature for one login that serves in another, even of the same
// provider with all that he can repeat, and a challenge that is not made of the
// request alone.
func TestSignatureServesOneLogin(t *testing.T) {
	w := newWorld(t)
	w.reader.insert(t, smallRSA(t), nil)
	var requests []wire.Request
	w.provider.Request = func(r *wire.Request) {
		if len(requests) > 0 {
			r.Nonce, r.JTI = requests[0].Nonce, requests[0].JTI
		}
		requests = append(requests, *r)
	}
	var sent []wire.Signed
	w.provider.Answer = func(_ http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/exchange") {
			return false
		}
		body, err := io.ReadAll(r.Body)
		m, decodeErr := wire.DecodeSigned(body)
		if err := errors.Join(err, decodeErr); err != nil {
			t.Error(err)
		}
		sent = append(sent, m)
		r.Body = io.NopCloser(bytes.NewReader(body))
		return false
	}
	for range 2 {
		l, _ := w.begin()
		if v := consent(t, l, can); v.State != agent.Finished {
			t.Fatalf("%v %s\n%s", v.State, v.Problem, w.logs)
		}
	}
	for i, m := range sent {
		key, err := lds.ParseDG15(m.DG15)
		if err != nil {
			t.Fatal(err)
		}
		for j, r := range requests {
			challenge := activeauth.Challenge(w.provider.URL, r.JTI, r.Nonce, r.AgentNonce)
			if err := activeauth.Verify(key, lds.SecurityInfos{}, challenge, m.Signature); (err == nil) != (i == j) {
				t.Errorf("signature %d for request %d: %v", i, j, err)
			}
		}
	}
}

// Catches a failure before anything was sent that ends the login, and one after
// it that does not.
func TestSignatureFailures(t *testing.T) {
	removed := func(*vcard.Card) ([]byte, error) { return nil, card.ErrRemoved }

	w := newWorld(t)
	w.reader.insert(t, smallRSA(t), nil)
	w.reader.transmit = at(11, removed) // DG1, after the signature
	l, _ := w.begin()
	if v := consent(t, l, can); v.State != agent.Failed || v.Problem != problem.CardRemoved || !v.Again {
		t.Fatalf("removed before anything was sent: %+v\n%s", v, w.logs)
	}
	w.reader.transmit = nil
	if err := l.Again(); err != nil {
		t.Fatal(err)
	}
	w.provider.Answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/exchange") {
			panic(http.ErrAbortHandler)
		}
		return false
	}
	if v := consent(t, l, can); v.State != agent.Failed || v.Problem != problem.ProviderUnreachable || v.Again || v.Decline {
		t.Errorf("the provider hangs up: %+v\n%s", v, w.logs)
	}
}

// Catches a person's no, after the chip has signed, that does not keep the
// signature and the files here.
func TestDeclineAfterSignature(t *testing.T) {
	w := newWorld(t)
	w.reader.insert(t, smallRSA(t), nil)
	l, _ := w.begin()
	w.reader.transmit = func(n int, command []byte, chip *vcard.Card, ctx context.Context) ([]byte, error) {
		answer, err := chip.Transmit(ctx, command)
		if n == 11 {
			if err := l.Decline(); err != nil {
				t.Error(err)
			}
		}
		return answer, err
	}
	if v := consent(t, l, can); v.State != agent.Failed || v.Problem != problem.Declined || w.provider.Calls("/exchange") != 0 {
		t.Errorf("%+v, %d messages\n%s", v, w.provider.Calls("/exchange"), w.logs)
	}
}
