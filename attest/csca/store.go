package csca

import (
	"slices"

	"cnie.example/attest/certificate"
)

// Store is a set of anchors, found by subject key identifier and by subject
// name. It does not change after New and may be shared.
type Store struct {
	anchors []*certificate.Certificate
	byKeyID map[string][]*certificate.Certificate
	byName  map[string][]*certificate.Certificate
}

// New makes a store of anchors, which the caller trusts: they are not checked.
// The same certificate given twice counts once.
func New(anchors []*certificate.Certificate) *Store {
	s := &Store{
		byKeyID: map[string][]*certificate.Certificate{},
		byName:  map[string][]*certificate.Certificate{},
	}
	seen := map[string]bool{}
	for _, c := range anchors {
		if seen[string(c.Raw)] {
			continue
		}
		seen[string(c.Raw)] = true
		s.anchors = append(s.anchors, c)
		if len(c.SubjectKeyID) > 0 {
			s.byKeyID[string(c.SubjectKeyID)] = append(s.byKeyID[string(c.SubjectKeyID)], c)
		}
		s.byName[c.Subject.Folded()] = append(s.byName[c.Subject.Folded()], c)
	}
	return s
}

// Anchors lists the certificates of the store, in the order of New. The slice
// is the caller's.
func (s *Store) Anchors() []*certificate.Certificate { return slices.Clone(s.anchors) }

// Find gives the anchors that may have issued c: those with its authority key
// identifier, and only when there is none, those with the name of its issuer.
//
// Countries keep one name for many keys, so the name alone says little; but
// some certificates have no authority key identifier, or not that of their
// issuer, although ICAO Doc 9303-12, 7.1.1 requires it. In either case the result is a
// candidate, until the signature of c verifies with its key. The slice is the
// caller's.
func (s *Store) Find(c *certificate.Certificate) []*certificate.Certificate {
	if found := s.byKeyID[string(c.AuthorityKeyID)]; len(found) > 0 {
		return slices.Clone(found)
	}
	return slices.Clone(s.byName[c.Issuer.Folded()])
}
