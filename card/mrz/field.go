package mrz

import (
	"fmt"
	"strings"
)

// Widths of fields that all formats share.
const (
	codeField   = 2
	stateField  = 3
	numberField = 9
	dateField   = 6
)

// fields takes a zone apart from the left. The length was verified before.
type fields string

func (f *fields) take(n int) string {
	s := string((*f)[:n])
	*f = (*f)[n:]
	return s
}

func (f *fields) digit() byte { return f.take(1)[0] }

// letters reads a code of letters followed by fillers only.
func letters(name, s string) (string, error) {
	t := trim(s)
	if t == "" || strings.ContainsAny(t, "<0123456789") {
		return "", fmt.Errorf("%s: %w", name, ErrFormat)
	}
	return t, nil
}

// visa begins the code of visas, whose zones have the size of TD2 and TD3 and
// other fields (ICAO Doc 9303-7, 4.2.2).
const visa = 'V'

// issued reads document code and issuing state, by which every format begins.
func (m *MRZ) issued(f *fields) (err error) {
	if m.DocumentCode, err = documentCode(f.take(codeField)); err != nil {
		return err
	}
	m.IssuingState, err = letters("issuing state", f.take(stateField))
	return err
}

// documentCode reads the kind of document: a letter, then a letter, a digit
// or a filler (ICAO Doc 9303-5, 4.2.2.1).
func documentCode(s string) (string, error) {
	if s[0] < 'A' || s[0] > 'Z' || s[0] == visa {
		return "", fmt.Errorf("document code: %w", ErrFormat)
	}
	return trim(s), nil
}

// sex reads the one character of sex (ICAO Doc 9303-3, 4.8).
func sex(c byte) (string, error) {
	switch c {
	case 'F', 'M':
		return string(c), nil
	case filler:
		return "X", nil
	}
	return "", fmt.Errorf("sex: %w", ErrFormat)
}

func sexCharacter(s string) (string, error) {
	switch s {
	case "F", "M":
		return s, nil
	case "X":
		return string(filler), nil
	}
	return "", fmt.Errorf("sex: %w", ErrFormat)
}

// names splits the identifiers at the first two fillers (ICAO Doc 9303-3,
// 4.6). A zone without them has a primary identifier only.
func names(s string) (primary, secondary string, err error) {
	primary, secondary, _ = strings.Cut(trim(s), "<<")
	if primary == "" || primary[0] == filler {
		return "", "", fmt.Errorf("names: %w", ErrFormat)
	}
	space := func(s string) string { return strings.ReplaceAll(s, string(filler), " ") }
	return space(primary), space(secondary), nil
}

// nameField is the inverse of names.
func (m *MRZ) nameField(n int) (string, error) {
	s := m.PrimaryIdentifier
	if m.SecondaryIdentifier != "" {
		s += "<<" + m.SecondaryIdentifier
	}
	return field("names", strings.ReplaceAll(s, " ", string(filler)), n)
}

// field fits s into n characters.
func field(name, s string, n int) (string, error) {
	if len(s) > n {
		return "", fmt.Errorf("%s: %d characters in %d: %w", name, len(s), n, ErrFormat)
	}
	if err := checkCharacters(s); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return pad(s, n), nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
