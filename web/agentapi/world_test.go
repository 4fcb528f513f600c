package agentapi_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/attest/wire"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/agent"
	"cnie.example/web/agentapi"
	"cnie.example/web/providers"
	"cnie.example/web/providers/providertest"
)

const can = "428193"

// cards is a reader with a virtual card, or with a fault.
type cards struct {
	chip *vcard.Card
	mu   sync.Mutex
	err  error         // fails a connection
	hold chan struct{} // a connection waits for it
}

func (c *cards) set(err error, hold chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err, c.hold = err, hold
}

func (c *cards) Connect(ctx context.Context) (agent.Card, error) {
	c.mu.Lock()
	err, hold := c.err, c.hold
	c.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err != nil {
		return nil, err
	}
	return connected{c.chip}, nil
}

type connected struct{ *vcard.Card }

func (c connected) Close() error { c.Reset(); return nil }

func (connected) Reader() string { return "SPECIMEN reader" }

// world is an endpoint on a real port with everything behind it.
type world struct {
	t        testing.TB
	cards    *cards
	provider *providertest.Provider
	agent    *agent.Agent
	remember bool   // of the agent that serve makes
	host     string // of the endpoint
	host6    string // the same on IPv6, empty without it
	mu       sync.Mutex
	log      bytes.Buffer
	now      time.Time
}

func (w *world) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(b)
}

func (w *world) logs() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func newWorld(t testing.TB, change ...func(*agentapi.Config)) *world {
	t.Helper()
	w := &world{t: t, cards: &cards{chip: newChip(t, issuer.Specimen())}, provider: providertest.New(t), now: time.Now()}
	w.serve(change)
	return w
}

// newChip makes the card of a profile, under the CAN of all cards here.
func newChip(t testing.TB, profile issuer.Profile) *vcard.Card {
	t.Helper()
	lab, err := issuer.LoadLab(filepath.Join("..", "..", "card", "vcard", "issuer", "testdata", "lab"))
	if err != nil {
		t.Fatal(err)
	}
	profile.CAN = can
	document, err := lab.Personalise(rand.Reader, profile)
	if err != nil {
		t.Fatal(err)
	}
	chip, err := vcard.New(document, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return chip
}

func (w *world) serve(change []func(*agentapi.Config)) {
	w.t.Helper()
	directory := w.provider.Directory(w.t)
	lookup := lookupIn(directory)
	logger := slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
	served := agent.New(agent.Config{
		Cards: w.cards, Lookup: lookup, Rand: rand.Reader, Clock: w.clock, Logger: logger, RememberDocuments: w.remember,
	})
	w.agent = served
	config := agentapi.Config{Agent: w.agent, Lookup: lookup, Rand: rand.Reader, Version: "v0-test", Clock: w.clock, Logger: logger}
	for _, c := range change {
		c(&config)
	}
	server, err := agentapi.New(config)
	if err != nil {
		w.t.Fatal(err)
	}
	listeners := []net.Listener{w.listen("127.0.0.1:0")}
	w.host = listeners[0].Addr().String()
	if l, err := net.Listen("tcp", "[::1]:0"); err == nil {
		listeners = append(listeners, l)
		w.host6 = l.Addr().String()
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, listeners...) }()
	w.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
		if err := served.Close(); err != nil {
			w.t.Error(err)
		}
	})
}

func (w *world) listen(at string) net.Listener {
	l, err := net.Listen("tcp", at)
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

func lookupIn(d *providers.Directory) func(string) (agent.Provider, error) {
	return func(uri string) (agent.Provider, error) {
		p, err := d.Lookup(uri)
		if err != nil {
			return nil, err
		}
		return p, nil
	}
}

// anyUser lets everyone in.
func anyUser(_, _ netip.AddrPort) error { return nil }

// response is what came back on a connection of its own.
type response struct {
	*http.Response
	body string
}

// raw sends bytes as they are and reads one response.
func (w *world) raw(text string) response {
	w.t.Helper()
	return w.rawTo(w.host, text)
}

func (w *world) rawTo(host, text string) response {
	w.t.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		w.t.Fatal(err)
	}
	method := http.MethodGet
	if strings.HasPrefix(text, "HEAD") {
		method = http.MethodHead
	}
	r, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response{r, string(body)}
}

// get asks as a browser that navigates, with more header lines.
func (w *world) get(target string, lines ...string) response {
	w.t.Helper()
	header := append([]string{"Host: " + w.host, "Accept: text/html"}, lines...)
	return w.raw("GET " + target + " HTTP/1.1\r\n" + strings.Join(header, "\r\n") + "\r\n\r\n")
}

// post sends a form as the agent's own page would, with more header lines.
func (w *world) post(target, cookie, body string, lines ...string) response {
	w.t.Helper()
	header := []string{
		"Host: " + w.host, "Accept: text/html", "Origin: http://" + w.host, "Sec-Fetch-Site: same-origin",
		"Content-Type: application/x-www-form-urlencoded", fmt.Sprintf("Content-Length: %d", len(body)),
	}
	if cookie != "" {
		header = append(header, "Cookie: "+cookie)
	}
	header = append(header, lines...)
	return w.raw("POST " + target + " HTTP/1.1\r\n" + strings.Join(header, "\r\n") + "\r\n\r\n" + body)
}

var (
	problemAttr = regexp.MustCompile(`data-problem="([a-z0-9_]+)"`)
	pageAttr    = regexp.MustCompile(`data-page="([a-z]+)"`)
	hidden      = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)">`)
	actionAttr  = regexp.MustCompile(`action="([^"]+/start)"`)
	problemType = regexp.MustCompile(`"type":"urn:cnie:problem:([a-z0-9_]+)"`)
)

// problem is the name of the problem in an answer, of either form.
func (r response) problem() string {
	for _, form := range []*regexp.Regexp{problemAttr, problemType} {
		if m := form.FindStringSubmatch(r.body); m != nil {
			return m[1]
		}
	}
	return ""
}

func (r response) page() string {
	if m := pageAttr.FindStringSubmatch(r.body); m != nil {
		return m[1]
	}
	return ""
}

// tab is a browser's tab at a landing page.
type tab struct {
	path, cookie, form string // path of the login without its last part
}

// land opens the landing page of a request_uri.
func (w *world) land(requestURI string) tab {
	w.t.Helper()
	r := w.get("/login?request_uri=" + escape(requestURI))
	if r.StatusCode != http.StatusOK || r.page() != "landing" {
		w.t.Fatalf("landing: %d %s %s", r.StatusCode, r.page(), r.problem())
	}
	action := actionAttr.FindStringSubmatch(r.body)
	if action == nil || len(r.Cookies()) != 1 {
		w.t.Fatal("landing page without form or cookie")
	}
	var fields []string
	for _, m := range hidden.FindAllStringSubmatch(r.body, -1) {
		fields = append(fields, m[1]+"="+escape(m[2]))
	}
	cookie := r.Cookies()[0]
	return tab{strings.TrimSuffix(action[1], "/start"), cookie.Name + "=" + cookie.Value, strings.Join(fields, "&")}
}

// start lands and starts, and comes to the consent page.
func (w *world) start() (t tab, requestURI string) {
	w.t.Helper()
	requestURI = w.provider.Begin()
	t = w.land(requestURI)
	r := w.post(t.path+"/start", t.cookie, t.form)
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != t.path+"/consent" {
		w.t.Fatalf("start: %d %q %s\n%s", r.StatusCode, r.Header.Get("Location"), r.problem(), w.logs())
	}
	return t, requestURI
}

// events reads the stream to its end.
func (w *world) events(t tab, lines ...string) response {
	w.t.Helper()
	header := append([]string{
		"Host: " + w.host, "Accept: text/event-stream", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors",
		"Sec-Fetch-Dest: empty", "Cookie: " + t.cookie, "Connection: close",
	}, lines...)
	return w.raw("GET " + t.path + "/events HTTP/1.1\r\n" + strings.Join(header, "\r\n") + "\r\n\r\n")
}

func escape(s string) string {
	return strings.NewReplacer("%", "%25", "&", "%26", "+", "%2B", "#", "%23", " ", "%20", "/", "%2F", ":", "%3A", "?", "%3F", "=", "%3D").Replace(s)
}

// hostileName is a relying party that tries to be more than text.
func hostileName(r *wire.Request) { r.RelyingParty = `<script>alert(1)</script>&amp;"` }
