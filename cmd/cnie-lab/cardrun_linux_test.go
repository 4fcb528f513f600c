package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cnie.example/cmd/cnie-lab/internal/bench"
	"cnie.example/cmd/internal/cli"
)

// runningCard is “cnie-lab card run --json” in this process.
type runningCard struct {
	cardRunReport
	lines <-chan json.RawMessage // behind the first
	stop  func() error           // interrupts it and gives what it returned
}

func runCard(t *testing.T, c cardRunCommand) runningCard {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("a private pcscd needs root")
	}
	c.JSON, c.Keys = true, filepath.Join(laboratory(t), "cnie-lab")
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	lines := make(chan json.RawMessage, 100)
	go func() {
		defer close(lines)
		for decoder := json.NewDecoder(out); ; {
			var line json.RawMessage
			if decoder.Decode(&line) != nil {
				return
			}
			lines <- line
		}
	}()
	var result error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		result = c.Run(ctx, cli.Streams{Out: in, Err: io.Discard})
		in.Close()
	}()
	r := runningCard{lines: lines, stop: func() error { cancel(); <-ended; return result }}
	t.Cleanup(func() { _ = r.stop() })
	r.next(t, &r.cardRunReport)
	return r
}

// next reads the next line.
func (r runningCard) next(t *testing.T, into any) {
	t.Helper()
	select {
	case line, ok := <-r.lines:
		if !ok {
			t.Fatalf("no line: %v", r.stop())
		}
		if err := json.Unmarshal(line, into); err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("no line")
	}
}

// measure reads the card through its reader by a process of its own, as another
// program would.
func (r runningCard) measure(t *testing.T, runs string) (report bench.Report) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "cnie-lab", "bench", "--reader", r.Reader, "--can", r.CAN, "-n", runs, "--json")
	cmd.Env = append(os.Environ(), "PCSCLITE_CSOCK_NAME="+r.Socket)
	out, err := cmd.Output()
	if decoding := json.Unmarshal(out, &report); decoding != nil {
		t.Fatalf("%v, %v: %s", decoding, err, out)
	}
	return report
}

// Would catch: a reader or a socket that other programs do not find, a CAN that
// is not the card's, and an interrupt that is a failure.
func TestCardRun(t *testing.T) {
	r := runCard(t, cardRunCommand{profileFlag: profileFlag{Profile: "passport"}})
	if !r.Lab || r.CAN != "581634" || r.MRZ == "" || r.Latency != "none" || len(r.Faults) != 0 {
		t.Errorf("%+v", r.cardRunReport)
	}
	if got := r.measure(t, "2"); got.Passed != 2 || got.Lab || got.Total.APDUs.Max != 13 {
		t.Errorf("%+v", got)
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(r.Socket); err == nil {
		t.Error("the socket outlives the program")
	}
}

// Would catch: a card that a fault takes out for good, faults of which one hides
// another, and a removal that is not told.
func TestCardRunPutsTheCardBack(t *testing.T) {
	r := runCard(t, cardRunCommand{
		profileFlag: profileFlag{Profile: "cnie"},
		chipFlags:   chipFlags{Fault: []string{"late@2=50ms", "cut@9"}},
	})
	got := r.measure(t, "2")
	if got.Failed != 2 || len(got.Failures) != 2 {
		t.Fatalf("%+v", got)
	}
	for i, f := range got.Failures {
		if f.Run != i+1 || f.Step != "evidence" || f.Reason != "card_removed" {
			t.Errorf("%+v", f)
		}
	}
	var events []string
	for range 3 {
		var e cardRunEvent
		r.next(t, &e)
		events = append(events, e.Event)
	}
	if events[0] != "removed" || events[1] != "inserted" || events[2] != "removed" {
		t.Errorf("events %v", events)
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
}
