package pace

import "errors"

// Errors a caller acts on. Where the chip answered with a status word, the
// *card.StatusError is beside them, for errors.As and TriesLeft.
var (
	// ErrCANFormat: a card access number is six decimal digits.
	ErrCANFormat = errors.New("card access number is not of six digits")
	// ErrPINFormat: a PIN is four to sixteen decimal digits.
	ErrPINFormat = errors.New("PIN is not of four to sixteen digits")
	// ErrPUKFormat: a PUK is four to sixteen decimal digits.
	ErrPUKFormat = errors.New("PUK is not of four to sixteen digits")
	// ErrUnsupported: the chip offers no PACE that this package does.
	ErrUnsupported = errors.New("no supported PACE")
	// ErrWrongPassword: the chip did not accept the terminal's token. A try of
	// a password that has tries is spent. PACE may be run again on the same
	// connection, unless ErrSuspended or ErrBlocked is in the error too.
	ErrWrongPassword = errors.New("wrong password")
	// ErrSuspended: the PIN has one try left and needs the CAN before it: run
	// PACE with the CAN, then with the PIN over the channel of that session,
	// with LastTry.
	ErrSuspended = errors.New("PIN is suspended")
	// ErrLastTry: one try of the password is left and LastTry was not said. No
	// try was spent.
	ErrLastTry = errors.New("password has one try left")
	// ErrBlocked: the password has no tries left. A PIN is unblocked by the PUK.
	ErrBlocked = errors.New("password is blocked")
	// ErrDeactivated: the password exists but is switched off.
	ErrDeactivated = errors.New("password is deactivated")
	// ErrNoProof: the session was not made by chip authentication mapping, so
	// that the chip gave nothing to verify.
	ErrNoProof = errors.New("PACE without chip authentication mapping")
	// ErrChip: an answer, a point, the token or the authentication data of the
	// chip is wrong. The chip is broken, or another one is in the middle.
	ErrChip = errors.New("chip failed PACE")
)
