package chipauth

import (
	"bytes"
	"context"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// Data objects of MSE:Set AT, MSE:Set KAT and GENERAL AUTHENTICATE (ICAO Doc
// 9303-11, 6.2.4).
const (
	tagMechanism    tlv.Tag = 0x80 // cryptographic mechanism reference
	tagPrivateKey   tlv.Tag = 0x84 // reference of a private key
	tagDynamic      tlv.Tag = 0x7C // dynamic authentication data
	tagEphemeral    tlv.Tag = 0x80 // ephemeral public key, in dynamic authentication data
	tagEphemeralKAT tlv.Tag = 0x91 // ephemeral public key, in MSE:Set KAT
)

// Present gives the chip an ephemeral public key: by MSE:Set KAT when the key
// is used with 3DES (ICAO Doc 9303-11, 6.2.4.1), by MSE:Set AT and GENERAL
// AUTHENTICATE when it is used with AES (6.2.4.2). t is the secure channel of
// PACE or BAC; the last answer of Present is the last one under its keys. The
// chip then speaks under the session keys of the point, with a send sequence
// counter that starts at zero.
//
// A chip that has the wrong key, or goes on under its old keys, is not noticed
// here but by its next answer, which has no valid MAC under the new ones.
//
// publicKey is not kept. A point that is not on the chip's curve never reaches
// the chip: ErrPoint. Refusals of the chip are *card.StatusError.
func Present(ctx context.Context, t card.Transmitter, key Key, publicKey []byte) error {
	if !key.supported() {
		return fmt.Errorf("chip authentication: %w", ErrUnsupported)
	}
	if _, err := point(key, publicKey); err != nil {
		return fmt.Errorf("chip authentication: %w", err)
	}
	if key.Cipher == sm.TripleDES {
		return setKAT(ctx, t, key, publicKey)
	}
	return setATAndAuthenticate(ctx, t, key, publicKey)
}

// setKAT carries no Le, nor does setAT below: some cards refuse one.
func setKAT(ctx context.Context, t card.Transmitter, key Key, publicKey []byte) error {
	data := tlv.Append(nil, tagEphemeralKAT, publicKey)
	data = appendReference(data, key)
	return set(ctx, t, card.Command{INS: 0x22, P1: 0x41, P2: 0xA6, Data: data}, "chip authentication: MSE:Set KAT")
}

func setATAndAuthenticate(ctx context.Context, t card.Transmitter, key Key, publicKey []byte) error {
	mse, err := setAT(key)
	if err != nil {
		return fmt.Errorf("chip authentication: %w", err)
	}
	if err := set(ctx, t, mse, "chip authentication: MSE:Set AT"); err != nil {
		return err
	}
	const op = "chip authentication: GENERAL AUTHENTICATE"
	ga := card.Command{
		INS: 0x86, Le: card.MaxShortLe,
		Data: tlv.Append(nil, tagDynamic, tlv.Append(nil, tagEphemeral, publicKey)),
	}
	answer, err := card.Exchange(ctx, t, ga, op)
	if err != nil {
		return err
	}
	// Empty dynamic authentication data is the answer of the specification; no
	// data at all says the same.
	if len(answer) != 0 && !bytes.Equal(answer, []byte{byte(tagDynamic), 0}) {
		return fmt.Errorf("%s: %w", op, ErrChip)
	}
	return nil
}

func setAT(key Key) (card.Command, error) {
	oid, err := tlv.OID(key.OID)
	if err != nil {
		return card.Command{}, err
	}
	data := appendReference(tlv.Append(nil, tagMechanism, oid), key)
	return card.Command{INS: 0x22, P1: 0x41, P2: 0xA4, Data: data}, nil
}

// appendReference names the chip's private key when DG14 does.
func appendReference(data []byte, key Key) []byte {
	if key.KeyID == nil {
		return data
	}
	return tlv.Append(data, tagPrivateKey, unsigned(key.KeyID))
}

// unsigned drops the octet that only carries the sign of a DER integer, as 128
// and more have it: the chip compares unsigned numbers.
func unsigned(integer []byte) []byte {
	if len(integer) > 1 && integer[0] == 0 {
		return integer[1:]
	}
	return integer
}

// set sends a command of MANAGE SECURITY ENVIRONMENT, whose answer has no data.
func set(ctx context.Context, t card.Transmitter, c card.Command, op string) error {
	answer, err := card.Exchange(ctx, t, c, op)
	if err != nil {
		return err
	}
	if len(answer) != 0 {
		return fmt.Errorf("%s: %w", op, ErrChip)
	}
	return nil
}
