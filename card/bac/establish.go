package bac

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cnie.example/card"
	"cnie.example/card/sm"
)

// Commands of Basic Access Control (ICAO Doc 9303-11, 4.3.4).
const (
	insGetChallenge         = 0x84
	insExternalAuthenticate = 0x82
)

// Establish runs Basic Access Control over t and returns the secure channel
// with 3DES, which takes over t; its send sequence counter is made of both
// nonces (ICAO Doc 9303-11, 4.3 and 9.8.6.3). The eMRTD application must be
// selected before. pw stays with the caller.
//
// rand gives 24 bytes: nonce, then keying material. They are drawn before
// anything is sent.
//
// Errors: ErrWrongPassword when the chip does not accept the terminal's
// cryptogram; ErrChip when the chip's answers are wrong; *card.StatusError for
// other refusals; the errors of t and of rand.
func Establish(ctx context.Context, t card.Transmitter, rand io.Reader, pw *Password) (*sm.Channel, error) {
	if pw == nil || len(pw.seed) == 0 {
		return nil, errors.New("BAC: no password")
	}
	k, err := newDocumentKeys(pw.seed)
	if err != nil {
		return nil, fmt.Errorf("BAC: %w", err)
	}
	defer k.wipe()
	own, err := newShare(rand)
	if err != nil {
		return nil, fmt.Errorf("BAC: %w", err)
	}
	defer own.wipe()
	challenge, err := getChallenge(ctx, t)
	if err != nil {
		return nil, err
	}
	other, err := externalAuthenticate(ctx, t, k, own, challenge)
	if err != nil {
		return nil, err
	}
	defer other.wipe()
	keys, err := sessionKeys(own, other)
	if err != nil {
		return nil, fmt.Errorf("BAC: %w", err)
	}
	return sm.NewChannel(t, keys, counter(challenge, own.nonce)), nil
}

// getChallenge asks for RND.IC.
func getChallenge(ctx context.Context, t card.Transmitter) (nonce, error) {
	const op = "BAC: GET CHALLENGE"
	b, err := card.Exchange(ctx, t, card.Command{INS: insGetChallenge, Le: nonceSize}, op)
	if err != nil {
		return nonce{}, err
	}
	if len(b) != nonceSize {
		return nonce{}, fmt.Errorf("%s: %w: nonce of %d bytes", op, ErrChip, len(b))
	}
	return nonce(b), nil
}

// externalAuthenticate sends the terminal's share and obtains the chip's.
func externalAuthenticate(ctx context.Context, t card.Transmitter, k *documentKeys, own share, challenge nonce) (share, error) {
	const op = "BAC: EXTERNAL AUTHENTICATE"
	cryptogram, err := k.seal(own, challenge)
	if err != nil {
		return share{}, fmt.Errorf("%s: %w", op, err)
	}
	c := card.Command{INS: insExternalAuthenticate, Data: cryptogram, Le: cryptogramSize}
	answer, err := card.Exchange(ctx, t, c, op)
	switch {
	case errors.Is(err, card.ErrAuthenticationFailed):
		return share{}, fmt.Errorf("%w: %w", ErrWrongPassword, err)
	case err != nil:
		return share{}, err
	}
	other, err := k.open(answer, challenge, own.nonce)
	if err != nil {
		return share{}, fmt.Errorf("%s: %w", op, err)
	}
	return other, nil
}
