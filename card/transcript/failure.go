package transcript

import (
	"errors"
	"fmt"

	"cnie.example/card"
)

// Failure is the name of what came in place of a response.
type Failure string

// otherFailure is the Failure of an error that package card has no name for.
const otherFailure Failure = "other"

// errOther is what a replay gives for otherFailure.
var errOther = errors.New("transport failed")

// failures names the connection errors of package card.
func failures() []struct {
	name Failure
	err  error
} {
	return []struct {
		name Failure
		err  error
	}{
		{"no-service", card.ErrNoService},
		{"no-reader", card.ErrNoReader},
		{"no-card", card.ErrNoCard},
		{"removed", card.ErrRemoved},
		{"reset", card.ErrReset},
		{"busy", card.ErrBusy},
		{"unresponsive", card.ErrUnresponsive},
		{otherFailure, errOther},
	}
}

// failureOf names an error of a transport. Its text is not kept.
func failureOf(err error) Failure {
	for _, f := range failures() {
		if errors.Is(err, f.err) {
			return f.name
		}
	}
	return otherFailure
}

// err is the error that a replay gives for f; nil for a name that is not known.
func (f Failure) err() error {
	for _, known := range failures() {
		if f == known.name {
			return fmt.Errorf("transcript: %w", known.err)
		}
	}
	return nil
}
