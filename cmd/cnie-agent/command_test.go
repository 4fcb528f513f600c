package main

import (
	"bytes"
	"context"
	"net"
	"strings"
	"testing"

	"cnie.example/cmd/internal/cli"
)

func run(ctx context.Context, args ...string) (status int, out, errs string) {
	var stdout, stderr bytes.Buffer
	status = cli.Program{Name: "cnie-agent", Description: description, Commands: &command{}}.
		Run(ctx, args, cli.Streams{Out: &stdout, Err: &stderr})
	return status, stdout.String(), stderr.String()
}

// The help must teach: what it does, where providers are enrolled, an example,
// the exit statuses.
func TestHelp(t *testing.T) {
	status, out, _ := run(t.Context(), "--help")
	if status != cli.ExitDone {
		t.Errorf("status %d", status)
	}
	for _, part := range []string{"CAN", "/etc/cnie/providers.d", "--reader", "--listen", "--remember-documents", "Off unless given", "Exit status", "127.0.0.1:24777"} {
		if !strings.Contains(out, part) {
			t.Errorf("help lacks %q:\n%s", part, out)
		}
	}
}

// A taken port, a foreign address and a wrong flag each end with a reason and
// their status.
func TestRefusals(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := t.TempDir()
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"--providers", dir, "--listen", l.Addr().String()}, cli.ExitFailed, "in use by"},
		{[]string{"--providers", dir, "--listen", "0.0.0.0:0"}, cli.ExitFailed, "loopback"},
		{[]string{"--no-such-flag"}, cli.ExitUsage, "--help"},
	} {
		status, _, errs := run(t.Context(), c.args...)
		if status != c.status || !strings.Contains(errs, c.says) {
			t.Errorf("%v: status %d, %q", c.args, status, errs)
		}
	}
}

// An interrupt ends the agent with status 0.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if status, _, errs := run(ctx, "--providers", t.TempDir(), "--listen", "127.0.0.1:0"); status != cli.ExitDone {
		t.Errorf("status %d, %q", status, errs)
	}
}
