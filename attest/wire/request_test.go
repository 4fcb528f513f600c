package wire_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cnie.example/attest/wire"
)

func specimenRequest() wire.Request {
	return wire.Request{
		Version: wire.Version, Issuer: "https://idp.test", Audience: wire.Audience, JTI: "transaction-1",
		IssuedAt: 1900000000, ExpiresAt: 1900000120, RequestURI: "https://idp.test/request/1",
		AgentNonce: fill(32, 1), Nonce: fill(32, 2), State: "state-1",
		RedirectURI: "https://idp.test/back", ExchangeURI: "https://idp.test/exchange/1", ExchangeToken: fill(32, 3),
		Level: wire.LevelEIDAS1, Files: []string{wire.FileDG1, wire.FileDG11}, Holder: wire.HolderNone,
		RelyingParty: "Mairie de Spécimen", SessionCode: "K7QX",
	}
}

// Catches a member that is not checked: each case breaks one rule.
func TestRequestRules(t *testing.T) {
	const rtl = "\u202e"
	for name, change := range map[string]func(*wire.Request){
		"issuer without scheme":     func(r *wire.Request) { r.Issuer = "idp.test" },
		"issuer with query":         func(r *wire.Request) { r.Issuer = "https://idp.test?x=1" },
		"issuer over http":          func(r *wire.Request) { r.Issuer = "http://idp.test" },
		"http on a loopback name":   func(r *wire.Request) { r.Issuer = "http://localhost.idp.test" },
		"audience empty":            func(r *wire.Request) { r.Audience = "" },
		"jti empty":                 func(r *wire.Request) { r.JTI = "" },
		"jti long":                  func(r *wire.Request) { r.JTI = strings.Repeat("a", 65) },
		"jti with space":            func(r *wire.Request) { r.JTI = "a b" },
		"expires before issued":     func(r *wire.Request) { r.ExpiresAt = r.IssuedAt },
		"lives too long":            func(r *wire.Request) { r.ExpiresAt = r.IssuedAt + 121 },
		"issued before 1970":        func(r *wire.Request) { r.IssuedAt = -1 },
		"difference overflows":      func(r *wire.Request) { r.IssuedAt, r.ExpiresAt = -1<<63, 1<<63-1 },
		"request_uri relative":      func(r *wire.Request) { r.RequestURI = "/request/1" },
		"request_uri fragment":      func(r *wire.Request) { r.RequestURI += "#" },
		"request_uri user":          func(r *wire.Request) { r.RequestURI = "https://a@idp.test/" },
		"request_uri backslash":     func(r *wire.Request) { r.RequestURI = `https://idp.test\@evil.test/` },
		"request_uri long":          func(r *wire.Request) { r.RequestURI += strings.Repeat("a", wire.MaxURI) },
		"agent nonce short":         func(r *wire.Request) { r.AgentNonce = fill(31, 1) },
		"nonce long":                func(r *wire.Request) { r.Nonce = fill(33, 1) },
		"state empty":               func(r *wire.Request) { r.State = "" },
		"state long":                func(r *wire.Request) { r.State = strings.Repeat("a", 257) },
		"state with newline":        func(r *wire.Request) { r.State = "a\r\nb" },
		"redirect script":           func(r *wire.Request) { r.RedirectURI = "javascript:alert(1)" },
		"redirect without host":     func(r *wire.Request) { r.RedirectURI = "https:///back" },
		"exchange opaque":           func(r *wire.Request) { r.ExchangeURI = "https:idp.test" },
		"exchange not visible":      func(r *wire.Request) { r.ExchangeURI += "\u00e9" },
		"token short":               func(r *wire.Request) { r.ExchangeToken = fill(16, 1) },
		"level unknown":             func(r *wire.Request) { r.Level = "eidas4" },
		"level empty":               func(r *wire.Request) { r.Level = "" },
		"files none":                func(r *wire.Request) { r.Files = nil },
		"files without DG1":         func(r *wire.Request) { r.Files = []string{"DG11"} },
		"files with fingerprints":   func(r *wire.Request) { r.Files = []string{"DG1", "DG3"} },
		"files with irises":         func(r *wire.Request) { r.Files = []string{"DG1", "DG4"} },
		"files repeated":            func(r *wire.Request) { r.Files = []string{"DG1", "DG1"} },
		"files in lower case":       func(r *wire.Request) { r.Files = []string{"dg1"} },
		"holder card":               func(r *wire.Request) { r.Holder = "card" },
		"no iat":                    func(r *wire.Request) { r.IssuedAt, r.ExpiresAt = 0, 60 },
		"request_uri with a quote":  func(r *wire.Request) { r.RequestURI += `/"` },
		"redirect_uri with a brace": func(r *wire.Request) { r.RedirectURI += "/{id}" },
		"rp empty":                  func(r *wire.Request) { r.RelyingParty = "  " },
		"rp long":                   func(r *wire.Request) { r.RelyingParty = strings.Repeat("é", 65) },
		"rp bidirectional":          func(r *wire.Request) { r.RelyingParty = "a" + rtl + "b" },
		"rp isolate":                func(r *wire.Request) { r.RelyingParty = "a\u2066b" },
		"rp control":                func(r *wire.Request) { r.RelyingParty = "a\x1bb" },
		"rp line separator":         func(r *wire.Request) { r.RelyingParty = "a\u2028b" },
		"rp zero width":             func(r *wire.Request) { r.RelyingParty = "a\u200bb" },
		"rp not UTF-8":              func(r *wire.Request) { r.RelyingParty = "a\xffb" },
		"session code short":        func(r *wire.Request) { r.SessionCode = "K7Q" },
		"session code ambiguous":    func(r *wire.Request) { r.SessionCode = "K7QO" },
		"session code two bytes":    func(r *wire.Request) { r.SessionCode = "K7é" },
		"session code in lowercase": func(r *wire.Request) { r.SessionCode = "k7qx" },
	} {
		r := specimenRequest()
		change(&r)
		if err := r.Validate(); !errors.Is(err, wire.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := wire.EncodeRequest(r); err == nil {
			t.Errorf("%s: was encoded", name)
		}
	}
}

// Catches a rule that refuses what it must let pass.
func TestRequestAccepted(t *testing.T) {
	for name, change := range map[string]func(*wire.Request){
		"as it is":           func(*wire.Request) {},
		"longest texts":      func(r *wire.Request) { r.RelyingParty, r.JTI = strings.Repeat("é", 64), strings.Repeat("a", 64) },
		"loopback over http": func(r *wire.Request) { r.RedirectURI = "http://127.0.0.1:8080/back" },
		"IPv6 loopback":      func(r *wire.Request) { r.ExchangeURI = "http://[::1]:8080/x" },
		"all files":          func(r *wire.Request) { r.Files = []string{"DG2", "DG11", "DG1"} },
		"other script":       func(r *wire.Request) { r.RelyingParty = "Ελλάδα 日本" },
	} {
		r := specimenRequest()
		change(&r)
		if err := r.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Catches a version that cannot be spoken but is reported as malformed: a
// person could not be told who has to update.
func TestRequestVersion(t *testing.T) {
	for text, want := range map[string]int{
		`{"version":2,"new":{"deep":[1]}}`: 2,
		`{"version":99}`:                   99,
		`{"version":-1}`:                   -1,
	} {
		_, err := wire.DecodeRequest([]byte(text))
		var version *wire.VersionError
		if !errors.As(err, &version) || version.Version != want || !errors.Is(err, wire.ErrVersion) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{`{}`, `{"version":"1"}`, `{"version":1.5}`, `{"version":2,"version":1}`} {
		if _, err := wire.DecodeRequest([]byte(text)); !errors.Is(err, wire.ErrMalformed) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func expected() wire.Expected {
	return wire.Expected{
		Issuer: "https://idp.test", RequestURI: "https://idp.test/request/1",
		RedirectURIs: []string{"https://idp.test/other", "https://idp.test/back"}, AgentNonce: fill(32, 1),
	}
}

// Each rule is broken by itself, on either side. Catches a comparison that is
// missing, and an error that names the wrong rule or kind.
func TestCheck(t *testing.T) {
	issued := time.Unix(1900000000, 0)
	for name, c := range map[string]struct {
		request func(*wire.Request)
		want    func(*wire.Expected)
		now     time.Time
		rule    error
		kind    error
	}{
		"good":                {now: issued},
		"last second":         {now: issued.Add(120*time.Second - 1)},
		"audience":            {request: func(r *wire.Request) { r.Audience = "other-agent" }, rule: wire.ErrAudience, kind: wire.ErrForeign},
		"issuer":              {request: func(r *wire.Request) { r.Issuer = "https://other.test" }, rule: wire.ErrIssuer, kind: wire.ErrForeign},
		"issuer by a slash":   {request: func(r *wire.Request) { r.Issuer = "https://idp.test/" }, rule: wire.ErrIssuer, kind: wire.ErrForeign},
		"request_uri":         {request: func(r *wire.Request) { r.RequestURI += "2" }, rule: wire.ErrRequestURI, kind: wire.ErrForeign},
		"request_uri foreign": {request: func(r *wire.Request) { r.RequestURI = "https://other.test/1" }, want: func(e *wire.Expected) { e.RequestURI = "https://other.test/1" }, rule: wire.ErrRequestURI, kind: wire.ErrForeign},
		"redirect_uri":        {request: func(r *wire.Request) { r.RedirectURI += "?x=1" }, rule: wire.ErrRedirectURI, kind: wire.ErrForeign},
		"redirect enrolled":   {want: func(e *wire.Expected) { e.RedirectURIs = nil }, rule: wire.ErrRedirectURI, kind: wire.ErrForeign},
		"exchange host":       {request: func(r *wire.Request) { r.ExchangeURI = "https://idp.test.evil.test/x" }, rule: wire.ErrExchangeURI, kind: wire.ErrForeign},
		"exchange port":       {request: func(r *wire.Request) { r.ExchangeURI = "https://idp.test:444/x" }, rule: wire.ErrExchangeURI, kind: wire.ErrForeign},
		"exchange own port":   {request: func(r *wire.Request) { r.ExchangeURI = "https://IDP.test:443/x" }},
		"agent nonce":         {request: func(r *wire.Request) { r.AgentNonce = fill(32, 9) }, rule: wire.ErrAgentNonce, kind: wire.ErrMismatch},
		"no agent nonce sent": {want: func(e *wire.Expected) { e.AgentNonce = nil }, rule: wire.ErrAgentNonce, kind: wire.ErrMismatch},
		"expired":             {now: issued.Add(120 * time.Second), rule: wire.ErrTooLate, kind: wire.ErrExpired},
		"not yet":             {now: issued.Add(-1), rule: wire.ErrNotYet, kind: wire.ErrExpired},
		"leeway late":         {now: issued.Add(149 * time.Second), want: func(e *wire.Expected) { e.Leeway = 30 * time.Second }},
		"leeway early":        {now: issued.Add(-30 * time.Second), want: func(e *wire.Expected) { e.Leeway = 30 * time.Second }},
		"beyond leeway":       {now: issued.Add(150 * time.Second), want: func(e *wire.Expected) { e.Leeway = 30 * time.Second }, rule: wire.ErrTooLate, kind: wire.ErrExpired},
		"malformed":           {request: func(r *wire.Request) { r.Nonce = nil }, rule: wire.ErrMalformed, kind: wire.ErrMalformed},
	} {
		r, want := specimenRequest(), expected()
		if c.request != nil {
			c.request(&r)
		}
		if c.want != nil {
			c.want(&want)
		}
		if c.now.IsZero() {
			c.now = issued
		}
		err := r.Check(want, c.now)
		if c.rule == nil && err != nil || c.rule != nil && (!errors.Is(err, c.rule) || !errors.Is(err, c.kind)) {
			t.Errorf("%s: %v, want %v", name, err, c.rule)
		}
	}
}

// Catches origins that look alike and are taken for one.
func TestOrigin(t *testing.T) {
	for uri, want := range map[string]string{
		"https://idp.test":            "https://idp.test",
		"https://IDP.test/a?b":        "https://idp.test",
		"https://idp.test:443/":       "https://idp.test",
		"https://idp.test:/":          "https://idp.test",
		"https://idp.test:4430/":      "https://idp.test:4430",
		"http://127.0.0.1:80/x":       "http://127.0.0.1",
		"http://[::1]:8080/x":         "http://[::1]:8080",
		"https://idp.test.evil.test/": "https://idp.test.evil.test",
	} {
		if got, err := wire.Origin(uri); err != nil || got != want {
			t.Errorf("%s: %q, %v", uri, got, err)
		}
	}
	for _, uri := range []string{"", "idp.test", "https://", "http://idp.test", "http://localhost/", "ftp://idp.test", "https://a:b@idp.test", "//idp.test"} {
		if got, err := wire.Origin(uri); !errors.Is(err, wire.ErrMalformed) || got != "" {
			t.Errorf("%q: %q, %v", uri, got, err)
		}
	}
}
