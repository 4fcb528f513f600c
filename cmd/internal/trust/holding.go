package trust

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/cmd/internal/terminal"
)

// holding is one certificate or revocation list of a file or trust directory.
type holding struct {
	Kind    string    `json:"kind"` // certificate or revocation_list
	Country string    `json:"country"`
	Subject string    `json:"subject"` // of a revocation list its issuer
	From    time.Time `json:"from"`    // not before, this update
	Until   time.Time `json:"until"`   // not after, next update; zero when absent
	Key     string    `json:"key,omitempty"`
	Link    bool      `json:"link"` // names another key as its issuer's
	SHA256  string    `json:"sha256"`

	Origin    string         `json:"origin,omitempty"` // in a trust directory
	Overrides []overrideLine `json:"overrides,omitempty"`

	lineage string // what a certificate that is issued anew keeps
}

// Kinds of holding.
const (
	holdingCertificate    = "certificate"
	holdingRevocationList = "revocation_list"
)

// readHoldings reads a file or a directory.
func readHoldings(path string, now time.Time) ([]holding, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		store, err := csca.Load([]string{path}, certificate.Options{}, now)
		if err != nil {
			return nil, err
		}
		return holdingsOf(store), nil
	}
	f, err := readFile(path, certificate.Options{})
	if err != nil {
		return nil, err
	}
	return f.holdings(), nil
}

// holdingsOf lists what a store holds.
func holdingsOf(store *csca.Store) (list []holding) {
	overrides := overridesOf(store.Overrides())
	for _, a := range store.Authorities() {
		h := certificateHolding(a.Certificate)
		h.Origin, h.Overrides = string(a.Origin), overrides[h.SHA256]
		list = append(list, h)
	}
	for _, l := range store.RevocationLists() {
		list = append(list, revocationHolding(l))
	}
	return list
}

func (f file) holdings() (list []holding) {
	certificates := f.certificates
	if f.list != nil {
		certificates = f.list.Certificates
	}
	for _, c := range certificates {
		list = append(list, certificateHolding(c))
	}
	for _, l := range f.revocations {
		list = append(list, revocationHolding(l))
	}
	return list
}

func certificateHolding(c *certificate.Certificate) holding {
	return holding{
		Kind: holdingCertificate, Country: c.Country, Subject: c.Subject.String(), From: c.NotBefore, Until: c.NotAfter,
		Key: c.PublicKey.String(), Link: isLink(c), SHA256: fingerprint(c),
		lineage: lineage(c),
	}
}

// lineage is equal for certificates of the same name and key by the same
// issuer. It is empty for one that names no key.
func lineage(c *certificate.Certificate) string {
	if len(c.SubjectKeyID) == 0 {
		return ""
	}
	return fmt.Sprintf("%s %x %x", c.Subject.Folded(), c.SubjectKeyID, c.AuthorityKeyID)
}

func revocationHolding(l *certificate.RevocationList) holding {
	return holding{
		Kind: holdingRevocationList, Country: l.Issuer.Country, Subject: l.Issuer.String(), From: l.ThisUpdate, Until: l.NextUpdate,
		SHA256:  fingerprint(l),
		lineage: fmt.Sprintf("%s %x", l.Issuer.Folded(), l.AuthorityKeyID),
	}
}

// replaces says whether h is what o was, issued anew.
func (h holding) replaces(o holding) bool {
	return h.Kind == o.Kind && h.lineage != "" && h.lineage == o.lineage
}

// roleDiffers says whether two trust directories take a holding for something
// else. A file takes it for nothing.
func (h holding) roleDiffers(o holding) bool {
	return h.Origin != "" && o.Origin != "" && (h.Origin != o.Origin || !slices.Equal(h.Overrides, o.Overrides))
}

// write writes a holding behind a mark.
func (h holding) write(b *strings.Builder, mark string, text words) {
	facts := []string{fmt.Sprintf("%s – %s", terminal.Day(h.From, text.tag), terminal.Day(h.Until, text.tag))}
	kind := ""
	if h.Kind == holdingRevocationList {
		kind = text.revocationList
	}
	if h.Link {
		kind = text.link
	}
	for _, fact := range []string{kind, h.Key, text.origins[h.Origin], h.overridden(text)} {
		if fact != "" {
			facts = append(facts, fact)
		}
	}
	table := terminal.Table{Indent: 2}
	table.Row(mark, h.Subject)
	table.Row("", strings.Join(facts, ", "))
	table.Row("", h.SHA256)
	table.Write(b)
}

// overridden tells the operator's decisions.
func (h holding) overridden(text words) string {
	var list []string
	for _, o := range h.Overrides {
		list = append(list, o.text(text))
	}
	return strings.Join(list, ", ")
}
