package cnie

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cnie.example/card"
	"cnie.example/card/activeauth"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
)

// ActiveAuthenticate has the chip sign the challenge of a login
// (activeauth.Challenge), for a provider who verifies it, and gives DG15, which
// has the key, with the signature. The caller owns both; neither is verified
// here. It comes after Evidence.
//
// Chip authentication proves more, and to the provider alone. Where DG14
// announces it the error is ErrOrder and nothing is sent: Hand is the way.
// ErrNoProof: the document has no DG15. ErrLongSignature: not in this reader.
func (c *Card) ActiveAuthenticate(ctx context.Context, challenge [activeauth.ChallengeSize]byte) (dg15, signature []byte, err error) {
	const op = "active authentication for a provider"
	if c.state != selected || c.dg14 == nil && !c.withoutDG14 {
		return nil, nil, fmt.Errorf("%s: %w", op, ErrOrder)
	}
	infos, err := c.announced(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", op, err)
	}
	if _, err := chipauth.Select(infos); !errors.Is(err, chipauth.ErrUnsupported) {
		return nil, nil, fmt.Errorf("%s of a document with chip authentication: %w", op, ErrOrder)
	}
	dg15, key, err := c.activeKey(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", op, err)
	}
	signature, err = c.sign(ctx, key, challenge)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", op, err)
	}
	return dg15, signature, nil
}

// activeKey reads DG15. A document without it has nothing left to prove itself
// by.
func (c *Card) activeKey(ctx context.Context) (dg15 []byte, key lds.ActiveAuthenticationKey, err error) {
	dg15, err = c.Read(ctx, lds.DG15)
	if absent(err) {
		return nil, key, fmt.Errorf("%w: %w", ErrNoProof, err)
	}
	if err == nil {
		key, err = lds.ParseDG15(dg15)
	}
	return dg15, key, err
}

// sign asks with short length fields where card or reader takes no others.
func (c *Card) sign(ctx context.Context, key lds.ActiveAuthenticationKey, challenge [activeauth.ChallengeSize]byte) ([]byte, error) {
	if c.maxLe <= card.MaxShortLe && !c.guessed {
		signature, err := activeauth.Authenticate(ctx, c.channel, key, challenge, activeauth.ShortLength())
		return signature, tooLong(key, err)
	}
	signature, err := activeauth.Authenticate(ctx, c.channel, key, challenge)
	if refusedLength(err) {
		return nil, c.reopen(err, card.MaxShortLe)
	}
	return signature, tooLong(key, err)
}

// tooLong names the refusal of short length fields for a signature that
// overflows a short response when it is protected. Such an answer can only come
// in pieces, by 61xx and GET RESPONSE (ISO/IEC 7816-4, 5.1.3), which card.Send
// collects: where the card does not offer that, nothing is left to ask for.
func tooLong(key lds.ActiveAuthenticationKey, err error) error {
	if key.RSA == nil || key.RSA.Size() <= protectedShortLe || !errors.Is(err, card.ErrWrongLength) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrLongSignature, err)
}

// authenticateActively is the local proof of a document without chip
// authentication, over a challenge of its own.
func (c *Card) authenticateActively(ctx context.Context, infos lds.SecurityInfos) error {
	_, key, err := c.activeKey(ctx)
	if errors.Is(err, ErrNoProof) || errors.Is(err, lds.ErrUnknownKey) {
		c.prove(Proof{Reason: ReasonNothing})
		return fmt.Errorf("%w: %w", ErrNoProof, err)
	}
	if err != nil {
		return err
	}
	var challenge [activeauth.ChallengeSize]byte
	if _, err := io.ReadFull(c.rand, challenge[:]); err != nil {
		return fmt.Errorf("challenge: %w", err)
	}
	signature, err := c.sign(ctx, key, challenge)
	if err == nil {
		err = activeauth.Verify(key, infos, challenge, signature)
	}
	switch {
	case errors.Is(err, activeauth.ErrUnsupported):
		c.prove(Proof{Reason: ReasonNothing})
		return fmt.Errorf("%w: %w", ErrNoProof, err)
	case errors.Is(err, activeauth.ErrSignature):
		c.Close()
		return fmt.Errorf("%w: %w", ErrChip, c.unlike(err))
	case err != nil:
		return c.unproved(err)
	}
	reason := ReasonOnlyActive
	if announcesChipAuthentication(infos) {
		reason = ReasonUnsupported
	}
	c.prove(Proof{Method: ActiveAuthentication, Source: lds.DG15, Reason: reason})
	return nil
}

// announcesChipAuthentication tells a DG14 whose chip authentication is none
// that package chipauth does from one without any.
func announcesChipAuthentication(infos lds.SecurityInfos) bool {
	return len(infos.ChipAuthentication) != 0 || len(infos.ChipAuthenticationKeys) != 0
}
