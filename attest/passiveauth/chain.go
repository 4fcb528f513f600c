package passiveauth

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/refusal"
)

// checkUsage checks that the certificate is for signing documents and for
// nothing else, and that the operator does not distrust it: digitalSignature, no
// authority, no extKeyUsage. Signers of master lists and of visible seals hang
// under the same CSCA and carry an extKeyUsage (ICAO Doc 9303-12, table 6).
func (v *verification) checkUsage() outcome {
	c := v.Signer
	switch {
	case !c.KeyUsage.Has(certificate.DigitalSignature):
		return refused(refusal.DSKeyUsage, errors.New("key is not for digital signatures"))
	case c.IsCA:
		return refused(refusal.DSKeyUsage, errors.New("document signer is an authority"))
	case c.Extended != nil:
		return refused(refusal.DSKeyUsage, fmt.Errorf("key is for %v only", c.Extended))
	}
	if why, yes := v.trust.Distrusted(c); yes {
		return refused(refusal.DSDistrusted, fmt.Errorf("distrusted by the operator: %s", why))
	}
	return passed("digitalSignature")
}

// checkChain lets the store find the way from the document signer to an anchor.
// The store checks every signature on it, and of every authority validity, key
// usage, path length, revocation and what the operator has said about it.
func (v *verification) checkChain() outcome {
	chain, err := v.trust.Chain(v.Signer, v.policy.Now)
	if err != nil {
		broken, ok := errors.AsType[*csca.ChainError](err)
		ofSigner := ok && bytes.Equal(broken.Certificate.Raw, v.Signer.Raw)
		return refused(chainReason(err, ofSigner), err)
	}
	v.Chain = chain
	return passed(describeChain(chain))
}

func describeChain(chain csca.Chain) string {
	described := make([]string, len(chain))
	for i, authority := range chain {
		described[i] = describe(authority)
	}
	return strings.Join(described, " under ")
}

// describe names a certificate for the log: subject, key, SHA-256, and what was
// let pass in it.
func describe(c *certificate.Certificate) string {
	sum := c.Fingerprint()
	return c.Subject.String() + "; " + c.PublicKey.String() + "; " + hex.EncodeToString(sum[:]) + letPass(c.Deviations)
}

// letPass names deviations after what has them.
func letPass(deviations []certificate.Deviation) string {
	text := ""
	for i, deviation := range deviations {
		if i == 0 {
			text = ";"
		}
		text += " " + string(deviation)
	}
	return text
}
