package csca

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// Digest is SHA-256 over all that decides in the store: options, freshness,
// certificates with their origin, master lists, revocation lists and overrides.
// Stores with equal contents have equal digests, in whatever order they were
// built. It is for the evidence record: whoever has the same files can tell
// that these were the ones.
//
// The hash is over lines of text, "cnie trust store 1" first, the others
// sorted. It is computed once.
func (s *Store) Digest() [32]byte { return s.digest() }

func (s *Store) computeDigest() [32]byte {
	lines := []string{
		fmt.Sprintf("options lab=%t sha1=%t rsa=%d exponent=%d", s.options.Lab, s.options.SHA1, s.options.MaxRSA, s.options.MaxRSAExponent),
		fmt.Sprintf("freshness max_age=%s grace=%s", s.freshness.MaxAge, s.freshness.Grace),
	}
	for _, a := range s.authorities {
		lines = append(lines, fmt.Sprintf("%s %s", a.Origin, a.fingerprint))
	}
	for _, l := range s.lists {
		lines = append(lines, fmt.Sprintf("master_list %s", l.SHA256))
	}
	for _, l := range s.crls {
		lines = append(lines, fmt.Sprintf("crl %s", Fingerprint(l.Fingerprint())))
	}
	for _, d := range s.overrides.Distrust {
		lines = append(lines, fmt.Sprintf("distrust %s", d.SHA256))
	}
	for _, t := range s.overrides.Trust {
		lines = append(lines, fmt.Sprintf("trust %s", t.SHA256))
	}
	for of, until := range s.extended {
		lines = append(lines, fmt.Sprintf("extend %s %d", of, until.Unix()))
	}
	slices.Sort(lines)
	return sha256.Sum256([]byte("cnie trust store 1\n" + strings.Join(lines, "\n") + "\n"))
}
