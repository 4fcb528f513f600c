package cnie

import (
	"context"
	"errors"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
	"cnie.example/card/relay"
)

// Hand gives the chip a provider's public key under the channel of PACE and
// wipes that channel: from now on the chip obeys only the provider, whose
// commands pass the returned relay if they read files of consented. key is the
// chip's key of the DG14 that Evidence gave. The caller verifies the proof of
// the hand-over before (chipauth.VerifyProof).
//
// The Card is closed afterwards, also on error. Before Evidence the error is
// ErrOrder. ErrOtherDocument: the chip refuses the protocol of the known
// document. A chip that takes the key but does not have its own shows itself to
// the provider.
func (c *Card) Hand(ctx context.Context, key chipauth.Key, publicKey []byte, consented []lds.File, options ...relay.Option) (*relay.Relay, error) {
	if c.state != selected {
		return nil, fmt.Errorf("hand over: %w", ErrOrder)
	}
	defer c.Close()
	if err := c.enter(ctx, application); err != nil {
		return nil, fmt.Errorf("hand over: %w", err)
	}
	if err := chipauth.Present(ctx, c.channel, key, publicKey); err != nil {
		var status *card.StatusError
		if errors.As(err, &status) {
			err = c.unlike(err)
		}
		return nil, fmt.Errorf("hand over: %w", err)
	}
	return relay.New(c.bare, consented, options...), nil
}
