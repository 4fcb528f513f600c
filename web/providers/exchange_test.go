package providers_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"cnie.example/attest/wire"
	"cnie.example/web/problem"
	"cnie.example/web/providers/providertest"
)

func opening() wire.Opening {
	return wire.Opening{SOD: []byte{0x77, 0}, DG14: []byte{0x6E, 0}, MaxCommand: 261, MaxResponse: 258}
}

// handover is one for the opening above, as the test server would not make it
// from nonsense.
func handover(r *wire.Request) wire.Handover {
	return wire.Handover{
		Issuer: r.Issuer, JTI: r.JTI, AgentNonce: r.AgentNonce,
		SODHash: hash(opening().SOD), DG14Hash: hash(opening().DG14),
		PublicKey: []byte{4}, Proof: []byte{1}, Commands: wire.Batch{{0x0C}},
	}
}

// The agent must not hand its card over to a message of another login.
func TestOpenMismatch(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*wire.Handover)
		typ    string
		want   problem.Name
	}{
		"right":         {func(*wire.Handover) {}, wire.TypHandover, ""},
		"other iss":     {func(h *wire.Handover) { h.Issuer = "https://evil.test" }, wire.TypHandover, problem.HandoverMismatch},
		"other jti":     {func(h *wire.Handover) { h.JTI += "x" }, wire.TypHandover, problem.HandoverMismatch},
		"other nonce":   {func(h *wire.Handover) { h.AgentNonce = bytes.Repeat([]byte{9}, 32) }, wire.TypHandover, problem.HandoverMismatch},
		"other SOD":     {func(h *wire.Handover) { h.SODHash = hash([]byte("other")) }, wire.TypHandover, problem.HandoverMismatch},
		"other DG14":    {func(h *wire.Handover) { h.DG14Hash = hash([]byte("other")) }, wire.TypHandover, problem.HandoverMismatch},
		"request's typ": {func(*wire.Handover) {}, wire.TypRequest, problem.HandoverSignature},
	} {
		t.Run(name, func(t *testing.T) {
			p := providertest.New(t)
			uri := p.Begin()
			client, err := p.Directory(t).Lookup(uri)
			if err != nil {
				t.Fatal(err)
			}
			r, err := client.Fetch(context.Background(), uri, nonce())
			if err != nil {
				t.Fatal(err)
			}
			p.Answer = func(w http.ResponseWriter, q *http.Request) bool {
				if !strings.HasPrefix(q.URL.Path, "/exchange/") {
					return false
				}
				h := handover(r)
				c.change(&h)
				payload, err := wire.EncodeHandover(h)
				if err != nil {
					t.Error(err)
				}
				b, err := wire.EncodeHandoverMessage(wire.HandoverMessage{JWS: signed(p, c.typ, payload)})
				if err != nil {
					t.Error(err)
				}
				_, _ = w.Write(b)
				return true
			}
			if _, err := client.Open(context.Background(), r, opening()); problem.Of(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// The browser goes nowhere but to the signed address, with nothing but code and
// state.
func TestAnswerRedirect(t *testing.T) {
	for name, c := range map[string]struct {
		redirect func(r *wire.Request) string
		want     problem.Name
	}{
		"right":          {func(r *wire.Request) string { return r.RedirectURI + "?code=c&state=" + r.State }, ""},
		"other order":    {func(r *wire.Request) string { return r.RedirectURI + "?state=" + r.State + "&code=c" }, ""},
		"elsewhere":      {func(r *wire.Request) string { return "https://evil.test/callback?code=c&state=" + r.State }, problem.MessageMalformed},
		"longer path":    {func(r *wire.Request) string { return r.RedirectURI + "/x?code=c&state=" + r.State }, problem.MessageMalformed},
		"no code":        {func(r *wire.Request) string { return r.RedirectURI + "?state=" + r.State }, problem.MessageMalformed},
		"empty code":     {func(r *wire.Request) string { return r.RedirectURI + "?code=&state=" + r.State }, problem.MessageMalformed},
		"two codes":      {func(r *wire.Request) string { return r.RedirectURI + "?code=c&code=d&state=" + r.State }, problem.MessageMalformed},
		"other state":    {func(r *wire.Request) string { return r.RedirectURI + "?code=c&state=other" }, problem.MessageMalformed},
		"more than that": {func(r *wire.Request) string { return r.RedirectURI + "?code=c&x=y&state=" + r.State }, problem.MessageMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			p := providertest.New(t)
			uri := p.Begin()
			client, err := p.Directory(t).Lookup(uri)
			if err != nil {
				t.Fatal(err)
			}
			r, err := client.Fetch(context.Background(), uri, nonce())
			if err != nil {
				t.Fatal(err)
			}
			p.Answer = func(w http.ResponseWriter, _ *http.Request) bool {
				b, err := wire.EncodeResult(wire.Result{Redirect: c.redirect(r)})
				if err != nil {
					t.Error(err)
				}
				_, _ = w.Write(b)
				return true
			}
			_, redirect, err := client.Answer(context.Background(), r, wire.Answers{Responses: wire.Batch{{0x90, 0}}})
			if problem.Of(err) != c.want || (c.want == "") != (redirect != "") {
				t.Errorf("%q, %v; want %q", redirect, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "code=") {
				t.Errorf("error holds the code: %v", err)
			}
		})
	}
}

// Bytes that are no message, where one is expected.
func TestExchangeMalformed(t *testing.T) {
	for _, body := range []string{"", "null", "{}", `{"type":"Result"}`, `{"type":"Opening"}`, `{"type":"Handover","jws":"a.b"}`, strings.Repeat("[", 10000)} {
		p := providertest.New(t)
		uri := p.Begin()
		client, err := p.Directory(t).Lookup(uri)
		if err != nil {
			t.Fatal(err)
		}
		r, err := client.Fetch(context.Background(), uri, nonce())
		if err != nil {
			t.Fatal(err)
		}
		p.Answer = func(w http.ResponseWriter, _ *http.Request) bool { _, _ = w.Write([]byte(body)); return true }
		if _, err := client.Open(context.Background(), r, opening()); problem.Of(err) != problem.MessageMalformed {
			t.Errorf("Open, %.30q: %v", body, err)
		}
		if _, _, err := client.Answer(context.Background(), r, wire.Answers{Responses: wire.Batch{{0x90, 0}}}); problem.Of(err) != problem.MessageMalformed {
			t.Errorf("Answer, %.30q: %v", body, err)
		}
	}
}
