package pcsc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// Card is a connection to the card in a reader, a card.Transmitter. Its methods
// may be called concurrently; calls go to the card one at a time.
//
// After card.ErrReset, card.ErrRemoved, card.ErrNoReader or card.ErrNoService
// the connection is of no more use: the caller closes it and connects anew.
type Card struct {
	reader  string
	atr     []byte
	shared  bool
	rm      resourceManager
	h       handle
	monitor *monitor

	turn    chan struct{}   // capacity 1, full while a call is made; it guards what follows
	pending <-chan struct{} // closed when the call that ctx abandoned returns
	used    bool            // something was sent to the card
	closed  bool
}

// Reader is the name of the reader.
func (c *Card) Reader() string { return c.reader }

// ATR is the answer to reset, a copy.
func (c *Card) ATR() []byte { return bytes.Clone(c.atr) }

// Transmit sends one command APDU and returns the response APDU, owned by the
// caller (SCardTransmit). PC/SC cannot interrupt a card: when ctx ends first,
// Transmit returns and the connection is dead, every later call fails with
// card.ErrUnresponsive.
func (c *Card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	const op = "transmit"
	if len(command) < 4 { // the driver panics on an empty command
		return nil, fmt.Errorf("%s: %d bytes: %w", op, len(command), card.ErrCommand)
	}
	command = bytes.Clone(command) // a call that ctx abandons keeps it
	return c.call(ctx, op, func() ([]byte, error) {
		defer clear(command) // it may hold a password
		r, err := c.h.Transmit(command)
		if err == nil && len(r) < 2 {
			err = scard.ErrNotTransacted // vpcd's way to tell that the card has gone
		}
		response := bytes.Clone(r)
		clear(r) // the buffer of the driver stays
		return response, c.explain(err, noticeTime)
	})
}

// call runs a call that blocks, beside ctx. A caller whose ctx ends while others
// have their turn leaves the connection as it is.
func (c *Card) call(ctx context.Context, op string, f func() ([]byte, error)) ([]byte, error) {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("%s: %w", op, context.Cause(ctx))
	}
	defer c.done()
	if c.closed || c.pending != nil {
		return nil, fmt.Errorf("%s: connection is over: %w", op, card.ErrUnresponsive)
	}
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	c.used = true
	answer, err := c.beside(ctx, f)
	if err != nil {
		return nil, cardFailure(op, err)
	}
	return answer, nil
}

// done ends the turn of a call.
func (c *Card) done() { <-c.turn }

func (c *Card) beside(ctx context.Context, f func() ([]byte, error)) ([]byte, error) {
	type answer struct {
		response []byte
		err      error
	}
	answered, returned := make(chan answer, 1), make(chan struct{})
	go func() {
		defer close(returned)
		r, err := f()
		answered <- answer{r, err}
	}()
	select {
	case a := <-answered:
		return a.response, a.err
	case <-ctx.Done():
		c.pending = returned
		return nil, context.Cause(ctx)
	}
}

// Services notice a removal by looking at the reader from time to time
// (pcscd: every 400 ms), and until then report a failed transmission.
const (
	noticeTime  = 900 * time.Millisecond
	noticeSteps = 30 * time.Millisecond
)

// explain asks for the state of the card after a failure that has no clear
// reason, until the service knows better than that it failed or the time is
// over.
func (c *Card) explain(err error, patience time.Duration) error {
	if err == nil || !vague(err) {
		return err
	}
	for waited := time.Duration(0); ; waited += noticeSteps {
		if _, now := c.h.Status(); now != nil && kindOf(now) != nil && !vague(now) {
			return now
		}
		if waited >= patience {
			return err
		}
		time.Sleep(noticeSteps)
	}
}

// Close ends the connection and resets the card, so that no channel and no
// verified PIN outlives it; a call under way is waited for. A shared connection over which nothing was sent
// leaves the card as it is, for the others. Closing twice is harmless. While an
// abandoned call is still with the card, Close returns at once and the reset
// follows.
func (c *Card) Close() error {
	c.turn <- struct{}{}
	defer c.done()
	if c.closed {
		return nil
	}
	c.closed = true
	disposition := scard.ResetCard
	if c.shared && !c.used {
		disposition = scard.LeaveCard
	}
	if c.pending != nil {
		go func(pending <-chan struct{}) {
			<-pending
			_ = c.release(disposition) // nobody is left to hear of it
		}(c.pending)
		return nil
	}
	return c.release(disposition)
}

func (c *Card) release(d scard.Disposition) error {
	err := c.h.Disconnect(d)
	if e := c.rm.Release(); err == nil {
		err = e
	}
	c.monitor.connected(c.reader, c.shared, -1)
	if err == nil {
		return nil
	}
	err = cardFailure("disconnect", err)
	if errors.Is(err, card.ErrRemoved) || errors.Is(err, card.ErrReset) || errors.Is(err, card.ErrNoReader) {
		return nil // a card that is gone or reset keeps nothing
	}
	return err
}
