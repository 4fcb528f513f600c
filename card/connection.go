package card

import "errors"

// Errors that every source of cards reports, whether a PC/SC reader or a
// virtual card. After any of them the card's state is lost: PACE, secure
// messaging and PIN have to begin again on a new connection.
var (
	ErrNoService    = errors.New("smart card service not running")
	ErrNoReader     = errors.New("no card reader")
	ErrNoCard       = errors.New("no card in the reader")
	ErrRemoved      = errors.New("card removed")
	ErrReset        = errors.New("card was reset by another program")
	ErrBusy         = errors.New("card is in use by another program")
	ErrUnresponsive = errors.New("card does not answer")
)
