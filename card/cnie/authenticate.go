package cnie

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// probeLength is how much of DG14 is read to see the chip answer under the new
// keys.
const probeLength = 4

// Authenticate has the chip prove, for a person's own reading, that it is the
// one of the document, by what the document announces: the chip authentication
// mapping of PACE, where that was run; chip authentication, after which all
// reads go through a channel that only the holder of DG14's private key can
// answer; active authentication only where there is no chip authentication.
// Card.Proof tells which and why. It convinces nobody but the owner of this
// machine; for a provider there are Hand and ActiveAuthenticate.
//
// ErrChip: the chip does not have the key, as a copy would not; with
// Access.Known the document may be another one, and the error is
// ErrOtherDocument too. The Card is closed then, and after every other failure
// of a proof that was begun. ErrNoProof: nothing to prove is announced; the Card
// stays open. ErrLongSignature: not in this reader. The keys are trusted only as far as passive authentication says so.
func (c *Card) Authenticate(ctx context.Context) error {
	if err := c.authenticate(ctx); err != nil {
		return fmt.Errorf("authenticate chip: %w", err)
	}
	return nil
}

func (c *Card) authenticate(ctx context.Context) error {
	if c.state != opened && c.state != selected {
		return ErrOrder
	}
	infos, err := c.announced(ctx)
	if err != nil {
		return err
	}
	if c.session != nil && c.session.Info.Mapping == lds.ChipAuthenticationMapping {
		return c.verifyMapping(ctx, infos)
	}
	key, err := chipauth.Select(infos)
	if errors.Is(err, chipauth.ErrUnsupported) {
		return c.authenticateActively(ctx, infos)
	}
	if err != nil {
		return err
	}
	return c.authenticateChip(ctx, key)
}

// announced are the protocols of DG14, none when the document does not have it.
func (c *Card) announced(ctx context.Context) (lds.SecurityInfos, error) {
	if err := c.fetchDG14(ctx); err != nil {
		return lds.SecurityInfos{}, err
	}
	if c.dg14 == nil {
		return lds.SecurityInfos{}, nil
	}
	return lds.ParseDG14(c.dg14)
}

func (c *Card) authenticateChip(ctx context.Context, key chipauth.Key) error {
	e, err := chipauth.Agree(c.rand, key)
	if err != nil {
		return err
	}
	if err := c.present(ctx, key, e); err != nil {
		e.Keys.Wipe()
		return c.unproved(err)
	}
	c.use(c.channel.Rekey(e.Keys, 0))
	if err := c.probe(ctx); err != nil {
		// Under the new keys a wrong answer is one of a chip without them.
		if errors.Is(err, sm.ErrSecureMessaging) {
			err = fmt.Errorf("%w: %w", ErrChip, c.unlike(err))
		}
		return c.unproved(err)
	}
	reason := ReasonAnnounced
	if key.OID == nil {
		reason = ReasonKeyOnly
	}
	c.prove(Proof{Method: ChipAuthentication, Source: lds.DG14, Reason: reason})
	return nil
}

func (c *Card) present(ctx context.Context, key chipauth.Key, e *chipauth.Ephemeral) error {
	if err := c.enter(ctx, application); err != nil {
		return err
	}
	return chipauth.Present(ctx, c.channel, key, e.PublicKey)
}

// unproved closes the Card after a proof that failed. A refusal by the chip
// itself, under its keys, is a proof not given, unless it is about lengths.
func (c *Card) unproved(err error) error {
	c.Close()
	var status *card.StatusError
	if errors.As(err, &status) && !errors.Is(err, sm.ErrSecureMessaging) && !errors.Is(err, card.ErrWrongLength) {
		return fmt.Errorf("%w: %w", ErrChip, c.unlike(err))
	}
	return err
}

// probe reads the beginning of DG14 under the new keys.
func (c *Card) probe(ctx context.Context) error {
	read := card.Command{INS: 0xB0, P1: 0x80 | lds.DG14.SFI(), Le: probeLength}
	if c.selects {
		fid := lds.DG14.FID()
		file := card.Command{INS: 0xA4, P1: 0x02, P2: 0x0C, Data: []byte{byte(fid >> 8), byte(fid)}}
		if err := send(ctx, c.channel, file, "select under the new keys"); err != nil {
			return err
		}
		read.P1 = 0
	}
	r, err := card.Send(ctx, c.channel, read)
	if err != nil {
		return err
	}
	if err := r.Err("read under the new keys"); err != nil {
		return err
	}
	if len(r.Data) != probeLength || !bytes.HasPrefix(c.dg14, r.Data) {
		return fmt.Errorf("%w: other DG14 under the new keys", ErrChip)
	}
	return nil
}
