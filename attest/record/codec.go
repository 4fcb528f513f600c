package record

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxSize is the longest text of a record, in bytes. Those of real logins have
// about 4000.
const MaxSize = 1 << 16

// encode writes the record in its only form.
func (r *Record) encode() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return r.marshal()
}

func (r *Record) marshal() ([]byte, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", decodeError(err))
	}
	if len(b) > MaxSize {
		return nil, fmt.Errorf("%d bytes, at most %d: %w", len(b), MaxSize, ErrMalformed)
	}
	return b, nil
}

// decode reads a record. Whatever is not byte for byte what encode writes is
// refused: one record has one text, so that its hash names it.
func decode(b []byte) (*Record, error) {
	if len(b) > MaxSize {
		return nil, fmt.Errorf("%d bytes, at most %d: %w", len(b), MaxSize, ErrMalformed)
	}
	if err := checkVersion(b); err != nil {
		return nil, err
	}
	r := &Record{}
	if err := json.Unmarshal(b, r, json.RejectUnknownMembers(true)); err != nil {
		return nil, decodeError(err)
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	again, err := r.marshal()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, b) {
		return nil, fmt.Errorf("not in the form that records are written in: %w", ErrMalformed)
	}
	return r, nil
}

// checkVersion looks at the version alone: members of another one would be
// refused as unknown, which is not what is wrong.
func checkVersion(b []byte) error {
	var r struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return decodeError(err)
	}
	if r.Version == nil {
		return malformed("version", "missing")
	}
	if *r.Version != Version {
		return fmt.Errorf("record of version %d: %w", *r.Version, ErrVersion)
	}
	return nil
}

// decodeError keeps the place and the rule of an error of the JSON package and
// drops the value.
func decodeError(err error) error {
	if errors.Is(err, ErrMalformed) {
		return err
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
