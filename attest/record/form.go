package record

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// first gives the first error of a list of checks.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// text wants UTF-8 of low to high bytes without control characters.
func text(name, s string, low, high int) error {
	if len(s) < low || len(s) > high {
		return malformed(name, fmt.Sprintf("%d bytes, not between %d and %d", len(s), low, high))
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return malformed(name, "not text")
	}
	return nil
}

func hexadecimal(name, s string, most int) error {
	if _, err := hex.DecodeString(s); err != nil || len(s) > most || strings.ToLower(s) != s {
		return malformed(name, "not lower-case hexadecimal, or too long")
	}
	return nil
}

// instant wants a time that is written without loss.
func instant(name string, t time.Time) error {
	if t.Location() != time.UTC || t.Nanosecond() != 0 || t.Year() < 1 || t.Year() > 9999 {
		return malformed(name, "not in UTC and whole seconds")
	}
	return nil
}

func optional(name string, t time.Time) error {
	if t.IsZero() {
		return nil
	}
	return instant(name, t)
}

// isName says whether s is a name in snake_case.
func isName(s string) bool {
	if s == "" || len(s) > maxName || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
