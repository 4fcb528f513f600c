package trust

import (
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/cmd/internal/terminal"
)

// fileView is a file of certificates and revocation lists as it is shown.
type fileView struct {
	Kind            string            `json:"kind"`
	Certificates    int               `json:"certificates"`
	Countries       int               `json:"countries"`
	Verified        int               `json:"verified"` // to one of the roots; without roots by an issuer in the file
	Unverified      []csca.Unverified `json:"unverified"`
	Details         []certificateView `json:"details"`
	RevocationLists []revocationView  `json:"revocation_lists"`

	path   string
	issued map[string]string // outcome by fingerprint: who issued it, or the reason
}

// revocationView is a revocation list as it is shown.
type revocationView struct {
	Issuer     string     `json:"issuer"`
	ThisUpdate time.Time  `json:"this_update"`
	NextUpdate *time.Time `json:"next_update,omitempty"`
	Number     string     `json:"number,omitempty"` // content octets of the INTEGER, hexadecimal
	Entries    int        `json:"entries"`
	SHA256     string     `json:"sha256"`
	Verified   bool       `json:"verified"` // as that of a certificate
	Signer     string     `json:"signer"`   // subject; empty unless verified
	Deviations []string   `json:"deviations"`
}

// bundle is a file with the roots it is verified under.
type bundle struct {
	store *csca.Store
	roots []*certificate.Certificate
	pool  []*certificate.Certificate
	now   time.Time
}

func inspectFile(f file, roots []*certificate.Certificate, now time.Time) (*fileView, error) {
	b := bundle{roots: roots, pool: f.certificates, now: now}
	options := certificate.Options{}
	if len(roots) == 0 { // nobody will trust it for this: compute what can be computed
		options, b.pool = widest(), reread(f.certificates)
	}
	var err error
	if b.store, err = csca.Build(csca.Contents{Options: options, Anchors: roots, Pool: b.pool}); err != nil {
		return nil, err
	}
	v := &fileView{
		Kind: f.kind, Certificates: len(f.certificates), Unverified: []csca.Unverified{}, Details: []certificateView{},
		RevocationLists: []revocationView{}, path: f.path, issued: map[string]string{},
	}
	v.addCertificates(b)
	for _, l := range f.revocations {
		v.RevocationLists = append(v.RevocationLists, b.revocation(l))
	}
	return v, nil
}

func (v *fileView) addCertificates(b bundle) {
	countries := map[string]bool{}
	for _, c := range slices.SortedFunc(slices.Values(b.pool), newestFirst) {
		view := certificateViewOf(c)
		v.Details = append(v.Details, view)
		if c.Country != "" {
			countries[c.Country] = true
		}
		if reason := b.verify(c); reason != "" {
			v.issued[view.SHA256] = reason
			v.Unverified = append(v.Unverified, csca.Unverified{Subject: view.Subject, Reason: reason, SHA256: c.Fingerprint()})
			continue
		}
		v.Verified++
	}
	v.Countries = len(countries)
}

// trusted says whether all that the file holds leads to a root.
func (v *fileView) trusted() bool {
	return len(v.Unverified) == 0 && !slices.ContainsFunc(v.RevocationLists, func(l revocationView) bool { return !l.Verified })
}

// verify verifies a certificate under the roots, and without roots that an
// issuer in the file signed it. It gives the reason why not.
func (b bundle) verify(c *certificate.Certificate) (reason string) {
	_, err := b.store.Chain(c, b.now)
	reason = chainReason(err)
	aboveTheSignature := []string{reasonExpired, reasonNotYetValid, reasonNoAnchor}
	if len(b.roots) == 0 && slices.Contains(aboveTheSignature, reason) {
		return ""
	}
	return reason
}

// revocation finds the certificate of the file, or the root, that signed a
// list. One of the file has to lead to a root where there are roots.
func (b bundle) revocation(l *certificate.RevocationList) revocationView {
	v := revocationView{
		Issuer: l.Issuer.String(), ThisUpdate: l.ThisUpdate, Number: hex.EncodeToString(l.Number), Entries: l.Len(),
		SHA256: fingerprint(l), Deviations: names(l.Deviations),
	}
	if !l.NextUpdate.IsZero() {
		v.NextUpdate = &l.NextUpdate
	}
	for _, c := range slices.Concat(b.roots, b.pool) {
		if c.KeyUsage.Has(certificate.CRLSign) && l.CheckSignatureFrom(c) == nil && b.verify(c) == "" {
			v.Verified, v.Signer = true, c.Subject.String()
			break
		}
	}
	return v
}

func (v *fileView) write(w io.Writer, text words) error {
	var b strings.Builder
	terminal.Paragraph(&b, 0, v.path)
	for _, c := range v.Details {
		fmt.Fprintln(&b)
		v.writeCertificate(&b, c, text)
	}
	for _, l := range v.RevocationLists {
		fmt.Fprintln(&b)
		l.write(&b, text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (v *fileView) writeCertificate(b *strings.Builder, c certificateView, text words) {
	terminal.Paragraph(b, 0, c.Subject)
	table := terminal.Table{Indent: 4}
	table.Row(text.issuer, c.Issuer)
	table.Row(text.serial, c.Serial)
	table.Row(text.from, fmt.Sprintf("%s – %s", terminal.Day(c.NotBefore, text.tag), terminal.Day(c.NotAfter, text.tag)))
	table.Row(text.key, c.Key)
	table.Row(text.sha256, c.SHA256)
	if reason, refused := v.issued[c.SHA256]; refused {
		table.Row(text.signature, fmt.Sprintf("%s, "+text.unchained, c.Signature, text.reason(reason)))
	} else {
		table.Row(text.signature, fmt.Sprintf("%s, "+text.chained, c.Signature, c.Issuer))
	}
	writeDeviating(&table, c.Deviations, text)
	table.Write(b)
}

// writeDeviating adds the deviations of one object to its table.
func writeDeviating(table *terminal.Table, deviations []string, text words) {
	label := text.deviating
	for _, name := range deviations {
		table.Row(label, fmt.Sprintf("%s (%s)", text.deviation[name], name))
		label = ""
	}
}

func (l revocationView) write(b *strings.Builder, text words) {
	terminal.Paragraph(b, 0, text.revocationList+text.colon+l.Issuer)
	table := terminal.Table{Indent: 4}
	next := "-"
	if l.NextUpdate != nil {
		next = terminal.Day(*l.NextUpdate, text.tag)
	}
	table.Row(text.holds, fmt.Sprintf(text.entries, l.Entries, terminal.Day(l.ThisUpdate, text.tag), next))
	table.Row(text.sha256, l.SHA256)
	if l.Verified {
		table.Row(text.signature, fmt.Sprintf(text.chained, l.Signer))
	} else {
		table.Row(text.signature, fmt.Sprintf(text.unchained, text.reason(reasonNoSigner)))
	}
	writeDeviating(&table, l.Deviations, text)
	table.Write(b)
}
