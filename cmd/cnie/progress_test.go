package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnie.example/card"
)

// On a terminal one line is rewritten and goes at the end; in a log there is one
// line for each phase. Catches control characters in a log, a log that grows
// with every command, bytes that are not counted, and a line that stays.
func TestProgress(t *testing.T) {
	for name, c := range map[string]struct {
		terminal bool
		want     string
	}{
		"terminal": {true, "\r\x1b[KOpening\r\x1b[KReading\r\x1b[KReading DG2\r\x1b[KReading DG2 (5 bytes)\r\x1b[KReading DG2 (10 bytes)\r\x1b[K"},
		"log":      {false, "Opening\nReading\n"},
	} {
		var w strings.Builder
		p := &progress{w: &w, terminal: c.terminal, unit: "bytes"}
		counted := p.count(card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return make([]byte, 5), nil }))
		p.enter("Opening")
		p.enter("Reading")
		p.at("DG2")
		for range 2 {
			if _, err := counted.Transmit(t.Context(), []byte{0, 0xB0, 0, 0}); err != nil {
				t.Fatal(err)
			}
		}
		p.end()
		p.end()
		if w.String() != c.want {
			t.Errorf("%s: %q", name, w.String())
		}
	}
}

// Catches a file or a pipe that is taken for a terminal.
func TestIsTerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if isTerminal(file) || isTerminal(&strings.Builder{}) {
		t.Error("taken for a terminal")
	}
}
