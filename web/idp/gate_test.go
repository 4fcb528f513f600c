package idp_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/card/lds"
	"cnie.example/web/idp"
	"cnie.example/web/providers"
)

// Catches DNS rebinding and a proxy that passes on another name.
func TestHost(t *testing.T) {
	w := newWorld(t, nil)
	for _, host := range []string{"evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", strings.TrimPrefix(w.origin, "https://") + "."} {
		for _, path := range []string{"/", "/jwks.json", "/healthz", "/exchange"} {
			r := must(http.NewRequest(http.MethodGet, w.origin+path, nil))
			r.Host = host
			answer, err := w.client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("%s with Host %s: status %d", path, host, answer.StatusCode)
			}
		}
	}
}

// Catches an answer without the headers that keep pages from being framed,
// cached, sniffed or scripted: also errors, redirects and files.
func TestHeaders(t *testing.T) {
	w := newWorld(t, nil)
	p := w.browser().open("/")
	requests := []*http.Request{
		p.post("/start", url.Values{"level": {"eidas1"}}), p.post("/start", nil), p.post("/confirm", nil),
		jsonPost(w.origin+"/exchange", "{}"), jsonPost(w.origin+"/request/x", "{}"),
	}
	for _, path := range []string{"/", "/continue", "/callback?code=x", "/nowhere", "/jwks.json", "/.well-known/cnie-provider", "/healthz", "/style.css", "/icon.svg"} {
		requests = append(requests, must(http.NewRequest(http.MethodGet, w.origin+path, nil)))
	}
	for _, r := range requests {
		answer, err := w.client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		h := answer.Header
		csp := h.Get("Content-Security-Policy")
		for _, directive := range []string{"default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, directive) {
				t.Errorf("%s: policy %q lacks %s", r.URL.Path, csp, directive)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") {
			t.Errorf("%s: policy %q", r.URL.Path, csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "same-origin",
			"Access-Control-Allow-Origin": "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", r.URL.Path, name, got)
			}
		}
		asset := r.URL.Path == "/style.css" || r.URL.Path == "/icon.svg"
		if !asset && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", r.URL.Path, h.Get("Cache-Control"))
		}
		if h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: HSTS on loopback", r.URL.Path)
		}
	}
}

// Catches a provider on a public name that does not hold browsers to https.
func TestStrictTransport(t *testing.T) {
	w := newWorld(t, func(c *idp.Config) { c.Origin, c.Lab = "https://id.example", false })
	r := must(http.NewRequest(http.MethodGet, "https://"+w.server.Listener.Addr().String()+"/", nil))
	r.Host = "id.example"
	answer, err := w.client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Strict-Transport-Security"), "max-age=") {
		t.Errorf("status %d, HSTS %q", answer.StatusCode, answer.Header.Get("Strict-Transport-Security"))
	}
}

// Catches a flood of logins that grows without end, and one that shuts out
// others: the login that waits longest for its agent gives way.
func TestTransactionsAreBounded(t *testing.T) {
	w := newWorld(t, func(c *idp.Config) { c.MaxTransactions = 3 })
	first := w.browser()
	first.open("/").submit(anyForm, nil).want("continue", 200, "")
	for range 3 {
		w.clock.Advance(time.Second)
		w.browser().open("/").submit(anyForm, nil).want("continue", 200, "")
	}
	if page := first.open("/continue"); page.status == 200 {
		t.Error("four logins are kept of three")
	}
}

// held is a body that ends when it is told to.
type held struct {
	once    sync.Once
	started chan struct{}
	end     chan struct{}
}

func (h *held) Read([]byte) (int, error) {
	h.once.Do(func() { close(h.started) })
	<-h.end
	return 0, io.EOF
}

// Catches more work at a time than the provider takes on. The one place is
// taken by an agent that does not finish its message.
func TestRequestsAreBounded(t *testing.T) {
	w := newWorld(t, func(c *idp.Config) { c.MaxRequests = 1 })
	_, a := w.fetched()
	body := &held{started: make(chan struct{}), end: make(chan struct{})}
	r := must(http.NewRequest(http.MethodPost, a.request.ExchangeURI, body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+a.bearer())
	done := make(chan int)
	go func() {
		answer, err := a.client.Do(r)
		if err != nil {
			done <- 0
			return
		}
		answer.Body.Close()
		done <- answer.StatusCode
	}()
	<-body.started
	refused := false
	for range 200 { // the server may still be reading the header of the first
		answer, err := w.client().Get(w.origin + "/")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusTooManyRequests && answer.Header.Get("Retry-After") != "" {
			refused = true
			break
		}
	}
	if !refused {
		t.Error("a second request was always served")
	}
	close(body.end)
	if status := <-done; status != 400 {
		t.Errorf("message without a body: status %d", status)
	}
	w.browser().open("/").want("start", 200, "")
}

// Catches a record that agents do not accept, or that does not fit the
// provider: it is read by the agent's own code.
func TestRecord(t *testing.T) {
	roots := serverRoots(newWorld(t, nil))
	w := newWorld(t, func(c *idp.Config) { c.TLSCA = roots })
	answer, err := w.client().Get(w.origin + "/.well-known/cnie-provider")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	record, err := providers.ParseRecord(must(io.ReadAll(answer.Body)))
	if err != nil {
		t.Fatal(err)
	}
	if record.Origin != w.origin || !record.Lab || record.TLSCA != string(roots) || record.Name.French != "Service SPECIMEN" ||
		record.RedirectURIs[0] != w.origin+"/callback" || record.JWKSURI != w.origin+"/jwks.json" ||
		record.RequestPrefix != w.origin+"/request/" || strings.Join(record.Files, " ") != "DG1 DG11" {
		t.Errorf("record %+v", record)
	}
	directory, err := providers.New([]providers.Record{record}, providers.Options{Lab: true, Clock: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := directory.Lookup(requestURI(w.browser().begin("eidas1").agentLink())); err != nil {
		t.Error(err)
	}
}

// Catches a provider that starts although something of it cannot work or would
// be unsafe.
func TestConfigRefused(t *testing.T) {
	w := newWorld(t, nil)
	p384 := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	for name, change := range map[string]func(*idp.Config){
		"plain origin":           func(c *idp.Config) { c.Origin = "http://127.0.0.1:1" },
		"origin with a path":     func(c *idp.Config) { c.Origin += "/" },
		"laboratory in public":   func(c *idp.Config) { c.Origin = "https://id.example" },
		"agent elsewhere":        func(c *idp.Config) { c.AgentURL = "http://192.0.2.1:24777" },
		"agent by https":         func(c *idp.Config) { c.AgentURL = "https://127.0.0.1:24777" },
		"no name":                func(c *idp.Config) { c.Name.English = "" },
		"long name":              func(c *idp.Config) { c.Name.French = strings.Repeat("é", 61) },
		"name with a line break": func(c *idp.Config) { c.Name.French = "a\nb" },
		"name turned round":      func(c *idp.Config) { c.Name.French = "a\u202eb" },
		"no DG1":                 func(c *idp.Config) { c.Files = []lds.File{lds.DG11} },
		"fingerprints":           func(c *idp.Config) { c.Files = []lds.File{lds.DG1, lds.DG3} },
		"DG1 twice":              func(c *idp.Config) { c.Files = []lds.File{lds.DG1, lds.DG1} },
		"no key":                 func(c *idp.Config) { c.Key = nil },
		"P-384":                  func(c *idp.Config) { c.Key = p384 },
		"no verifier":            func(c *idp.Config) { c.Verifier = nil },
		"no clock":               func(c *idp.Config) { c.Clock = nil },
		"no randomness":          func(c *idp.Config) { c.Rand = nil },
		"no log":                 func(c *idp.Config) { c.Logger = nil },
		"roots":                  func(c *idp.Config) { c.TLSCA = []byte("none") },
		"negative limit":         func(c *idp.Config) { c.MaxRequests = -1 },
	} {
		config := w.config()
		change(&config)
		if _, err := idp.New(config); !errors.Is(err, idp.ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// failing is a source of randomness that has broken.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("broken") }

// Catches a login with predictable secrets, and a fault that tells people what
// broke.
func TestBrokenRandomness(t *testing.T) {
	w := newWorld(t, func(c *idp.Config) { c.Rand = failing{} })
	page := w.browser().open("/").submit(anyForm, nil).want("problem", 500, "internal")
	if strings.Contains(page.text, "broken") {
		t.Error("the page tells the cause")
	}
	if !strings.Contains(w.log.String(), "broken") {
		t.Error("the log does not tell the cause")
	}
}

// panicking is a source of randomness that has a fault of its own.
type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("SPECIMEN secret") }

// Catches a panic that ends the connection without an answer, keeps its place
// for ever, or tells what the program was working on.
func TestPanic(t *testing.T) {
	w := newWorld(t, func(c *idp.Config) { c.Rand, c.MaxRequests = panicking{}, 1 })
	w.hide("value of the panic", "SPECIMEN secret")
	for range 3 {
		page := w.browser().open("/").submit(anyForm, nil).want("problem", 500, "internal")
		if strings.Contains(page.text, "SPECIMEN secret") {
			t.Error("the page tells the value")
		}
	}
}

// Catches a page served without its style, or with a type that browsers refuse.
func TestAssets(t *testing.T) {
	w := newWorld(t, nil)
	for path, media := range map[string]string{"/style.css": "text/css; charset=utf-8", "/icon.svg": "image/svg+xml"} {
		answer, err := w.client().Get(w.origin + path)
		if err != nil {
			t.Fatal(err)
		}
		body := must(io.ReadAll(answer.Body))
		answer.Body.Close()
		if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != media || len(bytes.TrimSpace(body)) == 0 {
			t.Errorf("%s: status %d, %q, %d bytes", path, answer.StatusCode, answer.Header.Get("Content-Type"), len(body))
		}
	}
}
