package cnie

import "errors"

// Errors a caller acts on.
var (
	// ErrAccess: Access has no password, two of them, or no randomness. Nothing
	// was sent.
	ErrAccess = errors.New("access to the document is not determined")
	// ErrUnknownCard: the card has no EF.CardAccess that can be read and
	// understood, so it is no travel document with PACE.
	ErrUnknownCard = errors.New("not an electronic identity document with PACE")
	// ErrOtherDocument: the card is not the one of Access.Known, as far as the
	// terminal can tell. Forget the known document and open the card anew.
	ErrOtherDocument = errors.New("not the known document")
	// ErrReopen: card or reader took extended length in clear and refused a
	// length under secure messaging, without protection, which ends the
	// channel. Card.MaxLe is smaller now: opened with it, the card can be read.
	// Use does so.
	ErrReopen = errors.New("card has to be opened again with a smaller length")
	// ErrDowngrade: EF.CardAccess offered another choice of PACE than the signed
	// DG14 or EF.CardSecurity does: somebody may have altered it to have a weaker
	// protocol run. The Card is closed.
	ErrDowngrade = errors.New("EF.CardAccess differs from what the document signs")
	// ErrOrder: the step does not fit the state of the card, as after Hand or
	// Close.
	ErrOrder = errors.New("step out of order")
	// ErrChip: the chip's authentication failed in the local reading. The Card
	// is closed.
	ErrChip = errors.New("chip did not prove its key")
	// ErrNoProof: the document announces no proof of its chip that this module
	// knows, so that a copy of it would look the same. The Card stays open.
	ErrNoProof = errors.New("document has no chip authentication")
	// ErrLongSignature: the signature of active authentication is longer than
	// card and reader bring in one answer, and the card does not give it in
	// pieces. In another reader it may work.
	ErrLongSignature = errors.New("signature of the chip is longer than card and reader bring")
	// ErrLengths: a stored memory of lengths is malformed.
	ErrLengths = errors.New("malformed memory of lengths")
)
