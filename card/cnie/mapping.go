package cnie

import (
	"context"
	"errors"
	"fmt"

	"cnie.example/card/lds"
	"cnie.example/card/pace"
)

// verifyMapping checks what the chip proved in PACE with chip authentication
// mapping: a key of DG14, for which the document security object vouches, or
// else one of EF.CardSecurity, which has a signature of its own.
func (c *Card) verifyMapping(ctx context.Context, infos lds.SecurityInfos) error {
	source := lds.DG14
	err := c.session.VerifyChip(infos)
	if errors.Is(err, pace.ErrChip) {
		var security lds.SecurityInfos
		if security, err = c.cardSecurity(ctx); err != nil {
			c.Close()
			return err
		}
		source, err = lds.CardSecurity, c.session.VerifyChip(security)
	}
	if err != nil {
		c.Close()
		return fmt.Errorf("%w: %w", ErrChip, c.unlike(err))
	}
	c.prove(Proof{Method: ChipAuthenticationMapping, Source: source, Reason: ReasonMapped})
	return nil
}

// cardSecurity are the protocols of EF.CardSecurity, none when the card does
// not have it.
func (c *Card) cardSecurity(ctx context.Context) (lds.SecurityInfos, error) {
	b, err := c.Read(ctx, lds.CardSecurity)
	if absent(err) {
		return lds.SecurityInfos{}, nil
	}
	if err != nil {
		return lds.SecurityInfos{}, err
	}
	infos, err := lds.ParseCardSecurity(b)
	if err != nil {
		return lds.SecurityInfos{}, err
	}
	return infos, c.compare(infos.PACE, lds.CardSecurity)
}
