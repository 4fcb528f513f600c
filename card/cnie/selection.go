package cnie

import (
	"context"
	"fmt"

	"cnie.example/card"
)

// applicationID is the eMRTD application (ICAO Doc 9303-10, 3.4).
func applicationID() []byte { return []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01} }

// selectApplication and selectMasterFile carry no Le: some cards refuse one.
func selectApplication() card.Command {
	return card.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: applicationID()}
}

func selectMasterFile() card.Command {
	return card.Command{INS: 0xA4, P2: 0x0C, Data: []byte{0x3F, 0x00}}
}

// enter selects the directory whose files come next, unless it is selected.
// Some cards refuse to go back to the master file: its files have to be read
// first there.
func (c *Card) enter(ctx context.Context, d directory) error {
	const op = "select eMRTD application"
	if c.state == closed {
		return fmt.Errorf("%s: %w", op, ErrOrder)
	}
	if c.directory == d {
		return nil
	}
	if d == masterFile {
		if err := send(ctx, c.channel, selectMasterFile(), "select master file"); err != nil {
			return err
		}
		c.directory = d
		return nil
	}
	if err := send(ctx, c.channel, selectApplication(), op); err != nil {
		return err
	}
	c.directory, c.state = d, max(c.state, selected)
	return nil
}

// send sends a command whose answer is its status word.
func send(ctx context.Context, t card.Transmitter, c card.Command, op string) error {
	r, err := card.Send(ctx, t, c)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return r.Err(op)
}
