package trust

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/cmd/internal/terminal"
)

// listView is a master list as it is shown. Its JSON is that of csca.Inspection
// with the members here.
type listView struct {
	Kind string `json:"kind"`
	*csca.Inspection

	path   string
	rooted bool // roots were given
	lines  []countryLine
}

// countryLine is a line of the table.
type countryLine struct {
	country    string
	number     int
	newest     time.Time
	deviating  int // certificates
	algorithms []string
}

func inspectList(f file, roots []*certificate.Certificate, now time.Time) *listView {
	return &listView{
		Kind: f.kind, Inspection: csca.Inspect(f.list, roots, now), path: f.path, rooted: len(roots) > 0,
		lines: countryLines(reread(f.list.Certificates)),
	}
}

func (v *listView) trusted() bool { return v.ListSignature.Verified }

// countryLines counts certificates by country.
func countryLines(certificates []*certificate.Certificate) []countryLine {
	byCountry := map[string]*countryLine{}
	for _, c := range certificates {
		line := byCountry[c.Country]
		if line == nil {
			line = &countryLine{country: c.Country}
			byCountry[c.Country] = line
		}
		line.add(c)
	}
	var lines []countryLine
	for _, country := range slices.Sorted(maps.Keys(byCountry)) {
		lines = append(lines, *byCountry[country])
	}
	return lines
}

func (l *countryLine) add(c *certificate.Certificate) {
	l.number++
	if c.NotBefore.After(l.newest) {
		l.newest = c.NotBefore
	}
	if len(c.Deviations) > 0 {
		l.deviating++
	}
	if name := algorithms(c); !slices.Contains(l.algorithms, name) {
		l.algorithms = append(l.algorithms, name)
		slices.Sort(l.algorithms)
	}
}

func (v *listView) write(w io.Writer, text words) error {
	var b strings.Builder
	v.writeHead(&b, text)
	fmt.Fprintln(&b)
	table := terminal.Table{Right: []int{1, 3}}
	table.Row(text.columns...)
	for _, l := range v.lines {
		table.Row(cmp.Or(l.country, "-"), strconv.Itoa(l.number), terminal.Day(l.newest, text.tag), strconv.Itoa(l.deviating), strings.Join(l.algorithms, ", "))
	}
	table.Write(&b)
	v.writeDeviations(&b, text)
	v.writeUnverified(&b, text)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeHead says what the list is and whose.
func (v *listView) writeHead(b *strings.Builder, text words) {
	var head terminal.Table
	head.Row(text.file, v.path)
	head.Row(text.sha256, v.SHA256.String())
	head.Row(text.signature, v.signature(text))
	head.Row(text.certificates, fmt.Sprintf(text.counted, v.Certificates, v.Countries, v.SelfSigned, v.Links))
	head.Row(text.verified, fmt.Sprintf(text.verifiedOf, v.Verified, len(v.Unverified)))
	if v.SHA1+v.Oversized > 0 {
		head.Row(text.more, fmt.Sprintf(text.beyond, v.SHA1, v.Oversized))
	}
	head.Write(b)
}

// signature says what is known of the signature over the list.
func (v *listView) signature(text words) string {
	s := v.ListSignature
	switch {
	case s.Verified:
		signed, _ := time.Parse(time.RFC3339, s.SigningTime) // zero when the signer states none
		return fmt.Sprintf(text.signed, s.Signer, s.Root, terminal.Day(signed, text.tag))
	case !v.rooted:
		return text.unrooted
	}
	return fmt.Sprintf(text.unsigned, text.reason(s.Reason))
}

func (v *listView) writeDeviations(b *strings.Builder, text words) {
	if len(v.Deviations) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", text.deviations)
	table := terminal.Table{Indent: 2, Right: []int{0}}
	for _, name := range slices.Sorted(maps.Keys(v.Deviations)) {
		table.Row(strconv.Itoa(v.Deviations[name]), name, text.deviation[name])
	}
	table.Write(b)
}

func (v *listView) writeUnverified(b *strings.Builder, text words) {
	if len(v.Unverified) > 0 {
		fmt.Fprintf(b, "\n%s\n", text.unverified)
	}
	for _, u := range v.Unverified {
		terminal.Paragraph(b, 2, u.Subject)
		terminal.Paragraph(b, 6, u.SHA256.String())
		terminal.Paragraph(b, 6, text.reason(u.Reason))
	}
	if len(v.Unread) > 0 {
		fmt.Fprintf(b, "\n%s\n", text.unread)
	}
	for _, u := range v.Unread {
		terminal.Paragraph(b, 2, fmt.Sprintf(text.unreadAt, u.Index+1, u.Reason))
	}
}
