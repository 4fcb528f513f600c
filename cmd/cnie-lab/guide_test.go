package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cnie.example/card/vcard/issuer"
	"cnie.example/cmd/cnie-lab/internal/lab"
)

// TestProviderGuide catches a guide whose program does not build with the
// commands that it tells, does not log in, or logs in with a copied card.
func TestProviderGuide(t *testing.T) {
	keys := filepath.Join(laboratory(t), "cnie-lab")
	program := buildGuide(t)
	agent, provider := freeAddress(t), strings.Replace(freeAddress(t), "127.0.0.1", "localhost", 1)
	records := t.TempDir()
	record := startGuide(t, program, "-records", records, "-lab", "-anchors", filepath.Join(keys, "csca.pem"), "-agent", "http://"+agent, "-listen", provider)
	for fault, want := range map[string]string{"": "Logged in at eidas1", "clone": "Not logged in", "altered-dg1": "Not logged in"} {
		report := visitGuide(t, keys, agent, record, "cnie", fault)
		if report.Page == nil || report.Page.Heading != want {
			t.Errorf("fault %q: %+v, %+v; want the page %q", fault, report.Page, report.Refused, want)
		}
	}
	besideEndlessMessage(t, keys, agent, record)
	// The other cards of the table in docs/lab.md that can log in.
	for _, name := range []string{"passport", "active-ecdsa", "short"} {
		if report := visitGuide(t, keys, agent, record, name, ""); report.Page == nil || report.Page.Heading != "Logged in at eidas1" {
			t.Errorf("profile %s: %+v, %+v", name, report.Page, report.Refused)
		}
	}
	if kept, err := filepath.Glob(filepath.Join(records, "*.jws")); err != nil || len(kept) != 7 {
		t.Errorf("%d evidence records of 7 logins, %v", len(kept), err)
	}
}

// besideEndlessMessage logs in while a stranger sends a message that does not
// end.
func besideEndlessMessage(t *testing.T, keys, agent string, record []byte) {
	t.Helper()
	var r struct {
		Origin string `json:"origin"`
		TLSCA  string `json:"tls_ca"`
	}
	if err := json.Unmarshal(record, &r); err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(r.TLSCA))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	endless, end := io.Pipe()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.Origin+"/exchange", endless)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if response, err := client.Do(request); err == nil {
			response.Body.Close()
		}
	}()
	defer func() { end.Close(); <-done }()
	if _, err := end.Write([]byte("{")); err != nil {
		t.Fatal(err)
	}
	report := visitGuide(t, keys, agent, record, "cnie", "")
	if report.Page == nil || report.Page.Heading != "Logged in at eidas1" {
		t.Errorf("beside an endless message: %+v, %+v", report.Page, report.Refused)
	}
}

// visitGuide logs in once.
func visitGuide(t *testing.T, keys, agent string, record []byte, profile, fault string) *lab.Report {
	t.Helper()
	elsewhere, err := lab.NewElsewhere(record, "")
	if err != nil {
		t.Fatal(err)
	}
	config := lab.Config{Transport: lab.Embedded, AgentAt: agent, Elsewhere: elsewhere, Logger: slog.New(slog.DiscardHandler)}
	config.Profile, _ = issuer.FindProfile(profile)
	if config.Fault, err = lab.FindFault(fault); err != nil {
		t.Fatal(err)
	}
	if config.Keys, err = lab.OpenKeys(keys, time.Now(), func() {}); err != nil {
		t.Fatal(err)
	}
	stand, err := lab.Up(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer stand.Close()
	report, err := stand.Play(t.Context(), lab.Login{Level: "eidas1", CANs: []string{config.Profile.CAN}, Language: "en"})
	if err != nil {
		t.Fatalf("fault %q: %v", fault, err)
	}
	return report
}

// buildGuide puts the program of the guide together and builds it as a module
// of its own, with the commands of the guide.
func buildGuide(t *testing.T) string {
	t.Helper()
	guide, err := os.ReadFile("../../docs/provider-guide.md")
	if err != nil {
		t.Fatal(err)
	}
	var source bytes.Buffer
	for _, block := range regexp.MustCompile("(?ms)^```go\n(.*?)^```$").FindAllSubmatch(guide, -1) {
		source.Write(block[1])
		source.WriteByte('\n')
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string][]byte{"main.go": source.Bytes(), "go.sum": sum} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"mod", "init", "provider"},
		{"mod", "edit", "-require", "cnie.example@v0.0.0", "-replace", "cnie.example=" + root},
		{"mod", "tidy"},
		{"build", "-o", "provider", "."},
		{"vet", "."},
	} {
		c := exec.CommandContext(t.Context(), "go", args...)
		c.Dir, c.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
	return filepath.Join(dir, "provider")
}

// startGuide runs the program until the test ends and gives its record.
func startGuide(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "record.json")
	var said bytes.Buffer
	c := exec.CommandContext(t.Context(), program, append(args, "-record", path)...)
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() { c.Process.Kill(); <-ended })
	address := args[len(args)-1]
	for {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the program ended: %v\n%s", err, said.String())
		case <-time.After(20 * time.Millisecond):
		}
		if conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address); err == nil {
			conn.Close()
			break
		} else if errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	}
	record, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return record
}
