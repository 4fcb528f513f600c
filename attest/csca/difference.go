package csca

import (
	"cmp"
	"slices"
	"strings"

	"cnie.example/attest/certificate"
)

// Difference is what certificates come and go between two lists or stores, in
// the order of country, subject and beginning of validity. The certificates are
// those given to Diff.
type Difference struct {
	Added, Removed []*certificate.Certificate
}

// Diff compares two sets of certificates, such as MasterList.Certificates or
// Store.Certificates, byte by byte.
func Diff(before, after []*certificate.Certificate) Difference {
	return Difference{Added: without(after, before), Removed: without(before, after)}
}

// without gives the certificates of a set that another one lacks, each once.
func without(set, other []*certificate.Certificate) []*certificate.Certificate {
	seen := make(map[Fingerprint]bool, len(set)+len(other))
	for _, c := range other {
		seen[c.Fingerprint()] = true
	}
	var rest []*certificate.Certificate
	for _, c := range set {
		if of := Fingerprint(c.Fingerprint()); !seen[of] {
			seen[of] = true
			rest = append(rest, c)
		}
	}
	slices.SortFunc(rest, func(a, b *certificate.Certificate) int {
		return cmp.Or(strings.Compare(a.Country, b.Country), strings.Compare(a.Subject.String(), b.Subject.String()),
			a.NotBefore.Compare(b.NotBefore), slices.Compare(a.Raw, b.Raw))
	})
	return rest
}
