package idp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/activeauth"
	"cnie.example/card/lds"
	"cnie.example/card/vcard/issuer"
)

// signing is an agent with a document whose chip has active authentication and
// no chip authentication.
func (w *world) signing(name string) *agent {
	w.Helper()
	profile, ok := issuer.FindProfile(name)
	if !ok {
		w.Fatalf("no profile %q", name)
	}
	if profile.ActiveAuthentication.Algorithm == "RSA" {
		profile.ActiveAuthentication.Bits = 1024
	}
	a := w.agent()
	a.insert(must(lab()), profile, nil)
	return a
}

// sign has the chip sign the challenge of the agent's login and reads what was
// asked for.
func (a *agent) sign() wire.Signed {
	a.Helper()
	ctx := context.Background()
	challenge := activeauth.Challenge(a.origin, a.request.JTI, a.request.Nonce, a.nonce)
	dg15, signature, err := a.card.ActiveAuthenticate(ctx, challenge)
	if err != nil {
		a.Fatal(err)
	}
	m := wire.Signed{SOD: a.opening.SOD, DG14: a.opening.DG14, DG15: dg15, Signature: signature}
	for _, f := range []lds.File{lds.DG1, lds.DG11} {
		content, err := a.card.Read(ctx, f)
		if errors.Is(err, card.ErrFileNotFound) {
			continue
		}
		if err != nil {
			a.Fatal(err)
		}
		m.Files = append(m.Files, wire.File{Name: f.String(), Content: content})
	}
	return m
}

// send sends the message of active authentication.
func (a *agent) send(m wire.Signed) answer {
	a.Helper()
	return a.exchange(must(wire.EncodeSigned(m)))
}

// result is the address in a Result.
func (a *agent) result(got answer) string {
	a.Helper()
	redirect := must(wire.DecodeResult(a.want(got, http.StatusOK, "").body)).Redirect
	a.hide("code", must(url.Parse(redirect)).Query().Get("code"))
	return redirect
}

// rawSigned encodes a message without the rules of package wire.
func rawSigned(m wire.Signed) []byte {
	return must(json.Marshal(struct {
		Type string `json:"type"`
		wire.Signed
	}{wire.TypeSigned, m}))
}

// The whole login of a document without chip authentication. Catches one that
// does not get in, and checks shown that were not made.
func TestSigned(t *testing.T) {
	for _, name := range []string{"active-rsa", "active-ecdsa"} {
		w := newWorld(t, nil)
		b, a := w.browser(), w.signing(name)
		link := b.begin("eidas1").agentLink()
		a.accept(link, a.fetch(link))
		confirm := b.open(a.result(a.send(a.sign()))).want("confirm", 200, "")
		if person := confirm.texts("data-person"); person["given_names"] != "MARIE ANNE" {
			t.Errorf("%s: person named: %v", name, person)
		}
		identity := confirm.submit(action("confirm"), nil).want("identity", 200, "")
		checks := identity.attrs("data-check")
		for check, want := range map[string]bool{
			"active_authentication": true, "dg15_hash": true, "dg1_hash": true, "sod_signature": true,
			"chip_authentication": false, "dg11_hash": false, "dg14_hash": name == "active-ecdsa",
		} {
			if slices.Contains(checks, check) != want {
				t.Errorf("%s: check %s shown: %v, want %v", name, check, !want, want)
			}
		}
		if level := identity.attr("data-level"); level != "eidas1" {
			t.Errorf("%s: level %q", name, level)
		}
		w.wantEnded("confirmed")
	}
}

// Catches a signature that is taken although it is altered, of another login or
// of another chip, files that are not the signed ones or not those that were
// asked for, and a login that survives.
func TestSignedRefuses(t *testing.T) {
	flip := func(b wire.Bytes) wire.Bytes {
		b = bytes.Clone(b)
		b[len(b)-1] ^= 1
		return b
	}
	for name, c := range map[string]struct {
		change  func(*agent, *wire.Signed)
		problem string
	}{
		"signature altered": {func(_ *agent, m *wire.Signed) { m.Signature = flip(m.Signature) }, "chip_not_genuine"},
		"signature for another nonce": {func(a *agent, m *wire.Signed) {
			a.request.Nonce = flip(a.request.Nonce)
			m.Signature = a.sign().Signature
		}, "chip_not_genuine"},
		"DG15 of another chip":  {func(a *agent, m *wire.Signed) { m.DG15 = a.signing("active-rsa").sign().DG15 }, "dg15_hash_mismatch"},
		"DG14 made up":          {func(_ *agent, m *wire.Signed) { m.DG14 = wire.Bytes{0x6E, 2, 0x31, 0} }, "file_not_listed"},
		"DG1 altered":           {func(_ *agent, m *wire.Signed) { m.Files[0].Content = flip(m.Files[0].Content) }, "dg1_hash_mismatch"},
		"SOD altered":           {func(_ *agent, m *wire.Signed) { m.SOD = flip(m.SOD) }, "sod_signature_invalid"},
		"a file more":           {func(_ *agent, m *wire.Signed) { m.Files = append(m.Files, wire.File{Name: "DG2", Content: []byte{1}}) }, "message_malformed"},
		"files out of order":    {func(_ *agent, m *wire.Signed) { m.Files[0].Name = "DG11" }, "message_malformed"},
		"no signature":          {func(_ *agent, m *wire.Signed) { m.Signature = nil }, "message_malformed"},
		"signature of 513 byte": {func(_ *agent, m *wire.Signed) { m.Signature = make([]byte, 513) }, "message_too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b, a := w.browser(), w.signing("active-rsa")
			link := b.begin("eidas1").agentLink()
			a.accept(link, a.fetch(link))
			good := a.sign()
			m := good
			m.Files = slices.Clone(good.Files)
			c.change(a, &m)
			got := a.exchange(rawSigned(m))
			if got.status == http.StatusOK || got.problem != c.problem {
				t.Fatalf("status %d, problem %q, want %q", got.status, got.problem, c.problem)
			}
			a.want(a.send(good), got.status, c.problem)
			b.open(a.denied("access_denied")).want("problem", got.status, c.problem)
		})
	}
}

// Catches chip authentication that is had for less, by an agent that leaves it
// out, with or without the DG14 that says so.
func TestSignedInPlaceOfChipAuthentication(t *testing.T) {
	for problem, change := range map[string]func(*wire.Signed){
		"chip_authentication_skipped": func(*wire.Signed) {},
		"dg14_hash_mismatch":          func(m *wire.Signed) { m.DG14 = nil },
	} {
		w := newWorld(t, nil)
		b, a := w.fetched()
		m := wire.Signed{
			SOD: a.opening.SOD, DG14: a.opening.DG14, DG15: []byte{0x6F, 0}, Signature: make([]byte, 128),
			Files: []wire.File{{Name: "DG1", Content: []byte{0x61, 0}}},
		}
		change(&m)
		got := a.send(m)
		a.want(got, got.status, problem)
		a.wantDead(b, got.status, problem)
	}
}

// Catches a message that is taken twice, after another one, before the fetch or
// late.
func TestSignedOutOfOrder(t *testing.T) {
	w := newWorld(t, nil)
	b, a := w.browser(), w.signing("active-rsa")
	link := b.begin("eidas1").agentLink()
	a.accept(link, a.fetch(link))
	m := a.sign()
	redirect := a.result(a.send(m))
	a.want(a.send(m), 409, "out_of_order")
	b.open(redirect).want("problem", 409, "out_of_order") // the code is worth nothing now

	b, a = w.fetched()
	a.want(a.open(), 200, "")
	a.want(a.send(m), 409, "out_of_order")
	a.wantDead(b, 409, "out_of_order")

	b, a = w.fetched()
	w.clock.Advance(10 * time.Minute)
	a.want(a.send(m), 410, "transaction_expired")
	a.wantDead(b, 410, "transaction_expired")
}
