package chipauth

import "errors"

// Errors a caller acts on.
var (
	// ErrUnsupported: DG14 offers no chip authentication that this package does.
	ErrUnsupported = errors.New("no supported chip authentication")
	// ErrHandover: the fields of a hand-over are missing or of a wrong length.
	ErrHandover = errors.New("incomplete hand-over")
	// ErrProof: the proof does not show that the sender of a hand-over made its
	// point for this login.
	ErrProof = errors.New("hand-over proof does not verify")
	// ErrPoint: a public key that is not a canonical point of the chip's curve.
	ErrPoint = errors.New("public key is not a point of the chip's curve")
	// ErrChip: the chip answered with data where there is none to answer.
	ErrChip = errors.New("unexpected answer to chip authentication")
)
