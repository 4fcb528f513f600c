package csca

import (
	"fmt"
	"slices"
	"time"

	"cnie.example/attest/certificate"
)

// ListState is what is known about a master list of a store. The certificates
// are shared and read-only.
type ListState struct {
	SHA256      Fingerprint              // of the list
	Signer      *certificate.Certificate // master list signer
	Root        *certificate.Certificate // that the operator named for it
	SigningTime time.Time                // as the signer says; zero when it does not

	// Until is the last second of validity of the signer, or of a certificate
	// above it that ends sooner. Afterwards the store goes on using the list, and
	// Directory goes on loading it: the operator should import a newer one.
	Until time.Time
}

// Expired says whether the list's signer, or what is above it, is over at now.
func (l ListState) Expired(now time.Time) bool { return now.Truncate(time.Second).After(l.Until) }

// Lists says which master lists the store was built of, each once, in the order
// of Contents. The slice is the caller's.
func (s *Store) Lists() []ListState { return slices.Clone(s.lists) }

// state is what a store keeps of a list.
func (l *VerifiedList) state() ListState {
	state := ListState{SHA256: l.Fingerprint(), Signer: l.Signer, Root: l.Root, SigningTime: l.SigningTime, Until: l.Signer.NotAfter}
	for _, c := range l.chain {
		if c.NotAfter.Before(state.Until) {
			state.Until = c.NotAfter
		}
	}
	return state
}

// addList takes a master list.
func (s *Store) addList(l *VerifiedList) error {
	if len(l.chain) == 0 {
		return fmt.Errorf("%w: nobody has verified it", ErrListSignature)
	}
	if inForce(l.Options) != s.options {
		return fmt.Errorf("%w: master list %v", ErrOptions, l.Fingerprint())
	}
	s.add(l.Certificates, FromList, l.Fingerprint())
	if !slices.ContainsFunc(s.lists, func(other ListState) bool { return other.SHA256 == l.Fingerprint() }) {
		s.lists = append(s.lists, l.state())
	}
	return nil
}

// checkListSigners refuses lists of whose signer or a certificate above it the
// operator distrusts.
func (s *Store) checkListSigners(lists []*VerifiedList) error {
	for _, l := range lists {
		for _, c := range append(Chain{l.Signer}, l.chain...) {
			if reason, yes := s.Distrusted(c); yes {
				return fmt.Errorf("master list signed under %v: %w: %s", c.Subject, ErrDistrusted, reason)
			}
		}
	}
	return nil
}
