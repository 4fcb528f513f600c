package activeauth

import (
	"context"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

const insInternalAuthenticate = 0x88

// Option changes how Authenticate asks the chip.
type Option func(*card.Command)

// ShortLength makes Authenticate ask with short length fields however long the
// signature is, for a reader or a card that is known to take no others.
func ShortLength() Option {
	return func(c *card.Command) { c.Le, c.Extended = card.MaxShortLe, false }
}

// Authenticate has the chip sign a challenge by INTERNAL AUTHENTICATE (ICAO Doc
// 9303-11, 6.1.3) and returns the signature, which is not verified. t is the
// secure channel, the eMRTD application is selected. key is that of DG15: its
// size tells how long the answer will be.
//
// Signatures of more than 223 bytes are asked for with extended length fields.
// A card that refuses them with 6700 is asked again with short ones, and may
// then hand out its answer by GET RESPONSE. Where the refusal comes without
// secure messaging, as from a reader, the channel is lost: the error wraps
// card.ErrWrongLength, and ShortLength is for the next channel.
//
// Errors: ErrUnsupported before anything is sent; ErrSignature when the answer
// is not as long as a signature by key; *card.StatusError for refusals of the
// chip; the errors of t.
func Authenticate(ctx context.Context, t card.Transmitter, key lds.ActiveAuthenticationKey, challenge [ChallengeSize]byte, options ...Option) ([]byte, error) {
	const op = "active authentication: INTERNAL AUTHENTICATE"
	if err := check(key); err != nil {
		return nil, fmt.Errorf("active authentication: %w", err)
	}
	size := signatureSize(key)
	c := command(challenge, size)
	for _, option := range options {
		option(&c)
	}
	r, err := card.Send(ctx, t, c)
	if err == nil && c.Extended && r.Status == card.StatusWrongLength {
		ShortLength()(&c)
		r, err = card.Send(ctx, t, c)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if err := r.Err(op); err != nil {
		return nil, err
	}
	if len(r.Data) != size {
		return nil, fmt.Errorf("%s: %d bytes, a signature has %d: %w", op, len(r.Data), size, ErrSignature)
	}
	return r.Data, nil
}

func command(challenge [ChallengeSize]byte, size int) card.Command {
	c := card.Command{INS: insInternalAuthenticate, Data: challenge[:], Le: card.MaxShortLe}
	c.Extended = size > sm.MaxShortAES
	if size > card.MaxShortLe {
		c.Le = card.MaxExtendedLe
	}
	return c
}

// signatureSize is the length in bytes of every signature by a checked key.
func signatureSize(key lds.ActiveAuthenticationKey) int {
	if key.RSA != nil {
		return key.RSA.Size()
	}
	return 2 * key.Curve.ScalarSize()
}
