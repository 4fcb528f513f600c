package cnie

import (
	"fmt"
	"io"

	"cnie.example/card/bac"
	"cnie.example/card/curve"
	"cnie.example/card/pace"
)

// Access is what opens a document, and what is known about it before. Nothing
// in it is kept but ATR, Rand and what the secure channel needs; passwords stay
// with the caller, who wipes them.
type Access struct {
	// Password opens the document by PACE, BAC by Basic Access Control. Exactly
	// one of them is set: neither protocol stands in for the other.
	Password *pace.Password
	BAC      *bac.Password

	// Preference is what the caller wants of PACE besides generic mapping. What
	// the chip does not offer is not had: Card.PACE tells what was run.
	Preference pace.Preference

	// ATR is the answer to reset. It names the document and decides nothing.
	ATR []byte

	// Rand is the source of all randomness, also of Card.Authenticate.
	Rand io.Reader

	// Prepared are keys from Prepare, or nil. Open uses them up, whatever the
	// outcome; a chip that they do not fit gets fresh ones.
	Prepared *pace.Ephemeral

	// MaxLe is the largest length in bytes that this card in this reader is
	// known to give, as Card.MaxLe told and Lengths recalls it; 0 when nothing
	// is known.
	MaxLe int

	// Known is the document that the card is expected to be, or nil: its files
	// are then not read again.
	Known *Known
}

// check refuses what leaves open which protocol is meant, before anything is
// sent.
func (a Access) check() error {
	switch {
	case a.Password == nil && a.BAC == nil:
		return fmt.Errorf("no password: %w", ErrAccess)
	case a.Password != nil && a.BAC != nil:
		return fmt.Errorf("passwords of two protocols: %w", ErrAccess)
	case a.Rand == nil:
		return fmt.Errorf("no source of randomness: %w", ErrAccess)
	}
	return nil
}

// Prepare makes, before a card is there, the keys of the terminal for PACE on
// the curve of the CNIe, brainpoolP256r1 (seen: gmrtd's README, "FR ID 2024").
// They are for one Open.
func Prepare(rand io.Reader) (*pace.Ephemeral, error) {
	return pace.Prepare(rand, curve.BrainpoolP256r1())
}
