package idp_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/attest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/card/lds"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/idp"
)

// start is the time at which every test begins.
var start = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// journal is a log that can be searched.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *journal) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

func (r *journal) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}

// lab is the laboratory whose CSCA the providers of these tests trust.
func lab() (*issuer.Lab, error) { return issuer.LoadLab("testdata/lab") }

// otherLab is one that nobody trusts.
func otherLab() (*issuer.Lab, error) { return issuer.LoadLab("testdata/other") }

// world is a provider on a real TLS socket, with its clock and its log.
type world struct {
	*testing.T
	clock    *clock
	log      *journal
	server   *httptest.Server
	provider *idp.Provider
	origin   string

	records   *kept // evidence records of its logins
	described *seen // held against docs/openapi.yaml

	mu      sync.Mutex
	secrets map[string]string // what must not be in the log: value to description
}

const agentURL = "http://127.0.0.1:24777"

// newWorld starts a provider after change has had its say.
func newWorld(t *testing.T, change func(*idp.Config)) *world {
	t.Helper()
	w := &world{T: t, clock: &clock{now: start}, log: &journal{}, records: &kept{}, described: &seen{count: map[string]int{}}, secrets: map[string]string{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.origin = "https://" + listener.Addr().String()
	config := w.config()
	if change != nil {
		change(&config)
	}
	if w.provider, err = idp.New(config); err != nil {
		listener.Close()
		t.Fatal(err)
	}
	w.server = httptest.NewUnstartedServer(w.provider)
	w.server.Listener.Close()
	w.server.Listener = listener
	w.server.EnableHTTP2 = true
	w.server.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(w.log, nil), slog.LevelInfo)
	w.server.StartTLS()
	t.Cleanup(func() {
		w.server.Close()
		w.searchLog()
	})
	return w
}

func (w *world) config() idp.Config {
	w.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	return idp.Config{
		Origin: w.origin, AgentURL: agentURL, Name: idp.Name{French: "Service SPECIMEN", English: "SPECIMEN service"},
		Files: []lds.File{lds.DG1, lds.DG11}, Lab: true, Key: key, Verifier: w.verifier(), Records: w.records,
		Clock: w.clock.Now, Rand: rand.Reader, Logger: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (w *world) verifier() *attest.Verifier {
	w.Helper()
	verifier, err := attest.NewVerifier(attest.Config{
		Trust: labAnchors(w.T), Lab: true, Clock: w.clock.Now, Rand: rand.Reader,
	})
	if err != nil {
		w.Fatal(err)
	}
	return verifier
}

func labAnchors(t testing.TB) *csca.Store {
	t.Helper()
	l, err := lab()
	if err != nil {
		t.Fatal(err)
	}
	anchor, err := certificate.Parse(l.CSCA(), certificate.Options{Lab: true})
	if err != nil {
		t.Fatal(err)
	}
	return csca.New([]*certificate.Certificate{anchor}, certificate.Options{Lab: true})
}

// hide names a value that must never be in the log.
func (w *world) hide(description string, values ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, v := range values {
		if len(v) >= 4 { // shorter ones occur by chance
			w.secrets[v] = description
		}
	}
}

// searchLog fails when the log or an evidence record holds a secret or a claim
// of any login of the test.
func (w *world) searchLog() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for kept, text := range map[string]string{"log": w.log.String(), "evidence record": w.records.text()} {
		text = strings.ToUpper(text)
		for value, description := range w.secrets {
			if strings.Contains(text, strings.ToUpper(value)) {
				w.Errorf("the %s holds the %s", kept, description)
			}
		}
	}
}

// client is a TLS client that trusts the provider's certificate, follows no
// redirect and keeps no cookie. What it sends and receives is held against the
// description of the exchange.
func (w *world) client() *http.Client {
	transport := w.server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.MinVersion = tls.VersionTLS12
	w.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     described{w.T, transport, w.described},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ended gives the reason in the last line of the log about the end of a login.
func (w *world) ended() string {
	lines := strings.Split(strings.TrimSpace(w.log.String()), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if _, reason, ok := strings.Cut(lines[i], `msg="login ended" jti=`); ok {
			_, reason, _ = strings.Cut(reason, "reason=")
			return reason
		}
	}
	return ""
}

// wantEnded fails unless the latest login that ended did so for this reason.
func (w *world) wantEnded(reason string) {
	w.Helper()
	if got := w.ended(); got != reason {
		w.Errorf("login ended with %q, want %q", got, reason)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("%+v", err))
	}
	return v
}

// serverRoots is the certificate of a world's server in PEM.
func serverRoots(w *world) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.server.Certificate().Raw})
}
