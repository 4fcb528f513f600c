package cnie

import "errors"

// Errors a caller acts on.
var (
	// ErrUnknownCard: the card has no EF.CardAccess that can be read and
	// understood, so it is no travel document with PACE.
	ErrUnknownCard = errors.New("not an electronic identity document with PACE")
	// ErrOrder: the step does not fit the state of the card, as after Hand or
	// Close.
	ErrOrder = errors.New("step out of order")
	// ErrChip: the chip's authentication failed in the local reading.
	ErrChip = errors.New("chip did not prove its key")
)
