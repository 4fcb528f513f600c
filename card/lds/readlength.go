package lds

import (
	"context"
	"errors"

	"cnie.example/card"
	"cnie.example/card/sm"
)

// learn takes a short answer in the midst of a file for the most that card and
// reader give at a time. It does not go below the smallest step.
func (r *Reader) learn(n int) {
	r.le = min(r.le, max(n, smallestStep))
}

// foretell steps down when a lower layer failed because of the length.
func (r *Reader) foretell(err error, le int) {
	var status *card.StatusError
	if errors.As(err, &status) && isWrongLength(status.Status) {
		r.step(le)
	}
}

// steps are the lengths to fall back to: the most of a short command, then the
// most whose protected response fits 256 bytes, with cipher blocks of 8 and of
// 16 bytes.
func steps() [3]int { return [...]int{card.MaxShortLe, sm.MaxShortTripleDES, smallestStep} }

const smallestStep = sm.MaxShortAES

// step lowers the length to the next step below what was refused; false when
// there is none.
func (r *Reader) step(refused int) bool {
	for _, s := range steps() {
		if s < refused {
			r.le = s
			return true
		}
	}
	return false
}

// isWrongLength tells 6700, and 6Cxx after card.Send has tried the length that
// it gives.
func isWrongLength(s card.Status) bool { return s == card.StatusWrongLength || s.SW1() == 0x6C }

// Limits of reading one file. What the card gives raises them, so that they
// stop only a card that gives next to nothing.
const (
	// maxReads is enough for 32 KiB at 64 bytes a read, maxCommands twice that,
	// since answers of 61xx draw GET RESPONSE.
	maxReads    = 512
	maxCommands = 2 * maxReads

	bytesPerRead    = 64
	bytesPerCommand = bytesPerRead / 2
)

// counted is the card with what one file has taken so far. What a secure
// channel sends underneath for one command counts as one.
type counted struct {
	card.Transmitter
	reads, commands, bytes int
}

func (c *counted) begin() { c.reads, c.commands, c.bytes = 0, 0, 0 }

// advanced counts n bytes of the file.
func (c *counted) advanced(n int) { c.bytes += n }

// mayRead counts a read; false when there were too many for what they gave.
func (c *counted) mayRead() bool {
	c.reads++
	return c.reads <= maxReads+c.bytes/bytesPerRead
}

// Transmit passes a command on, or fails with ErrEndless when there were too
// many.
func (c *counted) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if c.commands >= maxCommands+c.bytes/bytesPerCommand {
		return nil, ErrEndless
	}
	c.commands++
	return c.Transmitter.Transmit(ctx, command)
}
