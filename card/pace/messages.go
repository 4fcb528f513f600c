package pace

import (
	"context"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/tlv"
)

// Data objects of MSE:Set AT (ICAO Doc 9303-11, 4.4.4.1).
const (
	tagMechanism tlv.Tag = 0x80 // cryptographic mechanism reference
	tagPassword  tlv.Tag = 0x83 // reference of the password
	tagDomain    tlv.Tag = 0x84 // reference of the domain parameters
)

// Dynamic authentication data of GENERAL AUTHENTICATE (ICAO Doc 9303-11,
// 4.4.4.2 and table 4), terminal and chip.
const (
	tagDynamic       tlv.Tag = 0x7C
	tagNonce         tlv.Tag = 0x80
	tagMapTerminal   tlv.Tag = 0x81
	tagMapChip       tlv.Tag = 0x82
	tagEphTerminal   tlv.Tag = 0x83
	tagEphChip       tlv.Tag = 0x84
	tagTokenTerminal tlv.Tag = 0x85
	tagTokenChip     tlv.Tag = 0x86
	tagChipData      tlv.Tag = 0x8A // encrypted chip authentication data
)

// Public key data object that a token is computed over (ICAO Doc 9303-11,
// 4.4.3.4 and 9.4).
const (
	tagPublicKey tlv.Tag = 0x7F49
	tagOID       tlv.Tag = 0x06
	tagECPoint   tlv.Tag = 0x86
)

// mseSetAT selects protocol, password and domain parameters. The domain
// parameters are always named, although only an ambiguous EF.CardAccess
// requires it: some cards insist. It carries no Le: some cards refuse one.
func mseSetAT(oid []byte, password reference, parameterID int) card.Command {
	data := tlv.Append(nil, tagMechanism, oid)
	data = tlv.Append(data, tagPassword, []byte{byte(password)})
	data = tlv.Append(data, tagDomain, []byte{byte(parameterID)})
	return card.Command{INS: 0x22, P1: 0xC1, P2: 0xA4, Data: data}
}

// step is one GENERAL AUTHENTICATE of the four.
type step struct {
	name   string
	sent   tlv.Tag   // zero: empty dynamic data
	wanted []tlv.Tag // of the answer, in this order, and nothing else
	last   bool
}

func stepNonce() step {
	return step{name: "PACE: encrypted nonce", wanted: []tlv.Tag{tagNonce}}
}

func stepMap() step {
	return step{name: "PACE: map nonce", sent: tagMapTerminal, wanted: []tlv.Tag{tagMapChip}}
}

func stepAgree() step {
	return step{name: "PACE: key agreement", sent: tagEphTerminal, wanted: []tlv.Tag{tagEphChip}}
}

func stepToken() step {
	return step{name: "PACE: mutual authentication", sent: tagTokenTerminal, wanted: []tlv.Tag{tagTokenChip}, last: true}
}

// generalAuthenticate runs a step that wants one data object.
func generalAuthenticate(ctx context.Context, t card.Transmitter, s step, value []byte) ([]byte, error) {
	values, err := exchange(ctx, t, s, value)
	if err != nil {
		return nil, err
	}
	return values[0], nil
}

// exchange runs one step and gives the values of the data objects that it
// wants. Steps before the last are linked by command chaining (ICAO Doc
// 9303-11, 4.4.4.3).
func exchange(ctx context.Context, t card.Transmitter, s step, value []byte) ([][]byte, error) {
	var data []byte
	if s.sent != 0 {
		data = tlv.Append(nil, s.sent, value)
	}
	c := card.Command{INS: 0x86, Data: tlv.Append(nil, tagDynamic, data), Le: card.MaxShortLe}
	if !s.last {
		c.CLA = card.ChainingBit
	}
	answer, err := card.Exchange(ctx, t, c, s.name)
	if err != nil {
		return nil, err
	}
	values, err := s.parse(answer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", s.name, ErrChip, err)
	}
	return values, nil
}

func (s step) parse(b []byte) ([][]byte, error) {
	rest, err := tlv.Only(b, tagDynamic)
	if err != nil {
		return nil, err
	}
	values := make([][]byte, len(s.wanted))
	for i, tag := range s.wanted {
		if values[i], rest, err = tlv.Expect(rest, tag); err != nil {
			return nil, err
		}
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes after the data objects: %w", len(rest), tlv.ErrSyntax)
	}
	return values, nil
}

// publicKeyData is the public key data object of an ephemeral key.
func publicKeyData(oid, point []byte) []byte {
	body := tlv.Append(nil, tagOID, oid)
	body = tlv.Append(body, tagECPoint, point)
	return tlv.Append(nil, tagPublicKey, body)
}
