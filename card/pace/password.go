package pace

import (
	"crypto/sha1"
	"fmt"
)

// Password references of MSE:Set AT, tag 83 (ICAO Doc 9303-11, 4.4.4.1).
const (
	referenceMRZ = 0x01
	referenceCAN = 0x02
)

const canLength = 6

// Password is a shared password π, already in the form f(π) that the key
// derivation takes (ICAO Doc 9303-11, 4.4.1 and 9.7.3). It is secret; its owner
// wipes it.
type Password struct {
	reference byte
	value     []byte
}

// CAN makes the password of a card access number: six ASCII digits, which are
// copied. Anything else is ErrCANFormat.
func CAN(digits []byte) (*Password, error) {
	if len(digits) != canLength {
		return nil, fmt.Errorf("%d characters: %w", len(digits), ErrCANFormat)
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return nil, ErrCANFormat
		}
	}
	return &Password{reference: referenceCAN, value: append([]byte(nil), digits...)}, nil
}

// MRZ makes the password of a machine readable zone: SHA-1 over the MRZ
// information, which is document number, birth date and expiry date with their
// check digits (mrz.Information). information is neither kept nor checked.
func MRZ(information []byte) *Password {
	h := sha1.Sum(information)
	return &Password{reference: referenceMRZ, value: h[:]}
}

// Wipe overwrites the password. It is of no use afterwards.
func (p *Password) Wipe() {
	clear(p.value)
	p.value = nil
}
