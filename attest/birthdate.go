package attest

import (
	"strconv"
	"time"
)

// unknownYear stands in DG11 for a year that the document does not know.
const unknownYear = "0000"

// sameBirthDate compares YYMMDD of the machine readable zone, with fillers for
// unknown pairs (ICAO Doc 9303-3, 4.7.2), with YYYYMMDD of DG11, with zeros for
// what is unknown. Pairs that either does not know agree; a date of DG11 without
// its year says nothing that could be stated.
func sameBirthDate(zone, full string) bool {
	if len(zone) != 6 || len(full) != 8 || full[:4] == unknownYear {
		return false
	}
	for i := 0; i < len(zone); i += 2 {
		a, b := zone[i:i+2], full[i+2:i+4]
		if a != b && a != "<<" && !(i > 0 && (a == "00" || b == "00")) {
			return false
		}
	}
	return true
}

// dashed writes YYYYMMDD with dashes, cut before an unknown month or day.
func dashed(full string) string {
	year, month, day := full[:4], full[4:6], full[6:]
	switch {
	case month == "00":
		return year
	case day == "00":
		return year + "-" + month
	}
	return year + "-" + month + "-" + day
}

// zoneBirthDate gives YYMMDD its century: the latest for which the date does
// not begin after now. Unknown parts are cut off; without the year nothing is
// left, and neither for what is no day.
func zoneBirthDate(zone string, now time.Time) string {
	if len(zone) != 6 {
		return ""
	}
	short, err := strconv.Atoi(zone[:2])
	if err != nil {
		return ""
	}
	known, layout := zone[2:], "20060102"
	switch {
	case known[:2] == "<<" || known[:2] == "00":
		known, layout = "", "2006"
	case known[2:] == "<<" || known[2:] == "00":
		known, layout = known[:2], "200601"
	}
	century := now.UTC().Year() / 100 * 100
	for _, year := range []int{century + short, century - 100 + short} {
		first, err := time.Parse(layout, strconv.Itoa(year)+known)
		if err == nil && !first.After(now) {
			return dashed((strconv.Itoa(year) + known + "0000")[:8])
		}
	}
	return ""
}
