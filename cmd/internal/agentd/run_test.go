package agentd_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"cnie.example/card"
	"cnie.example/cmd/internal/agentd"
	"cnie.example/web/agent"
	"cnie.example/web/problem"
	"cnie.example/web/providers"
	"cnie.example/web/providers/providertest"
)

// noCards is a machine without a reader.
type noCards struct{}

func (noCards) Connect(context.Context) (agent.Card, error) { return nil, card.ErrNoReader }

// sink collects logs of several goroutines.
type sink struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *sink) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func config(t *testing.T, records ...providers.Record) (agentd.Config, *sink) {
	t.Helper()
	dir := t.TempDir()
	for i, r := range records {
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.json", i)), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	logs := &sink{}
	return agentd.Config{
		Cards: noCards{}, ProvidersDir: dir, Version: "v0-test", Rand: rand.Reader,
		Logger: slog.New(slog.NewTextHandler(logs, nil)),
	}, logs
}

// The wiring serves: the status page answers, an enrolled provider is known, an
// unknown one is not, and the end is orderly.
func TestRun(t *testing.T) {
	provider := providertest.New(t)
	c, logs := config(t, provider.Record())
	c.Lab = true
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Listeners = []net.Listener{l}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- agentd.Run(ctx, c) }()
	for target, want := range map[string]string{
		"/":                                      "v0-test",
		"/login?request_uri=" + provider.Begin(): "SPECIMEN",
		"/login?request_uri=https://elsewhere.test/one": "provider_not_enrolled",
	} {
		r, err := http.Get("http://" + l.Addr().String() + target)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d, lacks %q: %v", target, r.StatusCode, want, err)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("the port is still open")
	}
	if !strings.Contains(logs.String(), "agent is ready") {
		t.Errorf("logs: %s", logs)
	}
}

// Catches an agent that was told to remember documents and does not, or the
// other way round: the page that asks for consent says it.
func TestRunRemember(t *testing.T) {
	for _, remember := range []bool{false, true} {
		provider := providertest.New(t)
		c, _ := config(t, provider.Record())
		c.Lab, c.Remember = true, remember
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		c.Listeners = []net.Listener{l}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- agentd.Run(ctx, c) }()
		page := consentPage(t, "http://"+l.Addr().String(), provider.Begin())
		if !strings.Contains(page, `data-page="consent"`) || strings.Contains(page, "data-remembers") != remember {
			t.Errorf("remember %v: %s", remember, page)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// consentPage goes from the landing page to the question.
func consentPage(t *testing.T, origin, requestURI string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	landing := do(t, client, must(http.NewRequest(http.MethodGet, origin+"/login?request_uri="+requestURI, nil)))
	action := regexp.MustCompile(`action="([^"]+)"`).FindStringSubmatch(landing)
	form := url.Values{}
	for _, field := range regexp.MustCompile(`name="([a-z_]+)" value="([^"]*)"`).FindAllStringSubmatch(landing, -1) {
		form.Set(field[1], html.UnescapeString(field[2]))
	}
	if action == nil {
		t.Fatalf("no form: %s", landing)
	}
	start := must(http.NewRequest(http.MethodPost, origin+action[1], strings.NewReader(form.Encode())))
	start.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	start.Header.Set("Origin", origin)
	return do(t, client, start)
}

func must(r *http.Request, err error) *http.Request {
	if err != nil {
		panic(err)
	}
	return r
}

func do(t *testing.T, client *http.Client, r *http.Request) string {
	t.Helper()
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// A taken port is named with the program that holds it: this one.
func TestRunTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, _ := config(t)
	c.Listen = []string{l.Addr().String()}
	err = agentd.Run(t.Context(), c)
	if !errors.Is(err, agentd.ErrTaken) || !strings.Contains(err.Error(), l.Addr().String()) {
		t.Fatalf("Run: %v", err)
	}
	if _, statErr := os.Stat("/proc/self/fd"); statErr == nil && !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
		t.Errorf("the holder is not named: %v", err)
	}
}

// What must stop the agent at its start, with a reason.
func TestRunRefuses(t *testing.T) {
	c, _ := config(t, providertest.New(t).Record())
	c.Listen = []string{"127.0.0.1:0"}
	if err := agentd.Run(t.Context(), c); problem.Of(err) != problem.LabRefused {
		t.Errorf("laboratory record: %v", err)
	}
	for _, address := range []string{"0.0.0.0:0", "192.0.2.1:24777", "localhost:24777", "127.0.0.1", "[::]:0"} {
		c, _ := config(t)
		c.Listen = []string{address}
		if err := agentd.Run(t.Context(), c); err == nil {
			t.Errorf("%s: served", address)
		}
	}
	c, _ = config(t)
	if err := agentd.Run(t.Context(), c); err == nil {
		t.Error("served nowhere")
	}
}
