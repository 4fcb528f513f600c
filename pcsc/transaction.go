package pcsc

import (
	"context"
	"fmt"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// BeginTransaction waits until no other program has a transaction with the
// card and keeps all others out of it until EndTransaction
// (SCardBeginTransaction). It is of use on a shared connection. When ctx ends
// first the connection is dead, as after Transmit.
func (c *Card) BeginTransaction(ctx context.Context) error {
	_, err := c.call(ctx, "begin a transaction", func() ([]byte, error) {
		return nil, c.explain(c.h.BeginTransaction(), noticeTime)
	})
	return err
}

// EndTransaction lets other programs at the card again (SCardEndTransaction).
// With reset the card forgets what it was told, and every connection to it,
// this one too, has to be made anew: its next call fails with card.ErrReset.
func (c *Card) EndTransaction(reset bool) error {
	const op = "end the transaction"
	c.turn <- struct{}{}
	defer c.done()
	if c.closed || c.pending != nil {
		return fmt.Errorf("%s: connection is over: %w", op, card.ErrUnresponsive)
	}
	disposition := scard.LeaveCard
	if reset {
		disposition = scard.ResetCard
	}
	if err := c.h.EndTransaction(disposition); err != nil {
		return cardFailure(op, err)
	}
	return nil
}

// Control sends a command to the reader and returns its answer, owned by the
// caller (SCardControl). It makes a Card the reader that package pinpad drives.
// Codes differ between systems: pinpad.ControlCode. A reader that does not know
// the code fails, each in its own way. When ctx ends first the connection is
// dead, as after Transmit.
func (c *Card) Control(ctx context.Context, code uint32, in []byte) ([]byte, error) {
	in = append([]byte(nil), in...) // a call that ctx abandons keeps it
	return c.call(ctx, "control the reader", func() ([]byte, error) {
		defer clear(in) // it may hold a password
		answer, err := c.h.Control(code, in)
		return append([]byte(nil), answer...), c.explain(err, 0)
	})
}
