package terminal

import (
	"fmt"
	"unicode"
)

// Printable keeps what a card, a file or a certificate says from steering the terminal.
func Printable(s string) string {
	quoted := fmt.Sprintf("%+q", s)
	if quoted == `"`+s+`"` {
		return s
	}
	safe := []rune(s)
	for i, r := range safe {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			safe[i] = '\uFFFD'
		}
	}
	return string(safe)
}
