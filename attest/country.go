package attest

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// sameState compares the country of a certificate, two letters of ISO 3166-1
// (ICAO Doc 9303-12, 7.1), with the issuing state of a machine readable zone,
// three letters of ISO 3166-1 or a code of ICAO Doc 9303-3, section 5. What
// neither knows is not the same.
func sameState(country, issuing string) bool {
	country = strings.ToUpper(country)
	if special, ok := specialState(issuing); ok {
		return slices.Contains(special, country)
	}
	// ParseRegion reads numbers and two letters as well.
	if len(issuing) != 3 || strings.Trim(issuing, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || len(country) != 2 {
		return false
	}
	region, err := language.ParseRegion(issuing)
	return err == nil && region.String() == country
}

// specialState gives the countries of certificates for the codes that are not
// those of ISO 3166-1 (ICAO Doc 9303-3, section 5, parts B to D).
func specialState(issuing string) (countries []string, ok bool) {
	switch issuing {
	case "D":
		return []string{"DE"}, true
	case "GBD", "GBN", "GBO", "GBP", "GBS":
		return []string{"GB"}, true
	case "RKS":
		return []string{"KS", "XK"}, true
	case "EUE":
		return []string{"EU"}, true
	case "UNO", "UNA":
		return []string{"UN"}, true
	case "UTO":
		return []string{"UT"}, true
	}
	return nil, false
}

// acceptsSigner says whether a document signer of the country can sign a
// document that the verifier accepts.
func (c *Config) acceptsSigner(country string) bool {
	return slices.ContainsFunc(c.Countries, func(accepted string) bool { return sameState(country, accepted) })
}
