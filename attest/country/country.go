// Package country compares the two ways in which a travel document names its
// state: the country of its certificates (ICAO Doc 9303-12, 7.1) and the
// issuing state of its machine readable zone (ICAO Doc 9303-3, section 5).
//
// It knows the codes of ISO 3166-1 and those that ICAO adds, and no more: not
// whether a state issues documents, and not whether somebody accepts them.
package country

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Same says whether the country of a certificate, two letters of ISO 3166-1, is
// the issuing state of a machine readable zone, three letters of ISO 3166-1 or
// a code of ICAO Doc 9303-3, section 5. What is in neither list is not the
// same. The letter case of certificate does not count.
func Same(certificate, issuing string) bool {
	certificate = strings.ToUpper(certificate)
	if special, ok := specialState(issuing); ok {
		return slices.Contains(special, certificate)
	}
	// ParseRegion reads numbers and two letters as well, and codes that ISO
	// 3166-1 leaves to its users, such as ZZZ and QUU.
	if len(issuing) != 3 || strings.Trim(issuing, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || len(certificate) != 2 {
		return false
	}
	region, err := language.ParseRegion(issuing)
	return err == nil && region.IsCountry() && region.String() == certificate
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
