package pinpad

import (
	"fmt"

	"cnie.example/card"
)

// PACEError is a result of EXECUTE_PACE other than success (BSI TR-03119,
// PC/SC part 10, amendment 1).
type PACEError struct {
	Op   string // what was asked of the reader, for people
	Code uint32
}

// Results that are not a step and a status word of the card.
const (
	resultLengths     = 0xD0000001 // lengths in the input are inconsistent
	resultData        = 0xD0000002 // unexpected data in the input
	resultCombination = 0xD0000003 // unexpected combination of data
	resultSyntax      = 0xE0000001 // the card's answer has an unexpected structure
	resultObject      = 0xE0000002 // an object is missing, or the algorithm is unknown to the reader
	resultPassword    = 0xE0000003 // the reader does not know this kind of password
	resultToken       = 0xE0000006 // wrong authentication token
	resultAbort       = 0xF0100001 // communication with the card broke off
	resultNoCard      = 0xF0100002
	resultCancelled   = 0xF0200001
	resultTimeout     = 0xF0200002
)

// steps are the upper halves of results that carry a status word of the card
// in the lower half, in their order from F000.
var steps = [...]string{
	"SELECT EF.CardAccess", "READ BINARY", "MSE:Set AT",
	"GENERAL AUTHENTICATE 1", "GENERAL AUTHENTICATE 2", "GENERAL AUTHENTICATE 3", "GENERAL AUTHENTICATE 4",
}

// Step is the command that the card refused and its status word; ok is false
// for other failures.
func (e *PACEError) Step() (command string, status card.Status, ok bool) {
	n := int(e.Code>>16) - 0xF000
	if n < 0 || n >= len(steps) {
		return "", 0, false
	}
	return steps[n], card.Status(e.Code), true
}

// Error names the operation, the cause and the code.
func (e *PACEError) Error() string {
	cause := e.Unwrap()
	if cause == nil {
		return fmt.Sprintf("%s: card reader answered %08X", e.Op, e.Code)
	}
	return fmt.Sprintf("%s: %v (%08X)", e.Op, cause, e.Code)
}

// Unwrap gives the cause: a *card.StatusError for a refusal of the card, a
// sentinel of this package or of package card, or nil for an unknown code. A
// card whose own authentication token is wrong is at fault: it found the
// password right.
func (e *PACEError) Unwrap() error {
	if command, status, ok := e.Step(); ok {
		return &card.StatusError{Op: command, Status: status}
	}
	switch e.Code {
	case resultLengths, resultData, resultCombination:
		return ErrRequest
	case resultSyntax, resultToken:
		return card.ErrResponse
	case resultObject, resultPassword:
		return ErrUnsupported
	case resultAbort:
		return card.ErrUnresponsive
	case resultNoCard:
		return card.ErrNoCard
	case resultCancelled:
		return ErrCancelled
	case resultTimeout:
		return ErrTimeout
	}
	return nil
}
