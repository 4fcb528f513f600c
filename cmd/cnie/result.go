package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

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
	chipUnproved      = "unproved"       // the document has no proof: a copy would look the same
	chipUnsigned      = "key_unverified" // proved by a key of EF.CardSecurity, whose signature nobody verified
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
	Details   []claim        `json:"details"` // of DG11 and DG12, beyond the identity
	Chip      string         `json:"chip"`    // one of the above: a chip that fails is not shown
	Signature string         `json:"signature"`
	Reason    refusal.Reason `json:"reason,omitempty"`     // why the signature was refused
	Revoked   string         `json:"revocation,omitempty"` // csca.RevocationState: what revocation lists say; with --anchors
	Proof     cnie.Method    `json:"proof,omitempty"`      // how the chip was authenticated
	Unmapped  bool           `json:"mapping_missing"`      // the chip has no chip authentication mapping
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
// The document is there after a failure too.
type verifier func(files map[lds.File][]byte) (*passiveauth.Document, error)

func (c *readCommand) verifier(now time.Time) (verifier, error) {
	if len(c.Anchors) == 0 {
		return nil, nil
	}
	store, err := csca.Load(c.Anchors, certificate.Options{}, now)
	if err != nil {
		return nil, err
	}
	return func(files map[lds.File][]byte) (*passiveauth.Document, error) {
		document, err := passiveauth.Verify(files[lds.SOD], store, passiveauth.Policy{Now: now})
		if err != nil {
			return document, err
		}
		for _, f := range sorted(files) {
			if f.IsDataGroup() {
				if err := document.CheckFile(f, files[f]); err != nil {
					return document, err
				}
			}
		}
		return document, nil
	}, nil
}

func newResult(read contents, verify verifier) (*result, error) {
	files := read.files
	r := &result{
		Document: read.document.Name, Chip: chipOf(read.proof), Proof: read.proof.Method, Unmapped: read.proof.MappingMissing,
		Signature: signatureUnchecked, Checks: []string{}, Files: map[string]int{}, Details: []claim{},
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
	r.addDocumentDetails(files[lds.DG12])
	r.judge(files, verify)
	return r, nil
}

// chipOf says what a proof is worth before the signature of the state.
func chipOf(p cnie.Proof) string {
	switch {
	case p.Method == cnie.NoMethod:
		return chipUnproved
	case !p.Source.IsDataGroup():
		return chipUnsigned
	}
	return chipAuthenticated
}

func (r *result) judge(files map[lds.File][]byte, verify verifier) {
	if verify == nil {
		return
	}
	document, err := verify(files)
	r.Checks, r.Signature = append(r.Checks, document.Checks...), signatureVerified
	if err == nil || document.Revocation == csca.Revoked {
		r.Revoked = document.Revocation.String()
	}
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

// addDocumentDetails shows what DG12 says for people. It is read for the sake of
// its bytes: one that is malformed does not keep them from being written.
func (r *result) addDocumentDetails(dg12 []byte) {
	d, err := lds.ParseDG12(dg12)
	if err != nil {
		return
	}
	for _, c := range []claim{{Name: "issue_date", Value: dashed(d.IssueDate)}, {Name: "issuing_authority", Value: d.IssuingAuthority}} {
		if c.Value != "" {
			c.Source = lds.DG12.String()
			r.Details = append(r.Details, c)
		}
	}
}

// dashed writes YYYYMMDD with dashes, without the parts at its end that are
// unknown.
func dashed(date string) string {
	if len(date) != len("YYYYMMDD") || date[:4] == "0000" {
		return ""
	}
	switch {
	case date[4:6] == "00":
		return date[:4]
	case date[6:] == "00":
		return date[:4] + "-" + date[4:6]
	}
	return date[:4] + "-" + date[4:6] + "-" + date[6:]
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
