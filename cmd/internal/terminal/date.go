package terminal

import (
	"slices"
	"strings"
	"time"

	"cnie.example/web/language"
)

// Date writes YYYY-MM-DD as it is written in the language. Parts that are not
// there stay out.
func Date(date string, tag language.Tag) string {
	if tag != language.French {
		return date
	}
	parts := strings.Split(date, "-")
	slices.Reverse(parts)
	return strings.Join(parts, "/")
}

// Day writes the day of a time in UTC, and a dash for none.
func Day(t time.Time, tag language.Tag) string {
	if t.IsZero() {
		return "-"
	}
	return Date(t.UTC().Format(time.DateOnly), tag)
}
