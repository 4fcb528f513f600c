package sm

import (
	"errors"
	"fmt"

	"cnie.example/card"
)

// ErrSecureMessaging is what every error about a response unwraps to: the
// response must not be used and the session is over.
var ErrSecureMessaging = errors.New("secure messaging failed")

// The ways in which a response fails. None says what was expected.
var (
	// ErrUnprotected: the response has no secure messaging. When its status
	// word is other than 9000, errors.As finds it in a *card.StatusError.
	ErrUnprotected = fmt.Errorf("%w: response is not protected", ErrSecureMessaging)
	// ErrMAC: the MAC is wrong.
	ErrMAC = fmt.Errorf("%w: MAC is wrong", ErrSecureMessaging)
	// ErrFormat: the data objects are malformed, missing or out of order.
	ErrFormat = fmt.Errorf("%w: response is malformed", ErrSecureMessaging)
)

// ErrClosed: the Channel was closed, or the Keys were wiped, before.
var ErrClosed = errors.New("secure channel is closed")

// unprotected is ErrUnprotected with the status word of the response.
func unprotected(s card.Status) error {
	if s == card.StatusOK {
		return ErrUnprotected
	}
	return fmt.Errorf("%w: %w", ErrUnprotected, &card.StatusError{Op: "protected command", Status: s})
}
