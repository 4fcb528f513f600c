package passiveauth

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"cnie.example/attest/certificate"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// Names of the checks of Verify. CheckFile adds the name of the file and
// "_hash", such as "dg1_hash".
const (
	CheckChain        = "ds_chain"      // the CSCA signed the DS, and the usage of both keys is right
	CheckDSValidity   = "ds_validity"   // now is within the validity of the DS certificate
	CheckCSCAValidity = "csca_validity" // now is within the validity of the CSCA certificate
	CheckSignature    = "sod_signature" // the DS signed the content of the SOD
	CheckCountry      = "country"       // DS and CSCA are of the same country
)

// Document is what Verify found out about a document. After a failure the
// fields are set as far as the checks came, and nothing in them is to be
// trusted but the names in Checks.
type Document struct {
	Object lds.SecurityObject
	Signer *certificate.Certificate // document signer; nil when not found
	Anchor *certificate.Certificate // country signing certificate; nil when not found
	Checks []string                 // the checks that passed, in their order
}

func (d *Document) passed(check string) {
	if !slices.Contains(d.Checks, check) {
		d.Checks = append(d.Checks, check)
	}
}

// verified says whether Verify came to its end.
func (d *Document) verified() bool {
	return slices.Contains(d.Checks, CheckSignature) && slices.Contains(d.Checks, CheckCountry)
}

// CheckFile compares the digest of a file, as it was read from the document,
// with the signed one, and adds the check's name, such as "dg1_hash", to
// Checks. It does not parse the file. The error is a *refusal.Error: FileNotListed,
// or the hash mismatch of the file. A document that Verify refused has no
// signed digests: every file is FileNotListed then.
func (d *Document) CheckFile(f lds.File, content []byte) error {
	want, ok := d.Object.Digests[f]
	if !ok || !d.verified() {
		return refusal.New(refusal.FileNotListed, fmt.Errorf("no signed digest of %v", f))
	}
	h := d.Object.Hash.New()
	h.Write(content)
	if !bytes.Equal(h.Sum(nil), want) {
		return refusal.New(hashMismatch(f), fmt.Errorf("digest of %v differs from the signed one", f))
	}
	d.passed(strings.ToLower(f.String()) + "_hash")
	return nil
}

func hashMismatch(f lds.File) refusal.Reason {
	switch f {
	case lds.DG1:
		return refusal.DG1HashMismatch
	case lds.DG11:
		return refusal.DG11HashMismatch
	case lds.DG14:
		return refusal.DG14HashMismatch
	}
	return refusal.FileHashMismatch
}

// AllowsType says whether the document signer may sign documents with this
// document code, as it stands in the MRZ: one or two characters, fillers
// allowed ("P<"). A list in the certificate limits the codes; a single letter
// in it stands for every code that begins with it (ICAO Doc 9303-12, 7.1.1.6).
// Without a list every code is allowed. It is false without a signer.
func (d *Document) AllowsType(code string) bool {
	code = strings.TrimRight(code, "<")
	if d.Signer == nil || code == "" {
		return false
	}
	if d.Signer.DocumentTypes == nil {
		return true
	}
	return slices.ContainsFunc(d.Signer.DocumentTypes, func(allowed string) bool {
		allowed = strings.TrimRight(allowed, "<")
		return allowed == code || len(allowed) == 1 && strings.HasPrefix(code, allowed)
	})
}
