package bac

import "crypto/sha1"

// seedSize is the length of K_seed in bytes (ICAO Doc 9303-11, 9.7.2).
const seedSize = 16

// Password is the key seed of a machine readable zone. It is secret; its owner
// wipes it.
type Password struct {
	seed []byte // nil once wiped
}

// NewPassword makes the seed of the MRZ information, which is document number,
// birth date and expiry date with their check digits (mrz.Information): the
// first 16 bytes of its SHA-1 (ICAO Doc 9303-11, 9.7.2). information is neither
// kept nor checked.
func NewPassword(information []byte) *Password {
	h := sha1.Sum(information)
	defer clear(h[:])
	return &Password{seed: append([]byte(nil), h[:seedSize]...)}
}

// Wipe overwrites the seed. The password is of no use afterwards.
func (p *Password) Wipe() {
	clear(p.seed)
	p.seed = nil
}
