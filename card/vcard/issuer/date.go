package issuer

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// date is a day of which parts may be unknown, from the day on: they are 0.
type date struct{ year, month, day int }

// cutUnknown cuts a date before a day, or month and day, that are written as
// zeros, as DG11 has what is unknown.
func cutUnknown(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(s, "-00"), "-00")
}

// readDate reads YYYY-MM-DD, cut before what is unknown.
func readDate(s string) (date, error) {
	if s == "" {
		return date{}, nil
	}
	const whole = "-01-01"
	if _, err := time.Parse(time.DateOnly, s+whole[max(0, len(s)-4):]); err != nil {
		return date{}, ErrProfile
	}
	var d date
	for i, part := range strings.Split(s, "-") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return date{}, ErrProfile
		}
		*[]*int{&d.year, &d.month, &d.day}[i] = n
	}
	return d, nil
}

// zone is YYMMDD as in the MRZ, unknown parts as fillers (ICAO Doc 9303-3,
// 4.7.2).
func (d date) zone() string {
	if d.year == 0 {
		return "<<<<<<"
	}
	s := fmt.Sprintf("%02d", d.year%100)
	for _, part := range []int{d.month, d.day} {
		if part == 0 {
			s += "<<"
		} else {
			s += fmt.Sprintf("%02d", part)
		}
	}
	return s
}

// full is YYYYMMDD, an unknown month or day as zeros; nothing without the year.
func (d date) full() string {
	if d.year == 0 {
		return ""
	}
	return fmt.Sprintf("%04d%02d%02d", d.year, d.month, d.day)
}
