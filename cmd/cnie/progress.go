package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"cnie.example/card"
)

// progress tells how far a reading is: on a terminal in one line that is
// rewritten, with the bytes received so far; elsewhere one line for each phase,
// so that a log stays short.
type progress struct {
	w        io.Writer
	terminal bool
	unit     string // of bytes, in the language of the phases
	phase    string
	detail   string
	received int
}

func newProgress(w io.Writer, text words) *progress {
	return &progress{w: w, terminal: isTerminal(w), unit: text.bytes}
}

// isTerminal takes every character device for a terminal. The null device is
// one too, and nobody reads there.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// enter begins a phase.
func (p *progress) enter(phase string) {
	p.phase, p.detail = phase, ""
	if p.terminal {
		p.draw()
		return
	}
	fmt.Fprintln(p.w, phase)
}

// at names what is read now, within a phase.
func (p *progress) at(detail string) {
	p.detail = detail
	p.draw()
}

// count passes commands on to t and counts what comes back.
func (p *progress) count(t card.Transmitter) card.Transmitter {
	return card.TransmitterFunc(func(ctx context.Context, command []byte) ([]byte, error) {
		response, err := t.Transmit(ctx, command)
		p.received += len(response)
		p.draw()
		return response, err
	})
}

const eraseLine = "\r\x1b[K"

func (p *progress) draw() {
	if !p.terminal || p.phase == "" {
		return
	}
	fmt.Fprintf(p.w, "%s%s", eraseLine, p.phase)
	if p.detail != "" {
		fmt.Fprintf(p.w, " %s", p.detail)
	}
	if p.received > 0 {
		fmt.Fprintf(p.w, " (%d %s)", p.received, p.unit)
	}
}

// end leaves the terminal as it was found.
func (p *progress) end() {
	if p.terminal && p.phase != "" {
		fmt.Fprint(p.w, eraseLine)
	}
	p.phase = ""
}
