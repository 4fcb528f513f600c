package mrz

import (
	"errors"
	"fmt"
)

// Causes of errors of this package.
var (
	// ErrFormat: length, character or field that a zone does not have.
	ErrFormat = errors.New("malformed machine readable zone")
	// ErrCheckDigit: a check digit does not match.
	ErrCheckDigit = errors.New("check digit of the machine readable zone is wrong")
	// ErrDate: a date is unknown, in whole or in part, or is no day.
	ErrDate = errors.New("date of the machine readable zone is no known day")
)

const filler = '<'

// value is the number of a character for check digits (ICAO Doc 9303-3, 4.9).
// ok is false for a character that a zone does not have.
func value(c byte) (v int, ok bool) {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0'), true
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10, true
	case c == filler:
		return 0, true
	}
	return 0, false
}

// checkDigit is the check digit over the concatenated parts: weights 7, 3, 1,
// sum modulo 10 (ICAO Doc 9303-3, 4.9). The characters were verified before.
func checkDigit(parts ...string) byte {
	weights := [3]int{7, 3, 1}
	sum, i := 0, 0
	for _, p := range parts {
		for _, c := range []byte(p) {
			v, _ := value(c)
			sum += v * weights[i%3]
			i++
		}
	}
	return byte('0' + sum%10)
}

// verify compares the check digit of a named field.
func verify(name string, digit byte, parts ...string) error {
	if digit != checkDigit(parts...) {
		return fmt.Errorf("%s: %w", name, ErrCheckDigit)
	}
	return nil
}

// checkCharacters refuses characters outside A-Z, 0-9 and the filler.
func checkCharacters(s string) error {
	for i := range len(s) {
		if _, ok := value(s[i]); !ok {
			return fmt.Errorf("character %d: %w", i+1, ErrFormat)
		}
	}
	return nil
}
