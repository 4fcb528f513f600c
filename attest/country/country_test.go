package country_test

import (
	"testing"

	"cnie.example/attest/country"
)

// Catches countries that are taken for each other, and codes that belong to no
// list.
func TestSame(t *testing.T) {
	for _, c := range []struct {
		certificate, issuing string
		want                 bool
	}{
		{"FR", "FRA", true},
		{"fr", "FRA", true},
		{"DE", "D", true},
		{"BE", "BEL", true},
		{"GB", "GBR", true},
		{"GB", "GBN", true},
		{"XK", "RKS", true},
		{"UT", "UTO", true},
		{"FR", "BEL", false},
		{"FR", "FR", false},
		{"DE", "DEU", true},
		{"FRA", "FRA", false},
		{"", "", false},
		{"", "FRA", false},
		{"FR", "UNO", false},
		{"FR", "250", false},
		{"US", "UTO", false},
		{"ZZ", "ZZZ", false},
		{"XX", "XXX", false}, // nobody's: ICAO Doc 9303-3, section 5, part D
		{"EU", "QUU", false},
	} {
		if got := country.Same(c.certificate, c.issuing); got != c.want {
			t.Errorf("%q and %q: %v", c.certificate, c.issuing, got)
		}
	}
}
