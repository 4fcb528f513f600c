package trust

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/terminal"
)

type listCommand struct {
	terminal.LanguageFlag
	Dir     string `required:"" type:"path" placeholder:"DIR" help:"Trust directory, or a file or directory as “cnie read --anchors” takes it."`
	Country string `placeholder:"FR" help:"Show the authorities of this country only: two letters."`
	JSON    bool   `name:"json" help:"Print one JSON object."`
}

// Help tells what the columns mean.
func (listCommand) Help() string {
	return `Of each authority: its validity, where it comes from, its key, its fingerprint, what its revocation list says, and your
overrides. An anchor is trusted for itself; of a list the self-signed certificates are anchors; what is in the pool needs
link certificates that lead to one. An authority that documents cannot be judged by today is marked, with the reason.

Exit status: 0 listed; 1 the directory is bad, or has no authority of the country; 2 wrong command line.`
}

// authorityView is an authority as it is shown.
type authorityView struct {
	certificateView
	Origin     csca.Origin    `json:"origin"`
	Usable     bool           `json:"usable"`           // documents can be judged by it today
	Reason     string         `json:"reason,omitempty"` // why not
	Revocation revocationLine `json:"revocation"`
	Overrides  []overrideLine `json:"overrides"`
}

// revocationLine is what revocation lists say about an authority.
type revocationLine struct {
	State      string     `json:"state"`                 // csca.RevocationState
	ThisUpdate *time.Time `json:"this_update,omitempty"` // of the list that says so
	NextUpdate *time.Time `json:"next_update,omitempty"`
	Revoked    *time.Time `json:"revoked,omitempty"`
}

// overrideLine is a decision of the operator.
type overrideLine struct {
	Kind   string `json:"kind"` // distrust, trust or extend
	Reason string `json:"reason"`
	Until  string `json:"until,omitempty"` // of extend
}

// Kinds of override.
const (
	overrideDistrust = "distrust"
	overrideTrust    = "trust"
	overrideExtend   = "extend"
)

// authoritiesView is what the command prints.
type authoritiesView struct {
	SHA256      string          `json:"sha256"` // of the whole contents, as evidence records name it
	Authorities []authorityView `json:"authorities"`
	Distrusted  []string        `json:"distrusted"` // fingerprints of overrides that are of no authority here, such as document signers
}

// Run lists the authorities.
func (c *listCommand) Run(_ context.Context, s cli.Streams) error {
	now := time.Now()
	store, err := csca.Load([]string{c.Dir}, certificate.Options{}, now)
	if err != nil {
		return Explain(s.Err, err, c.Tag(), cli.ExitFailed)
	}
	view := authoritiesOf(store, strings.ToUpper(c.Country), now)
	if c.Country != "" && len(view.Authorities) == 0 {
		return Explain(s.Err, errNoSuchCountry, c.Tag(), cli.ExitFailed)
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(view)
	}
	return view.write(s.Out, wordsIn(c.Tag()))
}

var errNoSuchCountry = errors.New("no authority of this country")

// authoritiesOf lists the authorities of a country, and without one all of them.
func authoritiesOf(store *csca.Store, country string, now time.Time) authoritiesView {
	digest := store.Digest()
	v := authoritiesView{SHA256: csca.Fingerprint(digest).String(), Authorities: []authorityView{}, Distrusted: []string{}}
	overrides := overridesOf(store.Overrides())
	known := map[string]bool{}
	all := store.Authorities()
	slices.SortStableFunc(all, func(a, b csca.Authority) int { return newestFirst(a.Certificate, b.Certificate) })
	for _, a := range all {
		known[fingerprint(a.Certificate)] = true
		if country == "" || a.Certificate.Country == country {
			v.Authorities = append(v.Authorities, authorityViewOf(store, a, overrides, now))
		}
	}
	for _, d := range store.Overrides().Distrust {
		if !known[d.SHA256.String()] {
			v.Distrusted = append(v.Distrusted, d.SHA256.String())
		}
	}
	return v
}

func authorityViewOf(store *csca.Store, a csca.Authority, overrides map[string][]overrideLine, now time.Time) authorityView {
	v := authorityView{certificateView: certificateViewOf(a.Certificate), Origin: a.Origin, Overrides: []overrideLine{}}
	v.Overrides = append(v.Overrides, overrides[v.SHA256]...)
	if _, err := store.Chain(a.Certificate, now); err != nil {
		v.Reason = chainReason(err)
	}
	v.Usable = v.Reason == ""
	r := store.Revocation(a.Certificate, a.Certificate, now)
	v.Revocation.State = r.State.String()
	if r.List != nil {
		v.Revocation.ThisUpdate = &r.List.ThisUpdate
		if !r.List.NextUpdate.IsZero() {
			v.Revocation.NextUpdate = &r.List.NextUpdate
		}
	}
	if !r.Date.IsZero() {
		v.Revocation.Revoked = &r.Date
	}
	return v
}

// overridesOf orders overrides by fingerprint.
func overridesOf(o csca.Overrides) map[string][]overrideLine {
	lines := map[string][]overrideLine{}
	add := func(of csca.Fingerprint, l overrideLine) { lines[of.String()] = append(lines[of.String()], l) }
	for _, d := range o.Distrust {
		add(d.SHA256, overrideLine{Kind: overrideDistrust, Reason: d.Reason})
	}
	for _, t := range o.Trust {
		add(t.SHA256, overrideLine{Kind: overrideTrust, Reason: t.Reason})
	}
	for _, e := range o.Extend {
		add(e.SHA256, overrideLine{Kind: overrideExtend, Reason: e.Reason, Until: e.Until.String()})
	}
	return lines
}

func (v authoritiesView) write(w io.Writer, text words) error {
	var b strings.Builder
	country := ""
	for i, a := range v.Authorities {
		if i == 0 || a.Country != country {
			if country = a.Country; i > 0 {
				fmt.Fprintln(&b)
			}
			fmt.Fprintln(&b, cmp.Or(terminal.Printable(country), text.noCountry))
		}
		a.write(&b, text)
	}
	if len(v.Distrusted) > 0 {
		fmt.Fprintf(&b, "\n%s\n", text.distrusted)
	}
	for _, of := range v.Distrusted {
		terminal.Paragraph(&b, 2, of)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (a authorityView) write(b *strings.Builder, text words) {
	terminal.Paragraph(b, 2, a.Subject)
	facts := []string{fmt.Sprintf("%s – %s", terminal.Day(a.NotBefore, text.tag), terminal.Day(a.NotAfter, text.tag)), text.origins[string(a.Origin)], a.Key}
	if a.Link {
		facts = append(facts, text.link)
	}
	terminal.Paragraph(b, 4, strings.Join(facts, ", "))
	terminal.Paragraph(b, 4, a.SHA256)
	if a.Revocation.State != csca.NoList.String() {
		terminal.Paragraph(b, 4, a.Revocation.text(text))
	}
	for _, o := range a.Overrides {
		terminal.Paragraph(b, 4, o.text(text))
	}
	if !a.Usable {
		terminal.Paragraph(b, 4, fmt.Sprintf(text.unusable, text.reason(a.Reason)))
	}
}

// text tells what the revocation list says.
func (r revocationLine) text(text words) string {
	day := r.Revoked
	if day == nil {
		day = r.ThisUpdate
	}
	if day == nil {
		day = &time.Time{}
	}
	return text.revocationList + text.colon + fmt.Sprintf(text.states[r.State], terminal.Day(*day, text.tag))
}

func (o overrideLine) text(text words) string {
	if o.Kind == overrideExtend {
		return fmt.Sprintf(text.override[o.Kind], terminal.Date(o.Until, text.tag), o.Reason)
	}
	return fmt.Sprintf(text.override[o.Kind], o.Reason)
}
