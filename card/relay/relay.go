package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cnie.example/card"
	"cnie.example/card/lds"
)

// Budgets of one relay, over all its batches.
const (
	MaxCommands = 32
	// MaxBytes bounds the sum of the Le of all commands: eight answers of the
	// largest size. A login reads two or three files.
	MaxBytes = 8 * card.MaxExtendedLe
	// MaxTime runs from New.
	MaxTime = 30 * time.Second
)

// Relay forwards wrapped commands to the chip. It is not for concurrent use.
type Relay struct {
	card      card.Transmitter
	consented map[lds.File]bool
	now       func() time.Time
	deadline  time.Time
	commands  int // left
	bytes     int // left
	closed    bool
}

// Option changes a Relay under construction.
type Option func(*Relay)

// WithClock makes the relay take the time from now instead of time.Now.
func WithClock(now func() time.Time) Option {
	return func(r *Relay) { r.now = now }
}

// New makes a relay over the bare transport of a card whose eMRTD application
// is selected and that has just been given a provider's public key. consented
// are the files the citizen agreed to give; EF.CardAccess and the fingerprint
// and iris files DG3 and DG4 never pass, even when they are among them. The
// time of the relay starts now.
func New(t card.Transmitter, consented []lds.File, options ...Option) *Relay {
	r := &Relay{
		card:      t,
		consented: make(map[lds.File]bool, len(consented)),
		now:       time.Now,
		commands:  MaxCommands,
		bytes:     MaxBytes,
	}
	for _, f := range consented {
		r.consented[f] = readable(f)
	}
	for _, option := range options {
		option(r)
	}
	r.deadline = r.now().Add(MaxTime)
	return r
}

// readable tells the files of the eMRTD application that a provider may be
// allowed to read (ICAO Doc 9303-10, table 38).
func readable(f lds.File) bool {
	switch f {
	case lds.DG3, lds.DG4:
		return false
	case lds.COM, lds.SOD:
		return true
	}
	return f >= lds.DG1 && f <= lds.DG16
}

// Forward sends a batch of wrapped commands and returns the answers of the
// card, status words included, in order. It stops after the first answer whose
// outer status word is other than 9000 or 6282; the answers are then fewer than
// the commands.
//
// The whole batch is checked first. When a command is refused, the error is a
// *RefusedError and nothing has been sent. When the card is lost or the time is
// over in between, the answers so far come with the error. After any error the
// relay is closed. Nothing is ever sent twice.
func (r *Relay) Forward(ctx context.Context, commands [][]byte) (responses [][]byte, err error) {
	if r.closed {
		return nil, fmt.Errorf("relay: %w", ErrClosed)
	}
	defer func() { r.closed = err != nil }()
	if err := r.check(commands); err != nil {
		return nil, fmt.Errorf("relay: %w", err)
	}
	responses = make([][]byte, 0, len(commands))
	for i, c := range commands {
		raw, err := r.transmit(ctx, c)
		if err != nil {
			return responses, fmt.Errorf("relay: command %d: %w", i, err)
		}
		responses = append(responses, raw.Bytes())
		if raw.Status != card.StatusOK && raw.Status != card.StatusEndOfFile {
			break
		}
	}
	return responses, nil
}

// check applies the rule to every command and takes the batch off the budgets.
// Forward stops at the first read that fails, so in a batch that is going on
// every earlier read was answered by 9000 or 6282: a plain offset needs no
// more than a read by short identifier before it.
func (r *Relay) check(commands [][]byte) error {
	current := false
	for i, command := range commands {
		c, ok := parseRead(command)
		if !ok {
			return &RefusedError{Index: i, Cause: ErrForm}
		}
		if c.plain && !current || !c.plain && !r.consented[c.file] {
			return &RefusedError{Index: i, Cause: ErrConsent}
		}
		current = true
		if r.commands--; r.commands < 0 {
			return &RefusedError{Index: i, Cause: ErrBudget}
		}
		if r.bytes -= c.le; r.bytes < 0 {
			return &RefusedError{Index: i, Cause: ErrBudget}
		}
	}
	return nil
}

// transmit sends one command within what is left of the time.
func (r *Relay) transmit(ctx context.Context, command []byte) (card.Response, error) {
	left := r.deadline.Sub(r.now())
	if left <= 0 {
		return card.Response{}, ErrExpired
	}
	ctx, cancel := context.WithTimeoutCause(ctx, left, ErrExpired)
	defer cancel()
	raw, err := r.card.Transmit(ctx, command)
	if err != nil {
		if errors.Is(context.Cause(ctx), ErrExpired) {
			return card.Response{}, fmt.Errorf("%w: %w", ErrExpired, err)
		}
		return card.Response{}, err
	}
	return card.ParseResponse(raw)
}
