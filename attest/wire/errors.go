package wire

import (
	"errors"
	"fmt"
)

// ErrMalformed is the cause of every error about the form of a message.
var ErrMalformed = errors.New("malformed message")

// ErrTooLarge is the cause when a message, a member or a list is longer than
// its limit. It unwraps to ErrMalformed.
var ErrTooLarge = fmt.Errorf("too large: %w", ErrMalformed)

// ErrVersion is the cause of a *VersionError.
var ErrVersion = errors.New("protocol version not supported")

// malformed is an error about the member name, with the rule it broke.
func malformed(name, rule string) error {
	return fmt.Errorf("member %s: %s: %w", name, rule, ErrMalformed)
}

// length checks that the member name has between low and high bytes.
func length(name string, n, low, high int) error {
	switch {
	case n > high:
		return fmt.Errorf("member %s: %d bytes, at most %d: %w", name, n, high, ErrTooLarge)
	case n < low:
		return malformed(name, fmt.Sprintf("%d bytes, at least %d", n, low))
	}
	return nil
}

// within checks that the number n of the member name is between low and high.
func within(name string, n, low, high int) error {
	if n < low || n > high {
		return malformed(name, fmt.Sprintf("not between %d and %d", low, high))
	}
	return nil
}

// first gives the first error of a list of checks.
func first(checks ...error) error {
	for _, err := range checks {
		if err != nil {
			return err
		}
	}
	return nil
}
