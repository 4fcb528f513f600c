package csca

import (
	"slices"
	"time"
)

// moment is a store at one time. What is found out about it is remembered as
// long as one search lasts, so that nothing is found out twice: certificates
// that certify each other in circles would otherwise cost without end.
type moment struct {
	*Store
	now       time.Time
	sentences map[hearing]*sentence
	standing  map[*authority]bool
	tenures   map[*holder]tenure
}

func (s *Store) at(now time.Time) *moment {
	return &moment{
		Store: s, now: now,
		sentences: map[hearing]*sentence{}, standing: map[*authority]bool{}, tenures: map[*holder]tenure{},
	}
}

// hearing is the question whether a key is revoked.
type hearing struct {
	*holder
	speakers speakers
}

// sentence is what revocation lists say about the certificates of a key.
type sentence struct {
	revoked     map[*authority]Revocation
	compromised *Revocation // nil, or of a certificate that was revoked because of its key
}

// Reasons of revocation that are about the key and not about one certificate
// (RFC 5280, 5.3.1).
const (
	keyCompromise = 1
	caCompromise  = 2
)

// condemned says whether an authority is revoked: its certificate is, or
// another one with the same key because the key is compromised.
func (m *moment) condemned(a *authority, who speakers) (Revocation, bool) {
	if len(m.crls) == 0 {
		return Revocation{}, false
	}
	q := hearing{a.holder, who}
	s := m.sentences[q]
	if s == nil {
		s = m.hear(q)
		m.sentences[q] = s
	}
	if found, yes := s.revoked[a]; yes {
		return found, true
	}
	if s.compromised != nil {
		return *s.compromised, true
	}
	return Revocation{}, false
}

func (m *moment) hear(q hearing) *sentence {
	s := &sentence{revoked: map[*authority]Revocation{}}
	for _, a := range q.authorities {
		for _, issuer := range m.issuanceOfAuthority(a).signers {
			found := m.revocation(a.Certificate, issuer, q.speakers)
			if found.State != Revoked {
				continue
			}
			s.revoked[a] = found
			if found.Reason == keyCompromise || found.Reason == caCompromise {
				s.compromised = &found
			}
		}
	}
	return s
}

// tenure is since when and under which names (folded) a key has been certified.
type tenure struct {
	begin time.Time
	names []string
}

// succeeds says whether h is a later key of the authority that has issuer, under
// a name, and trusted. Certificates without a good chain say nothing about
// either key: anyone can certify another's key under another date.
func (m *moment) succeeds(h, issuer *holder, name string) bool {
	later := m.tenure(h)
	return slices.Contains(later.names, name) && later.begin.After(m.tenure(issuer).begin)
}

// tenure is that of certificates with a good chain.
func (m *moment) tenure(h *holder) tenure {
	if known, ok := m.tenures[h]; ok {
		return known
	}
	var t tenure
	for _, a := range h.authorities {
		if !m.stands(a) {
			continue
		}
		if len(t.names) == 0 || a.Certificate.NotBefore.Before(t.begin) {
			t.begin = a.Certificate.NotBefore
		}
		t.names = append(t.names, a.Certificate.Subject.Folded())
	}
	m.tenures[h] = t
	return t
}

// stands says whether an authority has a good chain, by the revocation lists of
// each key's own.
func (m *moment) stands(a *authority) bool {
	if known, ok := m.standing[a]; ok {
		return known
	}
	up := climb{moment: m, speakers: own, only: a}
	top, _ := up.from(a.Certificate, nil)
	for at := top; at != nil; at = at.below {
		m.standing[at.authority] = true // the rest of a good chain is one
	}
	if top == nil && !up.limited {
		for _, at := range up.steps {
			m.standing[at.authority] = false // all ways up from it were tried, and none ended for what is below
		}
	}
	m.standing[a] = top != nil
	return m.standing[a]
}
