package agentd_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
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
