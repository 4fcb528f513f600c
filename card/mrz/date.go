package mrz

import (
	"fmt"
	"strconv"
	"time"
)

// BirthDay is the day of birth at midnight UTC. A zone has no century: the
// latest day that is not after now is taken, so a person of 100 years or more
// comes out too young. It fails with ErrDate when the date is not known whole.
func (m *MRZ) BirthDay(now time.Time) (time.Time, error) {
	y, month, day, err := splitDate(m.BirthDate)
	if err != nil {
		return time.Time{}, err
	}
	century := now.UTC().Year() / 100 * 100
	t, err := dayOf(century+y, month, day)
	if err != nil || t.After(now) {
		return dayOf(century-100+y, month, day)
	}
	return t, nil
}

// ExpiryDay is the last day of validity at midnight UTC, in the century that
// brings it closest to now. It fails with ErrDate when the date is not known
// whole.
func (m *MRZ) ExpiryDay(now time.Time) (time.Time, error) {
	y, month, day, err := splitDate(m.ExpiryDate)
	if err != nil {
		return time.Time{}, err
	}
	year := now.UTC().Year()
	full := year/100*100 + y
	switch {
	case full > year+50:
		full -= 100
	case full < year-50:
		full += 100
	}
	return dayOf(full, month, day)
}

// BirthDateKnown says whether year, month and day of birth are all stated. It
// is false for fillers, and for zeros in place of month or day, which some
// issuers write for "born about". What is stated is no day of the calendar for
// certain: BirthDay tells.
func (m *MRZ) BirthDateKnown() bool {
	_, month, day, err := splitDate(m.BirthDate)
	return err == nil && month != 0 && day != 0
}

func splitDate(s string) (year, month, day int, err error) {
	if len(s) != dateField {
		return 0, 0, 0, ErrDate
	}
	var n [3]int
	for i := range n {
		pair := s[2*i : 2*i+2]
		if !isDigit(pair[0]) || !isDigit(pair[1]) {
			return 0, 0, 0, ErrDate
		}
		n[i], _ = strconv.Atoi(pair)
	}
	return n[0], n[1], n[2], nil
}

// dayOf refuses what time.Date would carry over into another month.
func dayOf(year, month, day int) (time.Time, error) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Month() != time.Month(month) || t.Day() != day {
		return time.Time{}, ErrDate
	}
	return t, nil
}

// dates reads birth date, sex and expiry date, which follow each other in every
// format.
func (m *MRZ) dates(f *fields) (err error) {
	m.BirthDate = f.take(dateField)
	if err = checkDated("birth date", m.BirthDate, f.digit()); err != nil {
		return err
	}
	if m.Sex, err = sex(f.digit()); err != nil {
		return err
	}
	m.ExpiryDate = f.take(dateField)
	return checkDated("expiry date", m.ExpiryDate, f.digit())
}

// checkDated verifies a date and its check digit.
func checkDated(name, date string, digit byte) error {
	if err := checkDate(name, date); err != nil {
		return err
	}
	return verify(name, digit, date)
}

// checkDate wants YYMMDD, where fillers stand for an unknown pair (ICAO Doc
// 9303-3, 4.7.2).
func checkDate(name, s string) error {
	if len(s) != dateField {
		return fmt.Errorf("%s of %d characters: %w", name, len(s), ErrFormat)
	}
	for i := 0; i < dateField; i += 2 {
		pair := s[i : i+2]
		if pair != "<<" && (!isDigit(pair[0]) || !isDigit(pair[1])) {
			return fmt.Errorf("%s: %w", name, ErrFormat)
		}
	}
	return nil
}
