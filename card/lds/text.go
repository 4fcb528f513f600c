package lds

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Name is a name in national characters.
type Name struct {
	Primary   string // family name
	Secondary string // given names; empty when the name has one part
}

// filler stands for a space, and two of them between the parts of a name (ICAO
// Doc 9303-3, 4.6).
const filler = "<"

// parseName splits a name written with the fillers of the machine readable
// zone: two between the parts, one between words. Fillers at the ends and more
// of them than needed say nothing.
func parseName(v []byte) (Name, error) {
	s, err := parseText(v)
	if err != nil {
		return Name{}, err
	}
	primary, secondary, _ := strings.Cut(strings.TrimSpace(s), filler+filler)
	words := func(s string) string {
		return strings.Join(strings.FieldsFunc(s, func(c rune) bool { return c == '<' || c == ' ' }), " ")
	}
	return Name{Primary: words(primary), Secondary: words(secondary)}, nil
}

// parseParts splits text at the filler. An empty part between two others stays,
// fillers at the end make none.
func parseParts(v []byte) ([]string, error) {
	s, err := parseText(v)
	if s = strings.TrimRight(s, filler); err != nil || s == "" {
		return nil, err
	}
	return strings.Split(s, filler), nil
}

func parseText(v []byte) (string, error) {
	if !utf8.Valid(v) {
		return "", fmt.Errorf("text is not UTF-8: %w", ErrFile)
	}
	s := string(v)
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "", fmt.Errorf("control character in text: %w", ErrFile)
	}
	return s, nil
}

// Encodings of a date: 8 characters in the standard, 4 bytes of BCD in the
// documents of several states.
const (
	dateDigits = len("YYYYMMDD")
	timeDigits = len("YYYYMMDDhhmmss")
)

// parseDate reads YYYYMMDD in either encoding. What is not known, fillers or
// zeros, becomes zeros: a year of four, a month or a day of two.
func parseDate(v []byte) (string, error) {
	s := digitsOf(v, dateDigits)
	if len(s) != dateDigits {
		return "", fmt.Errorf("date of %d bytes: %w", len(v), ErrFile)
	}
	year, month, day := known(s[:4]), known(s[4:6]), known(s[6:])
	s = year + month + day
	if !allDigits([]byte(s)) || !isDay(year, month, day) {
		return "", fmt.Errorf("date is no day: %w", ErrFile)
	}
	return s, nil
}

// parseTime reads YYYYMMDDhhmmss in either encoding. Here nothing is unknown.
func parseTime(v []byte) (string, error) {
	s := digitsOf(v, timeDigits)
	if len(s) != timeDigits {
		return "", fmt.Errorf("time of %d bytes: %w", len(v), ErrFile)
	}
	if _, err := time.Parse("20060102150405", s); err != nil {
		return "", fmt.Errorf("time is none: %w", ErrFile)
	}
	return s, nil
}

// digitsOf gives n characters, or the two digits of each byte when v is half as
// long.
func digitsOf(v []byte, n int) string {
	if len(v) == n/2 {
		return hex.EncodeToString(v)
	}
	return string(v)
}

// known gives zeros for fillers.
func known(part string) string {
	if strings.Trim(part, filler) == "" {
		return strings.Repeat("0", len(part))
	}
	return part
}

// isDay checks what is known of a day; a leap year and a month of 31 days stand
// for those that are not.
func isDay(year, month, day string) bool {
	if year == "0000" {
		year = "2000"
	}
	if month == "00" {
		month = "01"
	}
	if day == "00" {
		day = "01"
	}
	_, err := time.Parse("20060102", year+month+day)
	return err == nil
}
