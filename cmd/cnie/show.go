package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"cnie.example/card/cnie"
)

func (r *result) writeJSON(w io.Writer) error { return json.NewEncoder(w).Encode(r) }

func (r *result) write(w io.Writer, text words) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	row := func(name, value string) { fmt.Fprintf(table, "%s\t%s\n", name, printable(value)) }
	row(text.document, text.kind(cmp.Or(r.Document, text.unnamed)))
	for _, c := range joined(append(slices.Clone(r.Claims), r.Details...)) {
		row(text.claim(c.Name), text.value(c))
	}
	if f := r.Face; f != nil {
		row(text.face, fmt.Sprintf("%s, %d × %d, %s", f.Type, f.Width, f.Height, f.File))
	}
	row(text.chip, r.chip(text))
	row(text.signature, map[string]string{
		signatureUnchecked: text.unchecked, signatureVerified: text.verified,
		signatureRefused: fmt.Sprintf(text.refused, r.Reason),
	}[r.Signature])
	return table.Flush()
}

// chip tells how the chip proved itself, and what a better document would have
// offered.
func (r *result) chip(text words) string {
	shown := map[string]string{
		chipAuthenticated: text.methods[r.Proof], chipUnproved: text.unproved, chipUnsigned: text.unsigned,
	}[r.Chip]
	if r.Unmapped && (r.Proof == cnie.NoMethod || r.Proof == cnie.ActiveAuthentication) {
		shown += text.unmapped
	}
	return shown
}

// kind names a kind of document in the language.
func (w words) kind(name string) string {
	if own, ok := w.kinds[name]; ok {
		return own
	}
	return name
}

// value writes a date as it is written in the language. Parts that the document
// does not know stay out.
func (w words) value(c claim) string {
	if !w.dayFirst || !strings.HasSuffix(c.Name, "_date") {
		return c.Value
	}
	parts := strings.Split(c.Value, "-")
	slices.Reverse(parts)
	return strings.Join(parts, "/")
}

// joined puts the lines of a claim, such as an address, on one.
func joined(claims []claim) (list []claim) {
	for _, c := range claims {
		if last := len(list) - 1; last >= 0 && list[last].Name == c.Name {
			list[last].Value += ", " + c.Value
			continue
		}
		list = append(list, c)
	}
	return list
}

// printable keeps what a card says from steering the terminal.
func printable(s string) string {
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
