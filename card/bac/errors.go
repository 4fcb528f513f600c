package bac

import "errors"

// Errors a caller acts on.
var (
	// ErrWrongPassword: the chip did not accept the terminal's cryptogram, so
	// the machine readable zone is not that of the document. The
	// *card.StatusError beside it has the status word. It may be tried again on
	// the same connection; many chips answer more slowly each time.
	ErrWrongPassword = errors.New("wrong machine readable zone")
	// ErrChip: an answer of the chip has a wrong length, MAC or nonce. The chip
	// accepted the zone without knowing it: it is broken, or another one is in
	// the middle.
	ErrChip = errors.New("chip failed Basic Access Control")
)
