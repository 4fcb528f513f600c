package wire

import (
	"encoding/base64"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// encoding is base64url without padding (RFC 4648, 5) that refuses bits which
// do not belong to a byte, so that each value has one text.
var encoding = base64.RawURLEncoding.Strict()

// Bytes is a byte string, written as base64url without padding.
type Bytes []byte

// MarshalText gives the base64url text.
func (b Bytes) MarshalText() ([]byte, error) {
	return encoding.AppendEncode(nil, b), nil
}

// UnmarshalJSONFrom reads one JSON string. Any other value, padding, line
// breaks and non-canonical bits are refused with ErrMalformed.
func (b *Bytes) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != '"' {
		return fmt.Errorf("bytes must be a string: %w", ErrMalformed)
	}
	value, err := parseBase64(token.String())
	if err != nil {
		return err
	}
	*b = value
	return nil
}

// parseBase64 decodes s. The standard decoder skips line breaks; here they are
// refused like every other character outside the alphabet.
func parseBase64(s string) (Bytes, error) {
	for i := range len(s) {
		if !isBase64URL(s[i]) {
			return nil, fmt.Errorf("character outside of base64url: %w", ErrMalformed)
		}
	}
	value, err := encoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("not canonical base64url: %w", ErrMalformed)
	}
	return value, nil
}

func isBase64URL(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// Batch is a list of APDUs, the element n for the command n of a batch.
type Batch []Bytes

// NewBatch makes a Batch of apdus, whose bytes it shares.
func NewBatch(apdus [][]byte) Batch {
	batch := make(Batch, len(apdus))
	for i, apdu := range apdus {
		batch[i] = apdu
	}
	return batch
}

// APDUs gives the elements as plain byte strings, which share the bytes.
func (b Batch) APDUs() [][]byte {
	apdus := make([][]byte, len(b))
	for i, apdu := range b {
		apdus[i] = apdu
	}
	return apdus
}

// UnmarshalJSONFrom reads one JSON array of byte strings and stops with
// ErrTooLarge at the first element beyond MaxBatch, so that memory stays in
// proportion to what is kept.
func (b *Batch) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != '[' {
		return fmt.Errorf("batch must be an array: %w", ErrMalformed)
	}
	batch := Batch{}
	for dec.PeekKind() != ']' {
		if len(batch) == MaxBatch {
			return fmt.Errorf("more than %d elements: %w", MaxBatch, ErrTooLarge)
		}
		var apdu Bytes
		if err := apdu.UnmarshalJSONFrom(dec); err != nil {
			return err
		}
		batch = append(batch, apdu)
	}
	_, err = dec.ReadToken()
	*b = batch
	return err
}
