package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// checked is a message that knows its own rules.
type checked interface{ Validate() error }

// decode reads one JSON value of at most limit bytes into document, unchecked.
// Repeated names and invalid UTF-8 are refused by the decoder's defaults.
func decode(name string, b []byte, limit int, document any) error {
	if err := limited(name, len(b), limit); err != nil {
		return err
	}
	if err := refuseNull(b); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := json.Unmarshal(b, document, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("%s: %w", name, decodeError(err))
	}
	return nil
}

// encode writes document after checking message, which is document or its
// body, so that nothing leaves that the other side must refuse.
func encode(name string, limit int, document any, message checked) ([]byte, error) {
	if err := message.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	b, err := json.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("%s: encode: %w", name, decodeError(err))
	}
	if err := limited(name, len(b), limit); err != nil {
		return nil, err
	}
	return b, nil
}

func limited(name string, n, limit int) error {
	if n > limit {
		return fmt.Errorf("%s: %d bytes, at most %d: %w", name, n, limit, ErrTooLarge)
	}
	return nil
}

// refuseNull walks the tokens of b. A null would leave a member at its zero
// value as if it had been written, and no member has use for one.
func refuseNull(b []byte) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(b))
	for {
		token, err := dec.ReadToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return decodeError(err)
		case token.Kind() == 'n':
			return fmt.Errorf("null at %.64q: %w", dec.StackPointer(), ErrMalformed)
		}
	}
}

// decodeError keeps the place and the rule of an error of the JSON decoder and
// drops the value, which may be personal data.
func decodeError(err error) error {
	if errors.Is(err, ErrTooLarge) {
		return fmt.Errorf("list or member: %w", ErrTooLarge)
	}
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		rule := "syntax"
		if errors.Is(syntax.Err, jsontext.ErrDuplicateName) {
			rule = "repeated member"
		}
		return fmt.Errorf("%s at %.64q, byte %d: %w", rule, syntax.JSONPointer, syntax.ByteOffset, ErrMalformed)
	}
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		rule := "wrong type or value"
		if errors.Is(semantic.Err, json.ErrUnknownName) {
			rule = "unknown member"
		}
		return fmt.Errorf("%s at %.64q: %w", rule, semantic.JSONPointer, ErrMalformed)
	}
	return fmt.Errorf("not one JSON value: %w", ErrMalformed)
}
