package passiveauth

import (
	"time"

	"cnie.example/attest/cms"
	"cnie.example/attest/csca"
	"cnie.example/attest/refusal"
)

// Policy is what the verifier demands beyond the options of its trust store.
type Policy struct {
	// Now is the time of the verification.
	Now time.Time
	// RequireRevocation refuses a document when no fresh revocation list speaks
	// for its signer, or for an authority below the anchor. Without it the state
	// is only noted.
	RequireRevocation bool
}

// Verify verifies EF.SOD, with its tag 77, as read from a document, up to an
// anchor of the store, under the options of the store. The package
// documentation names the checks in their order.
//
// The error is a *refusal.Error. The Document is never nil: after an error it
// tells how far the verification came. The input is not kept.
func Verify(sod []byte, trust *csca.Store, p Policy) (*Document, error) {
	d := &Document{
		Revocation: csca.NoList,
		Checks:     make([]string, 0, roomForChecks), Findings: make([]Finding, 0, roomForFindings),
	}
	v := &verification{Document: d, sod: sod, trust: trust, policy: p}
	for _, s := range steps() {
		o := s.run(v)
		if o.refused != nil {
			return d, d.refuse(s.check, o.refused)
		}
		d.note(Finding{Check: s.check, Passed: !o.notMade, With: o.with})
	}
	d.verified = true
	return d, nil
}

// verification is one run of Verify.
type verification struct {
	*Document
	sod    []byte
	trust  *csca.Store
	policy Policy
	signed *cms.SignedData // since checkSyntax
}

// signer is the one SignerInfo of the SOD.
func (v *verification) signer() *cms.SignerInfo { return &v.signed.SignerInfos[0] }

// step is one check of Verify.
type step struct {
	check string
	run   func(*verification) outcome
}

// steps are the checks in their order: what is cheap and needs no key, the way
// to the anchor, the signature with a key that is trusted by then, and last the
// content, which nobody looks at before it is known to be signed.
func steps() [12]step {
	return [...]step{
		{CheckSyntax, (*verification).checkSyntax},
		{CheckSigner, (*verification).checkSigner},
		{CheckDigest, (*verification).checkDigest},
		{CheckUsage, (*verification).checkUsage},
		{CheckChain, (*verification).checkChain},
		{CheckDSValidity, (*verification).checkDSValidity},
		{CheckCSCAValidity, (*verification).checkCSCAValidity},
		{CheckRevocation, (*verification).checkRevocation},
		{CheckSigningTime, (*verification).checkSigningTime},
		{CheckSignature, (*verification).checkSignature},
		{CheckObject, (*verification).checkObject},
		{CheckCountry, (*verification).checkCountry},
	}
}

// Room for the findings and checks of Verify and those of CheckFile for the
// files of a login.
const (
	roomForFindings = 18
	roomForChecks   = 18
)

// outcome is how a check ended.
type outcome struct {
	with    string
	notMade bool // it could not be made and is not demanded
	refused *refusal.Error
}

func passed(with string) outcome { return outcome{with: with} }

func notMade(why string) outcome { return outcome{with: why, notMade: true} }

// refused is a refusal with the reason that the cause itself gives, or else
// with the one of the check.
func refused(reason refusal.Reason, cause error) outcome {
	return outcome{refused: refusal.New(reasonOf(cause, reason), cause)}
}
