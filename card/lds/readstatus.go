package lds

import (
	"errors"
	"fmt"

	"cnie.example/card"
)

// answer is the status word by which the card itself ended a read. Errors of
// the transport have none, even those that wrap a status word: after them there
// is no card to ask again.
func answer(err error) (card.Status, bool) {
	status, ok := err.(*card.StatusError)
	if !ok {
		return 0, false
	}
	return status.Status, true
}

// isEnd tells the ways in which cards answer a read at the end of a file.
func isEnd(err error) bool {
	status, answered := answer(err)
	return answered && status == card.StatusOffset || err == ErrTruncated
}

// truncated marks the status word for an offset behind the end.
func truncated(err error) error {
	if status, _ := answer(err); status == card.StatusOffset {
		return fmt.Errorf("%w: %w", ErrTruncated, err)
	}
	return err
}

// unknownInstruction marks the status words of cards without the odd
// instruction: they cannot give what lies beyond 32 KiB.
func unknownInstruction(err error) error {
	switch status, _ := answer(err); status {
	case card.StatusInstruction, card.StatusClass, card.StatusNotSupported, card.StatusWrongParameters:
		return fmt.Errorf("%w: %w", ErrTooLong, err)
	}
	return err
}

// refusedSFI marks the status words that cards without short identifiers give.
func refusedSFI(err error) error {
	var status *card.StatusError
	if !errors.As(err, &status) {
		return err
	}
	switch status.Status {
	case statusFileStructure, statusNoCurrentFile, card.StatusNotSupported,
		card.StatusWrongParameters, card.StatusOffset:
		return fmt.Errorf("%w: %w", ErrSFIRefused, err)
	}
	return err
}
