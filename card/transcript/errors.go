package transcript

import (
	"errors"
	"fmt"
)

// Errors a caller acts on.
var (
	// ErrSyntax is the cause of every error about the form of a transcript.
	ErrSyntax = errors.New("malformed transcript")
	// ErrTooLong: more events or bytes than a transcript may have.
	ErrTooLong = errors.New("transcript is too long")
	// ErrRedacted: a redacted transcript lacks what a replay needs.
	ErrRedacted = errors.New("transcript is redacted")
	// ErrNotRedacted: a transcript that calls itself redacted holds bytes or
	// words that Redact would take out, or that Text does not write.
	ErrNotRedacted = errors.New("transcript holds what redaction takes out")
	// ErrOrder is what an OrderError unwraps into.
	ErrOrder = errors.New("not the conversation of the transcript")
)

// OrderError tells where a replay left its transcript.
type OrderError struct {
	// Exchange is the number of the exchange, from 1; one more than the
	// transcript has when it was over. Zero when randomness was at fault.
	Exchange int
	// Offset is the first byte of the command that differs, or -1.
	Offset int
	// Reason says what was different, without data.
	Reason string
}

// Error names the exchange and the reason.
func (e *OrderError) Error() string {
	if e.Exchange == 0 {
		return fmt.Sprintf("%v: %s", ErrOrder, e.Reason)
	}
	return fmt.Sprintf("%v: exchange %d: %s", ErrOrder, e.Exchange, e.Reason)
}

// Unwrap gives ErrOrder.
func (e *OrderError) Unwrap() error { return ErrOrder }
