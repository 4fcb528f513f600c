package pace

import "errors"

// Errors a caller acts on.
var (
	// ErrCANFormat: a card access number is six decimal digits.
	ErrCANFormat = errors.New("card access number is not of six digits")
	// ErrUnsupported: the chip offers no PACE that this package does.
	ErrUnsupported = errors.New("no supported PACE")
	// ErrWrongPassword: the chip did not accept the terminal's token. The
	// *card.StatusError beside it tells the tries left when the chip announced
	// them. PACE may be run again on the same connection.
	ErrWrongPassword = errors.New("wrong password")
	// ErrChip: an answer, a point or the token of the chip is wrong. The chip
	// is broken, or another one is in the middle.
	ErrChip = errors.New("chip failed PACE")
)
