package lds

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cnie.example/card/tlv"
)

// Tags of DG11 that are read here (ICAO Doc 9303-10, 4.7.11).
const (
	tagFullName       tlv.Tag = 0x5F0E
	tagOtherNames     tlv.Tag = 0xA0
	tagOtherName      tlv.Tag = 0x5F0F
	tagPersonalNumber tlv.Tag = 0x5F10
	tagBirthPlace     tlv.Tag = 0x5F11
	tagTelephone      tlv.Tag = 0x5F12
	tagProfession     tlv.Tag = 0x5F13
	tagTitle          tlv.Tag = 0x5F14
	tagBirthDate      tlv.Tag = 0x5F2B
	tagAddress        tlv.Tag = 0x5F42
)

// maxDetails bounds the elements of DG11; the standard knows fewer than 20.
const maxDetails = 64

// Name is a name in national characters.
type Name struct {
	Primary   string // family name
	Secondary string // given names; empty when the name has one part
}

// AdditionalPersonalDetails is DG11 (ICAO Doc 9303-10, 4.7.11). Every element
// is optional; the zero value stands for one that is absent.
type AdditionalPersonalDetails struct {
	FullName       Name
	OtherNames     []Name
	PersonalNumber string
	BirthDate      string   // YYYYMMDD
	BirthPlace     []string // parts as the document has them: city, state, country
	Address        []string // parts as the document has them
	Telephone      string
	Profession     string
	Title          string
}

// ParseDG11 reads DG11. b is not kept. Elements in any order are accepted, an
// element that occurs twice is not; well formed elements that are not in
// AdditionalPersonalDetails are skipped. Text must be UTF-8 without control
// characters. Errors wrap ErrFile.
func ParseDG11(b []byte) (AdditionalPersonalDetails, error) {
	d, err := parseDetails(b)
	if err != nil {
		return AdditionalPersonalDetails{}, DG11.malformed(err)
	}
	return d, nil
}

func parseDetails(b []byte) (AdditionalPersonalDetails, error) {
	var d AdditionalPersonalDetails
	rest, err := DG11.content(b)
	if err != nil {
		return d, err
	}
	list, rest, err := tlv.Expect(rest, tagTagList)
	if err != nil {
		return d, err
	}
	if err = checkTagList(list); err != nil {
		return d, err
	}
	seen := map[tlv.Tag]bool{}
	for len(rest) > 0 {
		var tag tlv.Tag
		var value []byte
		if tag, value, rest, err = tlv.Read(rest); err != nil {
			return d, err
		}
		if seen[tag] || len(seen) == maxDetails {
			return d, fmt.Errorf("element %v again, or too many: %w", tag, ErrFile)
		}
		seen[tag] = true
		if err = d.set(tag, value); err != nil {
			return d, fmt.Errorf("element %v: %w", tag, err)
		}
	}
	return d, nil
}

// checkTagList wants a list of well formed tags. Cards differ in whether the
// list names A0 or 5F0F, so it is not compared with the elements.
func checkTagList(list []byte) error {
	for len(list) > 0 {
		n := 1
		if list[0]&0x1F == 0x1F {
			n = 2
		}
		if len(list) < n || list[0] == 0 {
			return fmt.Errorf("tag list: %w", ErrFile)
		}
		list = list[n:]
	}
	return nil
}

func (d *AdditionalPersonalDetails) set(tag tlv.Tag, v []byte) (err error) {
	switch tag {
	case tagFullName:
		d.FullName, err = parseName(v)
	case tagOtherNames:
		d.OtherNames, err = parseOtherNames(v)
	case tagOtherName:
		// Some issuers leave out the template A0 around a single name.
		var n Name
		n, err = parseName(v)
		d.OtherNames = append(d.OtherNames, n)
	case tagPersonalNumber:
		d.PersonalNumber, err = parseText(v)
	case tagBirthDate:
		d.BirthDate, err = parseFullDate(v)
	case tagBirthPlace:
		d.BirthPlace, err = parseParts(v)
	case tagAddress:
		d.Address, err = parseParts(v)
	case tagTelephone:
		d.Telephone, err = parseText(v)
	case tagProfession:
		d.Profession, err = parseText(v)
	case tagTitle:
		d.Title, err = parseText(v)
	}
	return err
}

// parseOtherNames reads the content of A0: a number of one byte, then as many
// names.
func parseOtherNames(b []byte) ([]Name, error) {
	count, rest, err := tlv.Expect(b, tagInteger)
	if err != nil {
		return nil, err
	}
	if len(count) != 1 {
		return nil, fmt.Errorf("number of names in %d bytes: %w", len(count), ErrFile)
	}
	var names []Name
	for range count[0] {
		var v []byte
		if v, rest, err = tlv.Expect(rest, tagOtherName); err != nil {
			return nil, err
		}
		n, err := parseName(v)
		if err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	return names, end("other names", rest)
}

// parseName splits a name written with the fillers of the machine readable
// zone: two between the parts, one between words.
func parseName(v []byte) (Name, error) {
	s, err := parseText(v)
	if err != nil {
		return Name{}, err
	}
	primary, secondary, _ := strings.Cut(s, "<<")
	words := func(s string) string { return strings.ReplaceAll(strings.TrimRight(s, "<"), "<", " ") }
	return Name{Primary: words(primary), Secondary: words(secondary)}, nil
}

// parseParts splits text at the filler.
func parseParts(v []byte) ([]string, error) {
	s, err := parseText(v)
	if err != nil || s == "" {
		return nil, err
	}
	return strings.Split(s, "<"), nil
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

// parseFullDate reads YYYYMMDD as 8 digits or as 4 bytes of BCD. Zeros in
// place of month or day, for a date that is not known whole, are accepted.
func parseFullDate(v []byte) (string, error) {
	s := string(v)
	if len(v) == 4 {
		s = fmt.Sprintf("%x", v)
	}
	if len(s) != 8 || !allDigits([]byte(s)) {
		return "", fmt.Errorf("birth date of %d bytes: %w", len(v), ErrFile)
	}
	full := s
	if full[4:6] == "00" {
		full = full[:4] + "01" + full[6:]
	}
	if full[6:] == "00" {
		full = full[:6] + "01"
	}
	if _, err := time.Parse("20060102", full); err != nil {
		return "", fmt.Errorf("birth date is no day: %w", ErrFile)
	}
	return s, nil
}
