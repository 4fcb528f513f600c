package relay

import (
	"errors"
	"fmt"
)

// Errors a caller acts on. ErrForm, ErrConsent and ErrBudget say why a command
// was refused; they come together with ErrRefused.
var (
	ErrRefused = errors.New("command refused by the relay")
	ErrForm    = errors.New("not a protected READ BINARY of the permitted form")
	ErrConsent = errors.New("reads what was not consented to")
	ErrBudget  = errors.New("more commands or bytes than one login needs")
	// ErrExpired: the time of the relay is over. The card has to be reset.
	ErrExpired = errors.New("time for reading is over")
	// ErrClosed: an earlier batch was refused, expired or lost its card.
	ErrClosed = errors.New("relay is closed")
)

// RefusedError tells which command of a batch was refused, counted from 0, and
// why. Nothing of that batch has reached the card.
type RefusedError struct {
	Index int
	Cause error // ErrForm, ErrConsent or ErrBudget
}

// Error names the command by its place; its bytes are not shown.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("command %d: %v: %v", e.Index, ErrRefused, e.Cause)
}

// Unwrap gives ErrRefused and the cause.
func (e *RefusedError) Unwrap() []error { return []error{ErrRefused, e.Cause} }
