package passiveauth

import (
	"fmt"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/refusal"
)

// checkRevocation asks the revocation lists about the document signer and the
// authorities below the anchor. The anchor itself is trusted until the operator
// takes it out of the store: no other key speaks for it (RFC 5280, 6.1).
//
// A certificate that a list names is revoked whatever the time of signing: that
// time is stated by the key that is no longer trusted. That a list is stale
// does not make it forget.
func (v *verification) checkRevocation() outcome {
	subject, worst := v.Signer, csca.Revocation{State: csca.NotRevoked}
	for i, issuer := range v.Chain {
		found := v.trust.Revocation(subject, issuer, v.policy.Now)
		if found.State == csca.Revoked {
			v.Revocation = csca.Revoked
			return v.revoked(subject, found)
		}
		if i == 0 || badness(found.State) > badness(worst.State) {
			worst = found
		}
		subject = issuer
	}
	v.Revocation = worst.State
	with := worst.State.String()
	if worst.List != nil {
		with += "; list of " + day(worst.List.ThisUpdate) + " by " + worst.List.Issuer.String()
	}
	switch {
	case worst.State == csca.NotRevoked:
		return passed(with)
	case v.policy.RequireRevocation:
		return refused(refusal.RevocationUnknown, fmt.Errorf("no fresh revocation list: %s", with))
	}
	return notMade(with)
}

func (v *verification) revoked(c *certificate.Certificate, found csca.Revocation) outcome {
	reason := refusal.CSCARevoked
	if c == v.Signer {
		reason = refusal.DSRevoked
	}
	return refused(reason, fmt.Errorf("certificate was revoked on %s", day(found.Date)))
}

// badness orders the states that are not Revoked.
func badness(s csca.RevocationState) int {
	switch s {
	case csca.NotRevoked:
		return 0
	case csca.Stale:
		return 1
	}
	return 2
}
