package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"cnie.example/card/cnie"
	"cnie.example/cmd/internal/terminal"
	"cnie.example/web/problem"
)

func (r *result) writeJSON(w io.Writer) error { return json.NewEncoder(w).Encode(r) }

func (r *result) write(w io.Writer, text words) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	row := func(name, value string) { fmt.Fprintf(table, "%s\t%s\n", name, terminal.Printable(value)) }
	row(text.document, text.kind(cmp.Or(r.Document, text.unnamed)))
	for _, c := range joined(append(slices.Clone(r.Claims), r.Details...)) {
		row(text.claim(c.Name), text.value(c))
	}
	if f := r.Face; f != nil {
		row(text.face, fmt.Sprintf("%s, %d × %d, %s", f.Type, f.Width, f.Height, f.File))
	}
	row(text.chip, r.chip(text))
	row(text.signature, r.signature(text))
	return table.Flush()
}

// signature tells what is known of the signature of the state, and of the
// revocation lists about those who signed.
func (r *result) signature(text words) string {
	switch r.Signature {
	case signatureVerified:
		return text.verified + text.revocation[r.Revoked]
	case signatureRefused:
		return fmt.Sprintf(text.refused, problem.Name(r.Reason).Text(text.tag).Title, r.Reason)
	}
	return text.unchecked
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

// value writes a date as it is written in the language, and anything else as it
// is.
func (w words) value(c claim) string {
	if !strings.HasSuffix(c.Name, "_date") {
		return c.Value
	}
	return terminal.Date(c.Value, w.tag)
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
