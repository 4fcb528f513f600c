package pace

import (
	"context"
	"encoding/asn1"
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
// 4.4.4.2), terminal and chip.
const (
	tagDynamic       tlv.Tag = 0x7C
	tagNonce         tlv.Tag = 0x80
	tagMapTerminal   tlv.Tag = 0x81
	tagMapChip       tlv.Tag = 0x82
	tagEphTerminal   tlv.Tag = 0x83
	tagEphChip       tlv.Tag = 0x84
	tagTokenTerminal tlv.Tag = 0x85
	tagTokenChip     tlv.Tag = 0x86
)

// Public key data object that a token is computed over (ICAO Doc 9303-11,
// 4.4.3.4 and 9.4).
const (
	tagPublicKey tlv.Tag = 0x7F49
	tagOID       tlv.Tag = 0x06
	tagECPoint   tlv.Tag = 0x86
)

// oidValue is the content of the DER object identifier.
func oidValue(oid asn1.ObjectIdentifier) ([]byte, error) {
	der, err := asn1.Marshal(oid)
	if err != nil {
		return nil, fmt.Errorf("object identifier: %w", err)
	}
	return tlv.Only(der, tagOID)
}

// mseSetAT selects protocol, password and domain parameters. The domain
// parameters are always named, although only an ambiguous EF.CardAccess
// requires it: some cards insist. It carries no Le: some cards refuse one.
func mseSetAT(oid []byte, password byte, parameterID int) card.Command {
	data := tlv.Append(nil, tagMechanism, oid)
	data = tlv.Append(data, tagPassword, []byte{password})
	data = tlv.Append(data, tagDomain, []byte{byte(parameterID)})
	return card.Command{INS: 0x22, P1: 0xC1, P2: 0xA4, Data: data}
}

// generalAuthenticate runs one step: value goes out under the tag sent, or
// empty dynamic data when sent is zero, and the answer must be exactly one data
// object with the tag wanted. Steps before the last are linked by command
// chaining (ICAO Doc 9303-11, 4.4.4.2).
func generalAuthenticate(ctx context.Context, t card.Transmitter, s step, value []byte) ([]byte, error) {
	var data []byte
	if s.sent != 0 {
		data = tlv.Append(nil, s.sent, value)
	}
	c := card.Command{INS: 0x86, Data: tlv.Append(nil, tagDynamic, data), Le: card.MaxShortLe}
	if !s.last {
		c.CLA = card.ChainingBit
	}
	r, err := card.Send(ctx, t, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	if err := r.Err(s.name); err != nil {
		return nil, err
	}
	answer, err := tlv.Only(r.Data, tagDynamic)
	if err == nil {
		answer, err = tlv.Only(answer, s.wanted)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", s.name, ErrChip, err)
	}
	return answer, nil
}

// step is one GENERAL AUTHENTICATE of the four.
type step struct {
	name         string
	sent, wanted tlv.Tag
	last         bool
}

func stepNonce() step {
	return step{name: "PACE: encrypted nonce", wanted: tagNonce}
}

func stepMap() step {
	return step{name: "PACE: map nonce", sent: tagMapTerminal, wanted: tagMapChip}
}

func stepAgree() step {
	return step{name: "PACE: key agreement", sent: tagEphTerminal, wanted: tagEphChip}
}

func stepToken() step {
	return step{name: "PACE: mutual authentication", sent: tagTokenTerminal, wanted: tagTokenChip, last: true}
}

// publicKeyData is the public key data object of an ephemeral key.
func publicKeyData(oid, point []byte) []byte {
	body := tlv.Append(nil, tagOID, oid)
	body = tlv.Append(body, tagECPoint, point)
	return tlv.Append(nil, tagPublicKey, body)
}
