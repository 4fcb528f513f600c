package transcript

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	magic    = "cnie-transcript "
	version  = "1"
	maxValue = 200 // bytes of a header value

	contentFull     = "full"
	contentRedacted = "redacted"
)

// Text writes the transcript as Parse reads it, each exchange under a comment
// with its number and the name of its command. It fails with ErrSyntax or
// ErrTooLong when Parse would refuse the result.
func (t Transcript) Text() ([]byte, error) {
	var w bytes.Buffer
	fmt.Fprintf(&w, "%s%s\ncontent: %s\n", magic, version, t.content())
	for _, field := range t.fields() {
		if field.value == "" {
			continue
		}
		if !printableLine(field.value) {
			return nil, fmt.Errorf("%s: %w", field.name, ErrSyntax)
		}
		fmt.Fprintf(&w, "%s: %s\n", field.name, field.value)
	}
	if len(t.Events) > MaxEvents {
		return nil, fmt.Errorf("%d events: %w", len(t.Events), ErrTooLong)
	}
	w.WriteByte('\n')
	number := 0
	for _, e := range t.Events {
		switch e := e.(type) {
		case Exchange:
			number++
			e.write(&w, number)
		case Random:
			fmt.Fprintf(&w, "* %v\n", e.Bytes)
		}
		if w.Len() > MaxSize {
			return nil, fmt.Errorf("text of more than %d bytes: %w", MaxSize, ErrTooLong)
		}
	}
	if _, err := Parse(w.Bytes()); err != nil {
		return nil, err
	}
	return w.Bytes(), nil
}

func (t Transcript) content() string {
	if t.Redacted {
		return contentRedacted
	}
	return contentFull
}

type field struct{ name, value string }

// fields are the header lines after content, in their order.
func (h Header) fields() []field {
	return []field{{"document", h.Document}, {"flow", h.Flow}, {"reader", h.Reader}, {"atr", h.ATR.String()}}
}

func (x Exchange) write(w *bytes.Buffer, number int) {
	fmt.Fprintf(w, "# %d %s\n> %v\n", number, x.Name(), x.Command)
	if x.Failure != "" {
		fmt.Fprintf(w, "! %s\n", x.Failure)
	} else {
		fmt.Fprintf(w, "< %v\n", x.Response)
	}
	if x.Took > 0 {
		fmt.Fprintf(w, "~ %d\n", x.Took.Microseconds())
	}
}

// String is the text form of the bytes: groups of hexadecimal digits, and
// lengths in brackets for what was taken out.
func (b Bytes) String() string {
	var w strings.Builder
	for i, p := range b {
		if i > 0 {
			w.WriteByte(' ')
		}
		if p.Removed != 0 {
			w.WriteString("[" + strconv.Itoa(p.Removed) + "]")
		} else {
			fmt.Fprintf(&w, "%X", p.Known)
		}
	}
	return w.String()
}

// printableLine says whether a header value is one line of visible characters
// without a space at either end.
func printableLine(s string) bool {
	return s != "" && len(s) <= maxValue && utf8.ValidString(s) && strings.TrimSpace(s) == s &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
