package chipauth

import (
	"bytes"
	"context"
	"encoding/asn1"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/tlv"
)

// Data objects of MSE:Set AT and GENERAL AUTHENTICATE (ICAO Doc 9303-11,
// 6.2.4.2).
const (
	tagMechanism  tlv.Tag = 0x80 // cryptographic mechanism reference
	tagPrivateKey tlv.Tag = 0x84 // reference of a private key
	tagDynamic    tlv.Tag = 0x7C // dynamic authentication data
	tagEphemeral  tlv.Tag = 0x80 // ephemeral public key
)

// Present gives the chip an ephemeral public key by MSE:Set AT and GENERAL
// AUTHENTICATE (ICAO Doc 9303-11, 6.2.4.2). t is the secure channel of PACE;
// the answer to GENERAL AUTHENTICATE is the last one under its keys. The chip
// then speaks under the session keys of the point, with a send sequence counter
// that starts at zero.
//
// publicKey is not kept. A point that is not on the chip's curve never reaches
// the chip: ErrPoint. Refusals of the chip are *card.StatusError.
func Present(ctx context.Context, t card.Transmitter, key Key, publicKey []byte) error {
	mse, err := mseSetAT(key)
	if err != nil {
		return fmt.Errorf("chip authentication: %w", err)
	}
	if _, err := point(key, publicKey); err != nil {
		return fmt.Errorf("chip authentication: %w", err)
	}
	answer, err := exchange(ctx, t, mse, "chip authentication: MSE:Set AT")
	if err != nil {
		return err
	}
	if len(answer) != 0 {
		return fmt.Errorf("chip authentication: MSE:Set AT: %w", ErrChip)
	}
	ga := card.Command{
		INS: 0x86, Le: card.MaxShortLe,
		Data: tlv.Append(nil, tagDynamic, tlv.Append(nil, tagEphemeral, publicKey)),
	}
	if answer, err = exchange(ctx, t, ga, "chip authentication: GENERAL AUTHENTICATE"); err != nil {
		return err
	}
	// Empty dynamic authentication data is the answer of the specification; no
	// data at all says the same.
	if len(answer) != 0 && !bytes.Equal(answer, []byte{byte(tagDynamic), 0}) {
		return fmt.Errorf("chip authentication: GENERAL AUTHENTICATE: %w", ErrChip)
	}
	return nil
}

// mseSetAT carries no Le: some cards refuse one.
func mseSetAT(key Key) (card.Command, error) {
	if _, _, ok := cipherOf(key.OID); !ok || key.Point == nil {
		return card.Command{}, ErrUnsupported
	}
	der, err := asn1.Marshal(key.OID)
	if err != nil {
		return card.Command{}, fmt.Errorf("object identifier: %w", err)
	}
	oid, err := tlv.Only(der, 0x06)
	if err != nil {
		return card.Command{}, fmt.Errorf("object identifier: %w", err)
	}
	data := tlv.Append(nil, tagMechanism, oid)
	if key.KeyID != nil {
		data = tlv.Append(data, tagPrivateKey, unsigned(key.KeyID))
	}
	return card.Command{INS: 0x22, P1: 0x41, P2: 0xA4, Data: data}, nil
}

// unsigned drops the octet that only carries the sign of a DER integer: the
// chip compares unsigned numbers.
func unsigned(integer []byte) []byte {
	if len(integer) > 1 && integer[0] == 0 {
		return integer[1:]
	}
	return integer
}

func exchange(ctx context.Context, t card.Transmitter, c card.Command, op string) ([]byte, error) {
	r, err := card.Send(ctx, t, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if err := r.Err(op); err != nil {
		return nil, err
	}
	return r.Data, nil
}
