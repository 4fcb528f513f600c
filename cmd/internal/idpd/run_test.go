package idpd_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/card/lds"
	"cnie.example/cmd/internal/idpd"
	"cnie.example/web/idp"
)

// laboratory is the CSCA of the tests of package idp.
const laboratory = "../../../web/idp/testdata/lab/csca.pem"

// output is a log that several goroutines write.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// load reads the laboratory's trust store.
func load(now time.Time) (*csca.Store, error) {
	return csca.Load([]string{laboratory}, certificate.Options{Lab: true}, now)
}

// always gives one trust store.
func always(store *csca.Store) func(time.Time) (*csca.Store, error) {
	return func(time.Time) (*csca.Store, error) { return store, nil }
}

func config(t *testing.T) idpd.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return idpd.Config{
		Origin: "https://" + listener.Addr().String(), Listener: listener, Certificate: serverCertificate(t),
		Key: key, Trust: load, AgentURL: "http://127.0.0.1:24777",
		Name: idp.Name{French: "SPECIMEN", English: "SPECIMEN"}, Files: []lds.File{lds.DG1}, Lab: true,
		Clock: time.Now, Rand: rand.Reader, Logger: slog.New(slog.NewTextHandler(&output{}, nil)),
	}
}

func serverCertificate(t *testing.T) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func client(t *testing.T, c idpd.Config) *http.Client {
	t.Helper()
	leaf, err := x509.ParseCertificate(c.Certificate.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// run starts a provider and gives what stops it and tells how it ended.
func run(t *testing.T, c idpd.Config) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- idpd.Run(ctx, c) }()
	t.Cleanup(cancel)
	return func() error {
		cancel()
		return <-ended
	}
}

func get(t *testing.T, c *http.Client, address string) (int, string) {
	t.Helper()
	answer, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// Catches a server that does not serve, does not end, or leaves goroutines or
// its port behind.
func TestRunAndStop(t *testing.T) {
	before := runtime.NumGoroutine()
	c := config(t)
	stop := run(t, c)
	browser := client(t, c)
	if status, body := get(t, browser, c.Origin+"/healthz"); status != 200 || body != "ok\n" {
		t.Errorf("health: %d %q", status, body)
	}
	if status, body := get(t, browser, c.Origin+"/"); status != 200 || !strings.Contains(body, `data-lab="true"`) {
		t.Errorf("start page: %d", status)
	}
	browser.CloseIdleConnections()
	if err := stop(); err != nil {
		t.Errorf("ended with %v", err)
	}
	if conn, err := net.Dial("tcp", c.Listener.Addr().String()); err == nil {
		conn.Close()
		t.Error("the port is still served")
	}
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
		time.Sleep(time.Millisecond) // connections end on their own goroutines
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}

// Catches a stop that cuts off an answer: the request below is under way when
// the server is told to end.
func TestStopLetsRequestsEnd(t *testing.T) {
	c := config(t)
	stop := run(t, c)
	conn, err := tls.Dial("tcp", c.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	host := c.Listener.Addr().String()
	// The server asks for the body once a handler reads it: only then is the
	// request surely in a handler.
	io.WriteString(conn, "POST /start HTTP/1.1\r\nHost: "+host+"\r\nOrigin: "+c.Origin+
		"\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\n\r\n")
	reader := bufio.NewReader(conn)
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100") {
		t.Fatalf("%q, %v", line, err)
	}
	reader.ReadString('\n')
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	for {
		probe, err := net.Dial("tcp", host)
		if err != nil {
			break // the server has begun to stop
		}
		probe.Close()
	}
	io.WriteString(conn, "level=eidas1")
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		t.Errorf("status %d", answer.StatusCode)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

// Catches TLS below 1.3.
func TestOldTLS(t *testing.T) {
	c := config(t)
	stop := run(t, c)
	conn, err := tls.Dial("tcp", c.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
	if err == nil {
		conn.Close()
		t.Error("TLS 1.2 was accepted")
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// Catches plain HTTP that leaves the machine, and one on loopback that does
// not work behind a proxy.
func TestPlain(t *testing.T) {
	c := config(t)
	c.Certificate, c.Origin = nil, "https://idp.test"
	stop := run(t, c)
	r, err := http.NewRequest(http.MethodGet, "http://"+c.Listener.Addr().String()+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "idp.test"
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if answer.StatusCode != 200 {
		t.Errorf("behind a proxy: status %d", answer.StatusCode)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}

	c = config(t)
	c.Certificate, c.Listener, c.Listen = nil, nil, "0.0.0.0:0"
	if err := idpd.Run(context.Background(), c); !errors.Is(err, idpd.ErrPlain) {
		t.Errorf("on every address: %v", err)
	}
}

// Catches a run that ignores what it cannot do.
func TestRunRefuses(t *testing.T) {
	for name, change := range map[string]func(*idpd.Config){
		"no anchors": func(c *idpd.Config) { c.Trust = always(csca.New(nil, certificate.Options{})) },
		"unreadable anchors": func(c *idpd.Config) {
			c.Trust = func(time.Time) (*csca.Store, error) { return nil, errors.New("unreadable") }
		},
		"laboratory in public": func(c *idpd.Config) { c.Origin = "https://id.example" },
		"taken address": func(c *idpd.Config) {
			c.Listen, c.Listener = c.Listener.Addr().String(), nil
		},
	} {
		c := config(t)
		change(&c)
		if err := idpd.Run(context.Background(), c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
