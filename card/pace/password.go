package pace

import (
	"crypto/sha1"
	"fmt"
)

// reference is the password reference of MSE:Set AT, tag 83.
type reference byte

// References of passwords (ICAO Doc 9303-11, 4.4.4.1 for MRZ and CAN; BSI
// TR-03110-3, B.11.1 for all).
const (
	referenceMRZ reference = 0x01
	referenceCAN reference = 0x02
	referencePIN reference = 0x03
	referencePUK reference = 0x04
)

const canLength = 6

// Lengths of PIN and PUK that are passed on. Neither is fixed for all cards:
// German cards have a PIN of six digits, five in transport, and a PUK of ten.
const (
	minSecret = 4
	maxSecret = 16
)

// Password is a shared password π, already in the form f(π) that the key
// derivation takes (ICAO Doc 9303-11, 4.4.1 and 9.7.3). It is secret; its owner
// wipes it.
type Password struct {
	reference reference
	value     []byte
}

// CAN makes the password of a card access number: six ASCII digits, which are
// copied. Anything else is ErrCANFormat.
func CAN(digits []byte) (*Password, error) {
	return decimal(referenceCAN, digits, canLength, canLength, ErrCANFormat)
}

// PIN makes the password of a personal identification number: four to sixteen
// ASCII digits, which are copied. Anything else is ErrPINFormat.
func PIN(digits []byte) (*Password, error) {
	return decimal(referencePIN, digits, minSecret, maxSecret, ErrPINFormat)
}

// PUK makes the password that unblocks a PIN: four to sixteen ASCII digits,
// which are copied. Anything else is ErrPUKFormat.
func PUK(digits []byte) (*Password, error) {
	return decimal(referencePUK, digits, minSecret, maxSecret, ErrPUKFormat)
}

func decimal(r reference, digits []byte, shortest, longest int, format error) (*Password, error) {
	if len(digits) < shortest || len(digits) > longest {
		return nil, fmt.Errorf("%d characters: %w", len(digits), format)
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return nil, format
		}
	}
	return &Password{reference: r, value: append([]byte(nil), digits...)}, nil
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
