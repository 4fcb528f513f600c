// Package refusal names every reason for which the verifier of travel
// documents refuses a login.
//
// A Reason is a stable name for programs: it is shown to people through a
// catalogue of texts, recorded, and counted. An Error carries a Reason with the
// technical cause, for logs. The reasons lie in one file for each concern:
// sod.go, algorithm.go, signer.go, authority.go, file.go and document.go for
// what the document shows, chip.go and proof.go for the chip, exchange.go for
// messages and level.go for the level of assurance.
//
// The package decides nothing and knows no text for people. Neither a Reason
// nor the text of an Error holds a secret or personal data; the caller of New
// keeps that promise for the cause.
package refusal

import (
	"errors"
	"slices"
)

// Reason is the stable name of a refusal, in snake_case.
type Reason string

// Error is a refusal: the reason for programs and the cause for logs.
type Error struct {
	Reason Reason
	Err    error // the technical cause; nil when the reason says all
}

// New makes a refusal. The cause may be nil and holds no personal data.
func New(reason Reason, err error) *Error {
	return &Error{Reason: reason, Err: err}
}

// Error is the reason, then the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return string(e.Reason)
	}
	return string(e.Reason) + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Of finds the reason of the outermost refusal in err. It is false for nil and
// for an error that is no refusal.
func Of(err error) (Reason, bool) {
	refused, ok := errors.AsType[*Error](err)
	if !ok {
		return "", false
	}
	return refused.Reason, true
}

// All lists every reason once, in the order of the files. The slice is the
// caller's.
func All() []Reason {
	return slices.Concat(
		sodReasons(), algorithmReasons(), signerReasons(), authorityReasons(), fileReasons(), documentReasons(),
		chipReasons(), proofReasons(), exchangeReasons(), levelReasons(),
	)
}
