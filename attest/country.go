package attest

import (
	"slices"

	"cnie.example/attest/country"
)

// acceptsSigner says whether a document signer of the country can sign a
// document that the verifier accepts.
func (c *Config) acceptsSigner(signer string) bool {
	return slices.ContainsFunc(c.Countries, func(accepted string) bool { return country.Same(signer, accepted) })
}
