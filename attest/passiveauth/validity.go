package passiveauth

import (
	"errors"
	"fmt"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/refusal"
)

// ClockTolerance is how far in the future the stated time of signing may lie:
// two clocks are never quite the same.
const ClockTolerance = 5 * time.Minute

func (v *verification) checkDSValidity() outcome {
	c := v.Signer
	switch {
	case c.ValidAt(v.policy.Now):
		return passed(period(c))
	case v.policy.Now.Before(c.NotBefore):
		return refused(refusal.DSNotYetValid, fmt.Errorf("certificate is valid from %s", day(c.NotBefore)))
	default:
		return refused(refusal.DSExpired, fmt.Errorf("certificate was valid until %s", day(c.NotAfter)))
	}
}

// checkCSCAValidity notes the validity that the store has found good on the way
// to the anchor. It is not compared again: an operator may have extended it.
func (v *verification) checkCSCAValidity() outcome {
	return passed(period(v.Chain.Issuer()))
}

// checkSigningTime compares the time of signing that the signed attributes
// state with the validity of the document signer and of its private key.
func (v *verification) checkSigningTime() outcome {
	at := v.signer().SigningTime
	v.SigningTime = at
	if at.IsZero() {
		return notMade("not stated")
	}
	key := v.Signer.PrivateKeyUsage
	switch {
	case at.After(v.policy.Now.Add(ClockTolerance)):
		return refused(refusal.SODSigningTime, errors.New("signed in the future"))
	case !v.Signer.ValidAt(at):
		return refused(refusal.SODSigningTime, errors.New("signed outside the validity of the document signer"))
	case !key.NotBefore.IsZero() && at.Before(key.NotBefore), !key.NotAfter.IsZero() && at.After(key.NotAfter):
		return refused(refusal.SODSigningTime, errors.New("signed outside the usage period of the private key"))
	}
	return passed(at.UTC().Format(time.RFC3339))
}

func period(c *certificate.Certificate) string { return day(c.NotBefore) + " to " + day(c.NotAfter) }

func day(t time.Time) string { return t.Format(time.DateOnly) }
