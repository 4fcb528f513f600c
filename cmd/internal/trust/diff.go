package trust

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/terminal"
)

// Exit statuses of a comparison, as those of diff(1).
const (
	exitDifferent = 1
	exitTrouble   = 2
)

type diffCommand struct {
	terminal.LanguageFlag
	Old  string `arg:"" type:"path" help:"Master list, PEM or DER file, or trust directory."`
	New  string `arg:"" type:"path" help:"The one that it is compared with."`
	JSON bool   `name:"json" help:"Print one JSON object."`
}

// Help tells what counts as a change.
func (diffCommand) Help() string {
	return `Certificates and revocation lists are compared by their fingerprints. Shown is what came (+), what went (-) and what
changed (~): a certificate issued anew for the same key, or one that a trust directory now takes for something else, such
as an anchor that was in the pool. Signatures are not verified of files; those of a trust directory are, as always when
it is read.

Exit status, as that of diff: 0 equal, 1 different, 2 could not compare, or wrong command line.`
}

// Run compares.
func (c *diffCommand) Run(_ context.Context, s cli.Streams) error {
	now := time.Now()
	before, err := readHoldings(c.Old, now)
	if err != nil {
		return Explain(s.Err, err, c.Tag(), exitTrouble)
	}
	after, err := readHoldings(c.New, now)
	if err != nil {
		return Explain(s.Err, err, c.Tag(), exitTrouble)
	}
	d := compare(before, after)
	if c.JSON {
		err = json.NewEncoder(s.Out).Encode(d)
	} else {
		err = d.write(s.Out, c.Old, c.New, wordsIn(c.Tag()))
	}
	switch {
	case err != nil:
		return &cli.StatusError{Status: exitTrouble, Err: err}
	case !d.Equal:
		return &cli.StatusError{Status: exitDifferent}
	}
	return nil
}

// difference is what is shown of a comparison.
type difference struct {
	Equal     bool                `json:"equal"`
	Came      int                 `json:"came"`
	Went      int                 `json:"went"`
	Changed   int                 `json:"changed"`
	Countries []countryDifference `json:"countries"`
}

// countryDifference is what differs of one country.
type countryDifference struct {
	Country string    `json:"country"`
	Came    []holding `json:"came"`
	Went    []holding `json:"went"`
	Changed []change  `json:"changed"`
}

// change is one holding before and after.
type change struct {
	Before holding `json:"before"`
	After  holding `json:"after"`
}

// compare finds what came, went and changed. The order of the holdings does not
// count.
func compare(before, after []holding) difference {
	d := difference{Countries: []countryDifference{}}
	old, young := byFingerprint(before), byFingerprint(after)
	var went, came []holding
	for _, h := range sortedHoldings(old) {
		now, there := young[h.SHA256]
		switch {
		case !there:
			went = append(went, h)
		case now.roleDiffers(h):
			d.changed(h, now)
		}
	}
	for _, h := range sortedHoldings(young) {
		if _, there := old[h.SHA256]; !there {
			came = append(came, h)
		}
	}
	for _, h := range went {
		i := slices.IndexFunc(came, func(c holding) bool { return c.replaces(h) })
		if i < 0 {
			d.of(h.Country).Went, d.Went = append(d.of(h.Country).Went, h), d.Went+1
			continue
		}
		d.changed(h, came[i])
		came = slices.Delete(came, i, i+1)
	}
	for _, h := range came {
		d.of(h.Country).Came, d.Came = append(d.of(h.Country).Came, h), d.Came+1
	}
	slices.SortFunc(d.Countries, func(a, b countryDifference) int { return strings.Compare(a.Country, b.Country) })
	d.Equal = d.Came+d.Went+d.Changed == 0
	return d
}

func (d *difference) changed(before, after holding) {
	of := d.of(after.Country)
	of.Changed, d.Changed = append(of.Changed, change{before, after}), d.Changed+1
}

// of gives the differences of a country, which begin empty.
func (d *difference) of(country string) *countryDifference {
	i := slices.IndexFunc(d.Countries, func(c countryDifference) bool { return c.Country == country })
	if i < 0 {
		i = len(d.Countries)
		d.Countries = append(d.Countries, countryDifference{Country: country, Came: []holding{}, Went: []holding{}, Changed: []change{}})
	}
	return &d.Countries[i]
}

func byFingerprint(list []holding) map[string]holding {
	m := map[string]holding{}
	for _, h := range list {
		m[h.SHA256] = h
	}
	return m
}

func sortedHoldings(m map[string]holding) []holding {
	var list []holding
	for _, h := range m {
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b holding) int {
		return cmp.Or(strings.Compare(a.Country, b.Country), b.From.Compare(a.From), strings.Compare(a.SHA256, b.SHA256))
	})
	return list
}

func (d difference) write(w io.Writer, before, after string, text words) error {
	var b strings.Builder
	if !d.Equal {
		fmt.Fprintf(&b, "--- %s\n+++ %s\n\n", terminal.Printable(before), terminal.Printable(after))
	}
	for _, c := range d.Countries {
		fmt.Fprintln(&b, cmp.Or(terminal.Printable(c.Country), text.noCountry))
		for _, h := range c.Came {
			h.write(&b, "+", text)
		}
		for _, h := range c.Went {
			h.write(&b, "-", text)
		}
		for _, ch := range c.Changed {
			ch.Before.write(&b, "~ -", text)
			ch.After.write(&b, "~ +", text)
		}
	}
	if d.Equal {
		fmt.Fprintln(&b, text.equal)
	} else {
		fmt.Fprintf(&b, "\n"+text.differ+"\n", d.Came, d.Went, d.Changed)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
