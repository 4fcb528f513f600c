package passiveauth

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// Document is what Verify found out about a document. After a failure the
// fields are set as far as the checks came, and nothing in them is to be
// trusted but the names in Checks. It is for one goroutine at a time.
type Document struct {
	Object lds.SecurityObject
	Signer *certificate.Certificate // document signer, shared and read-only; nil when not found
	Chain  csca.Chain               // the issuer of Signer first, the anchor last; nil when not found
	// SigningTime is the time that the signed attributes of the SOD state; zero
	// when they state none.
	SigningTime time.Time
	// Revocation is the worst answer of the revocation lists about the signer and
	// the authorities below the anchor; NoList until they were asked.
	Revocation csca.RevocationState
	Checks     []string  // the names of the checks that passed, in their order
	Findings   []Finding // what became of every check, in their order

	verified bool // Verify came to its end
}

// CheckFile compares the digest of a file, as it was read from the document,
// with the signed one, and adds the check's name, such as "dg1_hash", to
// Checks and Findings. It does not parse the file. The error is a
// *refusal.Error: FileNotListed, or the hash mismatch of the file. A document
// that Verify refused has no signed digests: every file is FileNotListed then.
func (d *Document) CheckFile(f lds.File, content []byte) error {
	check := strings.ToLower(f.String()) + "_hash"
	want := d.Object.Digests[f]
	if want == nil || !d.verified {
		return d.refuse(check, refusal.New(refusal.FileNotListed, fmt.Errorf("no signed digest of %v", f)))
	}
	h := d.Object.Hash.New()
	h.Write(content)
	if !bytes.Equal(h.Sum(nil), want) {
		return d.refuse(check, refusal.New(hashMismatch(f), fmt.Errorf("digest of %v differs from the signed one", f)))
	}
	d.note(Finding{Check: check, Passed: true, With: d.Object.Hash.String()})
	return nil
}

// refuse notes a refusal as the outcome of a check, and gives it back.
func (d *Document) refuse(check string, refused *refusal.Error) error {
	with := ""
	if refused.Err != nil {
		with = refused.Err.Error()
	}
	d.note(Finding{Check: checkOf(refused.Reason, check), Reason: refused.Reason, With: with})
	return refused
}

func hashMismatch(f lds.File) refusal.Reason {
	switch f {
	case lds.DG1:
		return refusal.DG1HashMismatch
	case lds.DG2:
		return refusal.DG2HashMismatch
	case lds.DG11:
		return refusal.DG11HashMismatch
	case lds.DG14:
		return refusal.DG14HashMismatch
	case lds.DG15:
		return refusal.DG15HashMismatch
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
