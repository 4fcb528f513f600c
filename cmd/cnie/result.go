package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"
	"unicode"

	"cnie.example/attest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
)

// What is known of the chip.
const (
	chipAuthenticated = "authenticated"
	chipUnproved      = "unproved" // the document has no proof: a copy would look the same
)

// What is known of the signature of the issuing state.
const (
	signatureUnchecked = "not_checked"
	signatureVerified  = "verified"
	signatureRefused   = "refused"
)

// result is what the command shows.
type result struct {
	Document  string         `json:"document,omitempty"` // when the answer to reset is known
	Claims    []claim        `json:"claims"`
	Details   []claim        `json:"details"` // of DG11, beyond the identity
	Chip      string         `json:"chip"`    // chipAuthenticated or chipUnproved: a chip that fails is not shown
	Signature string         `json:"signature"`
	Reason    refusal.Reason `json:"reason,omitempty"` // why the signature was refused
	Proof     cnie.Method    `json:"proof,omitempty"`  // how the chip was authenticated
	Checks    []string       `json:"checks"`
	Files     map[string]int `json:"files"` // sizes in bytes
	Face      *faceView      `json:"face,omitempty"`
}

// faceView is the face image that was written.
type faceView struct {
	Type   string `json:"type"` // of media
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Format string `json:"format"` // of the record around it
	Size   int    `json:"size"`   // in bytes
	File   string `json:"file"`
}

type claim struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Source string `json:"source"`
}

// verifier verifies the signature over the files; nil when no anchor was given.
type verifier func(files map[lds.File][]byte) (checks []string, err error)

func (c *readCommand) verifier() (verifier, error) {
	if len(c.Anchors) == 0 {
		return nil, nil
	}
	anchors, err := csca.Load(c.Anchors, certificate.Options{})
	if err != nil {
		return nil, err
	}
	return func(files map[lds.File][]byte) ([]string, error) {
		document, err := passiveauth.Verify(files[lds.SOD], anchors, certificate.Options{}, time.Now())
		if err != nil {
			return document.Checks, err
		}
		for _, f := range sorted(files) {
			if f.IsDataGroup() {
				if err := document.CheckFile(f, files[f]); err != nil {
					return document.Checks, err
				}
			}
		}
		return document.Checks, nil
	}, nil
}

func newResult(read contents, verify verifier) (*result, error) {
	files := read.files
	r := &result{
		Document: read.document.Name, Chip: chipAuthenticated, Proof: read.proof.Method, Signature: signatureUnchecked,
		Checks: []string{}, Files: map[string]int{}, Details: []claim{},
	}
	if r.Proof == cnie.NoMethod {
		r.Chip = chipUnproved
	}
	for f, content := range files {
		r.Files[f.String()] = len(content)
	}
	identity, err := attest.ReadIdentity(files[lds.DG1], files[lds.DG11], time.Now())
	if err != nil {
		return nil, err
	}
	for _, c := range identity.Claims() {
		r.Claims = append(r.Claims, claim{c.Name, c.Value, string(c.Source)})
	}
	if err := r.addDetails(files[lds.DG11]); err != nil {
		return nil, err
	}
	r.judge(files, verify)
	return r, nil
}

func (r *result) judge(files map[lds.File][]byte, verify verifier) {
	if verify == nil {
		return
	}
	checks, err := verify(files)
	r.Checks, r.Signature = append(r.Checks, checks...), signatureVerified
	if err != nil {
		r.Signature = signatureRefused
		r.Reason, _ = refusal.Of(err)
	}
}

func (r *result) addDetails(dg11 []byte) error {
	if dg11 == nil {
		return nil
	}
	d, err := lds.ParseDG11(dg11)
	if err != nil {
		return err
	}
	add := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				r.Details = append(r.Details, claim{name, v, string(attest.SourceDG11)})
			}
		}
	}
	for _, other := range d.OtherNames {
		add("other_name", other.Primary, other.Secondary)
	}
	add("birth_place", d.BirthPlace...)
	add("address", d.Address...)
	add("personal_number", d.PersonalNumber)
	return nil
}

func (r *result) writeJSON(w io.Writer) error { return json.NewEncoder(w).Encode(r) }

func (r *result) write(w io.Writer, text words) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	row := func(name, value string) { fmt.Fprintf(table, "%s\t%s\n", name, printable(value)) }
	row(text.document, cmp.Or(r.Document, text.unnamed))
	for _, c := range joined(append(slices.Clone(r.Claims), r.Details...)) {
		row(text.claim(c.Name), c.Value)
	}
	if f := r.Face; f != nil {
		row(text.face, fmt.Sprintf("%s, %d × %d, %s", f.Type, f.Width, f.Height, f.File))
	}
	row(text.chip, map[string]string{chipAuthenticated: text.authenticated, chipUnproved: text.unproved}[r.Chip])
	row(text.signature, map[string]string{
		signatureUnchecked: text.unchecked, signatureVerified: text.verified,
		signatureRefused: fmt.Sprintf(text.refused, r.Reason),
	}[r.Signature])
	return table.Flush()
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

func sorted(files map[lds.File][]byte) []lds.File {
	var names []lds.File
	for f := range files {
		names = append(names, f)
	}
	slices.Sort(names)
	return names
}

// writeFiles writes each file as NAME.bin, readable by its owner only.
func writeFiles(dir string, files map[lds.File][]byte) error {
	var failures []error
	for f, content := range files {
		failures = append(failures, os.WriteFile(filepath.Join(dir, f.String()+".bin"), content, 0o600))
	}
	return errors.Join(failures...)
}
