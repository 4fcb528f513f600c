package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/cmd/internal/cli"
	"cnie.example/web/providers"
)

// output is a stream that can be read while it is written.
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

// run is one call of the program.
func run(args ...string) (status int, out, err string) {
	var stdout, stderr output
	status = program().Run(context.Background(), args, cli.Streams{Out: &stdout, Err: &stderr})
	return status, stdout.String(), stderr.String()
}

func signingKey(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "signing.pem")
	if status, _, err := run("keygen", path); status != 0 {
		t.Fatal(err)
	}
	return path
}

// anchor is a country signing certificate that is not of a laboratory.
func anchor(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{"FR"}, CommonName: "CSCA SPECIMEN"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		SubjectKeyId: []byte{1, 2, 3, 4},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "csca.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Catches help that does not teach: each command and each flag that is needed
// stands in it, and the exit statuses too.
func TestHelp(t *testing.T) {
	status, out, _ := run("--help")
	for _, word := range []string{"serve", "keygen", "enrolment", "First steps", "Exit status", "CSCA"} {
		if status != 0 || !strings.Contains(out, word) {
			t.Errorf("status %d, help lacks %q", status, word)
		}
	}
	status, out, _ = run("serve", "--help")
	for _, flag := range []string{"--origin", "--listen", "--tls-cert", "--tls-key", "--behind-proxy", "--signing-key", "--anchors", "--agent-url", "--records", "--require-revocation", "--sha1", "--max-rsa", "SIGHUP"} {
		if status != 0 || !strings.Contains(out, flag) {
			t.Errorf("status %d, help of serve lacks %q", status, flag)
		}
	}
	if strings.Contains(out, "--lab") {
		t.Error("production binary has a laboratory mode")
	}
}

// Catches a wrong command line that is run, or reported as a failure.
func TestUsage(t *testing.T) {
	common := []string{"serve", "--origin", "https://id.example", "--signing-key", "k", "--anchors", "a"}
	for _, args := range [][]string{
		{},
		{"nonsense"},
		{"serve"},
		{"keygen"},
		{"enrolment"},
		common,
		append(common, "--tls-cert", "c"), append(common, "--tls-key", "k"),
		append(common, "--behind-proxy", "--tls-cert", "c", "--tls-key", "k"),
		append(common, "--behind-proxy", "--listen", "nowhere"), append(common, "--behind-proxy", "--lab"),
		append(common, "--behind-proxy", "--log-format", "xml"),
		append(common, "--behind-proxy", "--max-rsa", "2047"), append(common, "--behind-proxy", "--max-rsa", "16385"),
	} {
		if status, out, err := run(args...); status != 2 || out != "" || !strings.Contains(err, "--help") {
			t.Errorf("%v: status %d, %q", args, status, err)
		}
	}
}

// Catches a second keygen that destroys the key by which agents know the
// provider.
func TestKeygen(t *testing.T) {
	path := signingKey(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	status, _, message := run("keygen", path)
	after, _ := os.ReadFile(path)
	if status != 1 || !strings.Contains(message, "exists") || !bytes.Equal(before, after) {
		t.Errorf("status %d, %q", status, message)
	}
}

// Catches a record that agents do not take.
func TestEnrolment(t *testing.T) {
	key := signingKey(t)
	status, out, message := run("enrolment", "--origin", "https://id.example", "--signing-key", key, "--name-fr", "Préfecture SPECIMEN")
	if status != 0 {
		t.Fatal(message)
	}
	record, err := providers.ParseRecord([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	if record.Origin != "https://id.example" || record.Lab || record.Name.French != "Préfecture SPECIMEN" || strings.Join(record.Files, " ") != "DG1 DG11" {
		t.Errorf("record %+v", record)
	}
	for _, args := range [][]string{
		{"--origin", "http://id.example", "--signing-key", key},
		{"--origin", "https://id.example", "--signing-key", key + "x"},
		{"--origin", "https://id.example", "--signing-key", key, "--file", "DG3"},
		{"--origin", "https://id.example", "--signing-key", key, "--file", "DG1,DG99"},
		{"--origin", "https://id.example", "--signing-key", key, "--tls-ca", key},
	} {
		if status, out, _ := run(append([]string{"enrolment"}, args...)...); status != 1 || out != "" {
			t.Errorf("%v: status %d, %q", args, status, out)
		}
	}
}

// Catches a provider that does not come up from its command line, or does not
// end when interrupted. The record it serves is the one that enrolment prints.
func TestServe(t *testing.T) {
	key := signingKey(t)
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	var log output
	ended := make(chan int, 1)
	go func() {
		ended <- program().Run(ctx, []string{
			"serve", "--origin", "https://id.example", "--behind-proxy", "--listen", "127.0.0.1:0",
			"--signing-key", key, "--anchors", anchor(t),
		}, cli.Streams{Out: &log, Err: &log})
	}()
	address := listening(t, &log, ended)
	r, err := http.NewRequest(http.MethodGet, "http://"+address+"/.well-known/cnie-provider", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "id.example"
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	var served bytes.Buffer
	served.ReadFrom(answer.Body)
	answer.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if _, printed, _ := run("enrolment", "--origin", "https://id.example", "--signing-key", key); printed != served.String() {
		t.Errorf("served %s\nprinted %s", served.String(), printed)
	}
	interrupt()
	if status := <-ended; status != 0 {
		t.Errorf("status %d: %s", status, log.String())
	}
}

// listening waits for the line of the log that names the address.
func listening(t *testing.T, log *output, ended <-chan int) string {
	t.Helper()
	line := regexp.MustCompile(`address=(\S+)`)
	for {
		if found := line.FindStringSubmatch(log.String()); found != nil {
			return found[1]
		}
		select {
		case status := <-ended:
			t.Fatalf("ended with %d: %s", status, log.String())
		case <-time.After(time.Millisecond):
		}
	}
}

// Catches a production provider that trusts a laboratory, and a start without
// what a provider needs.
func TestServeRefuses(t *testing.T) {
	key := signingKey(t)
	good := map[string]string{
		"--origin": "https://id.example", "--listen": "127.0.0.1:0", "--signing-key": key, "--anchors": anchor(t),
		"--agent-url": "http://127.0.0.1:24777", "--records": filepath.Join(t.TempDir(), "records"),
	}
	for name, c := range map[string]struct{ flag, value, message string }{
		"laboratory's CSCA":   {"--anchors", "../../web/idp/testdata/lab/csca.pem", "laboratory"},
		"no anchor":           {"--anchors", t.TempDir(), "anchor"},
		"missing anchor":      {"--anchors", "/nowhere/csca.pem", "no such file"},
		"key is no key":       {"--signing-key", "main.go", "signing key"},
		"plain on every port": {"--listen", "0.0.0.0:0", "loopback"},
		"agent elsewhere":     {"--agent-url", "http://192.0.2.1:1", "loopback"},
		"plain origin":        {"--origin", "http://id.example", "origin"},
		"records in a file":   {"--records", "main.go", "--records"},
	} {
		args := []string{"serve", "--behind-proxy"}
		for flag, value := range good {
			if flag == c.flag {
				value = c.value
			}
			args = append(args, flag, value)
		}
		status, _, message := run(args...)
		if status != 1 || !strings.Contains(message, c.message) {
			t.Errorf("%s: status %d, %q", name, status, message)
		}
	}
}
