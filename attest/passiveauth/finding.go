package passiveauth

import (
	"slices"

	"cnie.example/attest/refusal"
)

// Names of the checks of Verify, in their order. CheckFile adds the name of the
// file and "_hash", such as "dg1_hash".
const (
	CheckSyntax       = "sod_syntax"       // EF.SOD holds one security object with one signer and its signed attributes
	CheckSigner       = "ds_certificate"   // the certificate of the document signer (DS) is in the SOD and can be read
	CheckDigest       = "sod_digest"       // the signed attributes have the digest of the content
	CheckUsage        = "ds_key_usage"     // the DS is for signing documents and nobody distrusts it
	CheckChain        = "ds_chain"         // the DS leads to a trusted CSCA, and every authority may sign the one below
	CheckDSValidity   = "ds_validity"      // now is within the validity of the DS certificate
	CheckCSCAValidity = "csca_validity"    // now is within the validity of the certificate of every authority
	CheckRevocation   = "revocation"       // fresh revocation lists say that no certificate is revoked
	CheckSigningTime  = "sod_signing_time" // the DS might sign at the time that the SOD states
	CheckSignature    = "sod_signature"    // the DS signed the content of the SOD
	CheckObject       = "lds_object"       // the content is a security object of a known version with an accepted hash
	CheckCountry      = "country"          // DS and CSCA are of the same country
)

// Finding is the outcome of one check. The findings of a Document are in the
// order in which the checks were made; a refusal is the last one of Verify, and
// the checks after it, which were not made, are not listed.
type Finding struct {
	Check string
	// Passed is true when the check was made and found nothing wrong.
	Passed bool
	// Reason is that of the refusal, as in the error. It is empty for a check
	// that passed, and for one that could not be made and is not demanded: no
	// fresh revocation list, no stated signing time.
	Reason refusal.Reason
	// With is what the check was made with: algorithm, key, subject, SHA-256 of a
	// certificate, dates; or, after a failure, its cause. It is a text for the log
	// and the record and holds no personal data. It may change between versions.
	With string
}

// note adds a finding, and the check's name when it passed. What is there
// already is not added again.
func (d *Document) note(f Finding) {
	if !slices.Contains(d.Findings, f) {
		d.Findings = append(d.Findings, f)
	}
	if f.Passed && !slices.Contains(d.Checks, f.Check) {
		d.Checks = append(d.Checks, f.Check)
	}
}

// checkOf names the check that a reason belongs to, for reasons that come out
// of the search for a chain; otherwise it is the check that was under way.
func checkOf(reason refusal.Reason, underWay string) string {
	switch reason {
	case refusal.DSNotYetValid, refusal.DSExpired:
		return CheckDSValidity
	case refusal.CSCANotYetValid, refusal.CSCAExpired:
		return CheckCSCAValidity
	case refusal.DSRevoked, refusal.CSCARevoked, refusal.RevocationUnknown:
		return CheckRevocation
	}
	return underWay
}
