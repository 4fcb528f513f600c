package card

import (
	"errors"
	"fmt"
)

// ErrResponse is the cause of every error about the form of a response APDU.
var ErrResponse = errors.New("malformed response APDU")

// Response is a response APDU (ISO/IEC 7816-4, 5.1).
type Response struct {
	Data   []byte
	Status Status
}

// ParseResponse decodes a response APDU. Data aliases b. Fewer than two bytes,
// or more than an extended response can carry, are refused with ErrResponse.
func ParseResponse(b []byte) (Response, error) {
	n := len(b) - 2
	if n < 0 || n > MaxExtendedLe {
		return Response{}, fmt.Errorf("parse: %d bytes: %w", len(b), ErrResponse)
	}
	return Response{Data: b[:n:n], Status: Status(b[n])<<8 | Status(b[n+1])}, nil
}

// Bytes encodes the response: data, then the status word.
func (r Response) Bytes() []byte {
	b := make([]byte, 0, len(r.Data)+2)
	b = append(b, r.Data...)
	return append(b, r.Status.SW1(), r.Status.SW2())
}

// Err is nil when the status word is 9000, else a *StatusError that names op.
func (r Response) Err(op string) error {
	if r.Status == StatusOK {
		return nil
	}
	return &StatusError{Op: op, Status: r.Status}
}
