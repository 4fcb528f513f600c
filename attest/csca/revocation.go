package csca

import (
	"bytes"
	"slices"
	"sync/atomic"
	"time"

	"cnie.example/attest/certificate"
)

// RevocationState is what revocation lists say about a certificate.
type RevocationState int

// States. The zero value is none of them.
const (
	NotRevoked RevocationState = iota + 1 // a fresh list does not name it
	Revoked                               // a list names it, fresh or not
	Stale                                 // there are lists, and none is fresh
	NoList                                // there is no list that counts
)

// String is the stable name of the state.
func (s RevocationState) String() string {
	switch s {
	case NotRevoked:
		return "not_revoked"
	case Revoked:
		return "revoked"
	case Stale:
		return "stale"
	case NoList:
		return "no_list"
	}
	return "unknown"
}

// Revocation is what was found out about the revocation of a certificate.
type Revocation struct {
	State  RevocationState
	List   *certificate.RevocationList // that says so; nil for NoList
	Date   time.Time                   // of the revocation; zero unless Revoked
	Reason int                         // CRLReason (RFC 5280, 5.3.1); 0 unless Revoked
}

// Revocation says what the lists of the store say about c, which issuer signed:
// a certificate of a Chain of this store. An issuer that the store does not
// have has no lists.
//
// A list counts when it bears the name of the issuer, was not issued in the
// future, and its signature verifies with the key of the issuer (also where
// that stands in another certificate), or with a later key of the same name
// that has a good chain itself: a list speaks for the certificates of its name,
// whatever key signed them (RFC 5280, 6.3.3), and an authority that has changed
// its key signs with the newest. That key need not lead to the same anchor, as
// RFC 5280 asks: in a master list each is an anchor of its own. Of the lists of
// one key the one with the highest number counts, or, where one has no number,
// the newest. Signatures are verified when first needed and remembered.
func (s *Store) Revocation(c, issuer *certificate.Certificate, now time.Time) Revocation {
	if len(s.crls) == 0 {
		return Revocation{State: NoList}
	}
	return s.at(now).revocation(c, s.index.byKey[keyOf(issuer)], ownAndLater)
}

// speakers says whose lists are heard.
type speakers int

const (
	ownAndLater speakers = iota // of the issuer's key and of its later ones
	own                         // of the issuer's key: for the chain of a later one, so that no circle arises
)

// revocationList is a list of the store, with the keys that signed it.
type revocationList struct {
	*certificate.RevocationList
	signers atomic.Pointer[[]*holder]
}

func (s *Store) addRevocationLists(lists []*certificate.RevocationList) {
	seen := map[Fingerprint]bool{}
	for _, l := range lists {
		if of := Fingerprint(l.Fingerprint()); !seen[of] {
			seen[of] = true
			list := &revocationList{RevocationList: l}
			s.crls = append(s.crls, list)
			s.crlsByName[l.Issuer.Folded()] = append(s.crlsByName[l.Issuer.Folded()], list)
		}
	}
}

func (m *moment) revocation(c *certificate.Certificate, issuer *holder, who speakers) Revocation {
	if issuer == nil {
		return Revocation{State: NoList}
	}
	best := Revocation{State: NoList}
	for _, list := range m.newestLists(c, issuer, who) {
		if entry, named := list.Revoked(c.Serial); named {
			return Revocation{State: Revoked, List: list, Date: entry.Date, Reason: entry.Reason}
		}
		switch fresh := m.fresh(list, m.now); {
		case fresh && (best.State != NotRevoked || list.ThisUpdate.After(best.List.ThisUpdate)):
			best = Revocation{State: NotRevoked, List: list}
		case !fresh && (best.State == NoList || best.State == Stale && list.ThisUpdate.After(best.List.ThisUpdate)):
			best = Revocation{State: Stale, List: list}
		}
	}
	return best
}

// fresh says whether a list, not issued in the future, still speaks.
func (s *Store) fresh(l *certificate.RevocationList, now time.Time) bool {
	if now.After(l.ThisUpdate.Add(s.freshness.MaxAge)) {
		return false
	}
	return l.NextUpdate.IsZero() || !now.After(l.NextUpdate.Add(s.freshness.Grace))
}

// newestLists gives the newest list of each key that may speak about c.
func (m *moment) newestLists(c *certificate.Certificate, issuer *holder, who speakers) []*certificate.RevocationList {
	newest := map[*holder]*certificate.RevocationList{}
	var order []*holder
	for _, l := range m.listsNamed(c, issuer) {
		if l.ThisUpdate.After(m.now) {
			continue
		}
		for _, h := range m.signersOf(l) {
			if h != issuer && (who == own || !m.succeeds(h, issuer, l.Issuer.Folded())) {
				continue
			}
			if newest[h] == nil {
				order = append(order, h)
			}
			if newest[h] == nil || newer(l.RevocationList, newest[h]) {
				newest[h] = l.RevocationList
			}
		}
	}
	lists := make([]*certificate.RevocationList, len(order))
	for i, h := range order {
		lists[i] = newest[h]
	}
	return lists
}

// listsNamed gives the lists with the name of the issuer of c: as c has it or
// as a certificate of the issuer has it.
func (s *Store) listsNamed(c *certificate.Certificate, issuer *holder) []*revocationList {
	name := c.Issuer.Folded()
	found := s.crlsByName[name]
	for _, other := range issuer.names {
		if other != name {
			found = append(found[:len(found):len(found)], s.crlsByName[other]...)
		}
	}
	return found
}

// signersOf gives the keys of the store that signed a list and may sign lists,
// of authorities with the name of its issuer or with its key identifier.
func (s *Store) signersOf(l *revocationList) []*holder {
	if known := l.signers.Load(); known != nil {
		return *known
	}
	candidates := slices.Concat(s.index.byKeyID[string(l.AuthorityKeyID)], s.index.byName[l.Issuer.Folded()])
	candidates = slices.DeleteFunc(candidates, func(a *authority) bool {
		return !a.Certificate.KeyUsage.Has(certificate.CRLSign)
	})
	signers := slices.DeleteFunc(holders(candidates), func(h *holder) bool {
		return l.CheckSignatureFrom(h.certificate()) != nil
	})
	l.signers.Store(&signers)
	return signers
}

// newer says whether a replaces b, a list of the same key: by the number, which
// never falls (RFC 5280, 5.2.3), or by the time where one has no number.
func newer(a, b *certificate.RevocationList) bool {
	if len(a.Number) > 0 && len(b.Number) > 0 {
		if order := compareNumbers(a.Number, b.Number); order != 0 {
			return order > 0
		}
	}
	return a.ThisUpdate.After(b.ThisUpdate)
}

// compareNumbers compares two INTEGERs that are not negative, by their content
// octets: DER writes them in the fewest.
func compareNumbers(a, b []byte) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return bytes.Compare(a, b)
}
