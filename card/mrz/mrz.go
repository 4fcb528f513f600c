package mrz

import (
	"fmt"
	"strings"
)

// Format is the size of a document, which gives the form of its zone.
type Format int

// Formats read here.
const (
	TD1 Format = 1 // cards, 90 characters
	TD2 Format = 2 // cards of the larger size, 72 characters
	TD3 Format = 3 // passports, 88 characters
)

// String is the name of the format.
func (f Format) String() string { return fmt.Sprintf("TD%d", int(f)) }

const (
	sizeTD1 = 90
	sizeTD2 = 72
	sizeTD3 = 88
)

// MRZ is a machine readable zone whose check digits are right. Fillers that
// end a field are cut off; fillers inside document number and optional data
// stay as they are, inside names they are spaces.
type MRZ struct {
	Format              Format
	DocumentCode        string // 1 or 2 characters, "I", "ID", "P"
	IssuingState        string // 1 to 3 letters, ICAO Doc 9303-3, section 5
	DocumentNumber      string // whole, also when it overflows into the optional data of TD1 and TD2
	PrimaryIdentifier   string // family name, as the zone spells it
	SecondaryIdentifier string // given names, may be empty
	Nationality         string // 1 to 3 letters
	BirthDate           string // YYMMDD, "<<" for a part that is unknown; see BirthDateKnown
	Sex                 string // "F", "M", or "X" for the filler, not specified
	ExpiryDate          string // YYMMDD
	OptionalData        string // TD1: first line; TD1 and TD2: after an overflowing number; TD3: personal number
	OptionalData2       string // TD1: second line
}

// Parse reads a zone of 90 (TD1), 72 (TD2) or 88 (TD3) characters without line
// breaks, as DG1 holds it. b is not kept. Errors wrap ErrFormat or
// ErrCheckDigit.
func Parse(b []byte) (*MRZ, error) {
	s := string(b)
	if err := checkCharacters(s); err != nil {
		return nil, err
	}
	switch len(s) {
	case sizeTD1:
		return parseTD1(s)
	case sizeTD2:
		return parseTD2(s)
	case sizeTD3:
		return parseTD3(s)
	}
	return nil, fmt.Errorf("%d characters: %w", len(s), ErrFormat)
}

// Bytes writes the zone as Parse reads it. It fails with ErrFormat when a
// field does not fit its place.
func (m *MRZ) Bytes() ([]byte, error) {
	switch m.Format {
	case TD1:
		return m.bytesTD1()
	case TD2:
		return m.bytesTD2()
	case TD3:
		return m.bytesTD3()
	}
	return nil, fmt.Errorf("%v: %w", m.Format, ErrFormat)
}

// NamesTruncated says whether the names reach the last character of their
// field. By the rules for names that are too long they may then have been cut,
// and otherwise they have not (ICAO Doc 9303-3, 4.6).
func (m *MRZ) NamesTruncated() bool {
	n := len(m.PrimaryIdentifier)
	if m.SecondaryIdentifier != "" {
		n += len("<<") + len(m.SecondaryIdentifier)
	}
	return n > 0 && n == m.Format.nameWidth()
}

// nameWidth is the number of characters of the name field.
func (f Format) nameWidth() int {
	switch f {
	case TD1:
		return namesTD1
	case TD2:
		return namesTD2
	case TD3:
		return namesTD3
	}
	return 0
}

// Information is the text from which BAC and PACE derive keys: document
// number, birth date and expiry date, each with its check digit (ICAO Doc
// 9303-11, 4.3.2 and 4.4.4.1). The caller owns it and wipes it.
func (m *MRZ) Information() []byte {
	return information(m.DocumentNumber, m.BirthDate, m.ExpiryDate)
}

// Information is the text from which BAC and PACE derive keys, made of what a
// person reads in a document: number without its check digit, and dates as
// YYMMDD. Errors wrap ErrFormat.
func Information(number, birth, expiry string) ([]byte, error) {
	for _, s := range []string{number, birth, expiry} {
		if err := checkCharacters(s); err != nil {
			return nil, err
		}
	}
	if number = trim(number); number == "" || len(number) > maxNumberTD1 {
		return nil, fmt.Errorf("document number of %d characters: %w", len(number), ErrFormat)
	}
	if err := checkDate("birth date", birth); err != nil {
		return nil, err
	}
	if err := checkDate("expiry date", expiry); err != nil {
		return nil, err
	}
	return information(number, birth, expiry), nil
}

func information(number, birth, expiry string) []byte {
	number = pad(number, numberField)
	b := make([]byte, 0, len(number)+len(birth)+len(expiry)+3)
	for _, s := range []string{number, birth, expiry} {
		b = append(b, s...)
		b = append(b, checkDigit(s))
	}
	return b
}

func trim(s string) string { return strings.TrimRight(s, string(filler)) }

// pad adds fillers up to n characters; a longer field stays as it is.
func pad(s string, n int) string {
	if len(s) >= n {
		return s
	}
	return s + strings.Repeat(string(filler), n-len(s))
}
