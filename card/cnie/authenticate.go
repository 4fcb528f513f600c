package cnie

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// probeLength is how much of DG14 is read to see the chip answer under the new
// keys.
const probeLength = 4

// Authenticate runs chip authentication for a person's own reading: later reads
// go through a channel that only the holder of DG14's private key can answer,
// and one short read shows at once that the chip can. It convinces nobody but
// the owner of this machine; for a provider there is Hand.
//
// ErrChip: the chip does not have the key, as a copy would not. The Card is
// closed then. DG14 itself is trusted only as far as passive authentication
// says so.
func (c *Card) Authenticate(ctx context.Context, rand io.Reader) error {
	if c.state != opened && c.state != selected {
		return fmt.Errorf("authenticate chip: %w", ErrOrder)
	}
	if c.dg14 == nil {
		if _, err := c.Read(ctx, lds.DG14); err != nil {
			return err
		}
	}
	infos, err := lds.ParseDG14(c.dg14)
	if err != nil {
		return fmt.Errorf("authenticate chip: %w", err)
	}
	key, err := chipauth.Select(infos)
	if err != nil {
		return fmt.Errorf("authenticate chip: %w", err)
	}
	e, err := chipauth.Agree(rand, key)
	if err != nil {
		return fmt.Errorf("authenticate chip: %w", err)
	}
	if err := chipauth.Present(ctx, c.channel, key, e.PublicKey); err != nil {
		e.Keys.Wipe()
		c.Close()
		return fmt.Errorf("authenticate chip: %w", err)
	}
	c.change(e.Keys)
	if err := c.probe(ctx); err != nil {
		c.Close()
		return fmt.Errorf("authenticate chip: %w", err)
	}
	c.state = authenticated
	return nil
}

// change replaces the channel of PACE by one under new keys, whose counter
// starts at zero (ICAO Doc 9303-11, 6.2.2).
func (c *Card) change(keys *sm.Keys) {
	c.channel.Close()
	c.channel = sm.NewChannel(c.bare, keys, 0)
	c.reader = newReader(c.channel, c.maxLe)
}

// probe reads the beginning of DG14 under the new keys.
func (c *Card) probe(ctx context.Context) error {
	read := card.Command{INS: 0xB0, P1: 0x80 | byte(lds.DG14), Le: probeLength}
	r, err := card.Send(ctx, c.channel, read)
	if errors.Is(err, sm.ErrSecureMessaging) {
		return fmt.Errorf("%w: %w", ErrChip, err)
	}
	if err != nil {
		return err
	}
	if err := r.Err("read under the new keys"); err != nil {
		return fmt.Errorf("%w: %w", ErrChip, err)
	}
	if len(r.Data) != probeLength || !bytes.HasPrefix(c.dg14, r.Data) {
		return fmt.Errorf("%w: other DG14 under the new keys", ErrChip)
	}
	return nil
}
