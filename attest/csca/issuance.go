package csca

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"

	"cnie.example/attest/certificate"
)

// issuance is who signed a certificate: what its signature has proved, once.
type issuance struct {
	certificate *certificate.Certificate
	signers     []*holder
	err         error // a *ChainError when there are no signers
}

// issuanceOf gives the signers of a certificate. Those of an authority are
// remembered with it, also when there are none; those of other certificates
// only when there are, so that an agent that sends forgeries pushes nothing out.
func (s *Store) issuanceOf(c *certificate.Certificate) *issuance {
	of := Fingerprint(c.Fingerprint())
	if a := s.index.byFingerprint[of]; a != nil {
		return s.issuanceOfAuthority(a)
	}
	if known := s.remembered.get(of); known != nil {
		return known
	}
	found := s.verifyIssuance(c)
	if found.err == nil {
		s.remember(of, found)
	}
	return found
}

// remember keeps what was found out about a certificate, and the certificate as
// Signer gives it: a copy, under the options of the store.
func (s *Store) remember(of Fingerprint, found *issuance) {
	if c, err := certificate.Parse(found.certificate.Raw, s.options); err == nil {
		s.remembered.put(of, &issuance{certificate: c, signers: found.signers})
	}
}

// issuanceOfAuthority may compute the same thing twice at the same time: no
// lock is held while signatures are verified.
func (s *Store) issuanceOfAuthority(a *authority) *issuance {
	if known := a.issuance.Load(); known != nil {
		return known
	}
	found := s.verifyIssuance(a.Certificate)
	a.issuance.Store(found)
	return found
}

// maxCandidates is the most keys that are tried for one key identifier, and for
// one name. The real lists have 4 and 8; more would let a forger buy time.
const maxCandidates = 16

// verifyIssuance finds the keys that signed c, by the rules that the package
// documentation states.
func (s *Store) verifyIssuance(c *certificate.Certificate) *issuance {
	named := holders(s.index.byKeyID[string(c.AuthorityKeyID)])
	signers, err := verifiedBy(c, named, ErrIssuerSignature)
	if len(signers) == 0 {
		others := holders(s.index.byName[c.Issuer.Folded()])
		if len(named) > 0 {
			others = slices.DeleteFunc(others, func(h *holder) bool { return slices.Contains(named, h) })
		}
		var errOfName error
		signers, errOfName = verifiedBy(c, others, ErrUnknownIssuer)
		if len(named) == 0 {
			err = errOfName
		}
	}
	if len(signers) == 0 {
		return &issuance{certificate: c, err: err}
	}
	return &issuance{certificate: c, signers: signers}
}

// verifiedBy gives those holders whose key signed c. If there are none, the
// error is otherwise, unless no signature could be verified at all: then it is
// the first cause of that.
func verifiedBy(c *certificate.Certificate, candidates []*holder, otherwise error) ([]*holder, error) {
	var signers []*holder
	var unable error
	able := false
	likely := likeliest(c, candidates)
	for _, h := range likely {
		err := c.CheckSignatureFrom(h.certificate())
		switch {
		case err == nil:
			signers = append(signers, h)
		case errors.Is(err, certificate.ErrSignature):
			able = true
		case unable == nil && errors.Is(err, certificate.ErrKey):
			unable = &ChainError{Certificate: h.certificate(), Err: err}
		case unable == nil:
			unable = &ChainError{Certificate: c, Err: err}
		}
	}
	if able || unable == nil {
		if len(likely) < len(candidates) {
			otherwise = fmt.Errorf("%w: %d of %d keys were tried", otherwise, len(likely), len(candidates))
		}
		unable = &ChainError{Certificate: c, Err: otherwise}
	}
	return signers, unable
}

// likeliest gives the candidates that are tried. When there are too many, those
// of the name come first, then the more trusted ones, then those that were
// valid when c was issued, then the newest.
func likeliest(c *certificate.Certificate, candidates []*holder) []*holder {
	if len(candidates) <= maxCandidates {
		return candidates
	}
	name := c.Issuer.Folded()
	before := func(yes bool) int {
		if yes {
			return 0
		}
		return 1
	}
	slices.SortFunc(candidates, func(a, b *holder) int {
		of, with := a.best(), b.best()
		return cmp.Or(
			before(slices.Contains(a.names, name))-before(slices.Contains(b.names, name)),
			of.rank()-with.rank(),
			before(of.Certificate.ValidAt(c.NotBefore))-before(with.Certificate.ValidAt(c.NotBefore)),
			with.Certificate.NotBefore.Compare(of.Certificate.NotBefore),
			bytes.Compare(of.fingerprint[:], with.fingerprint[:]),
		)
	})
	return candidates[:maxCandidates]
}

// namesItself says whether a certificate names itself as its issuer. That it is
// self-signed is for its signature to prove.
func namesItself(c *certificate.Certificate) bool {
	return c.Issuer.Folded() == c.Subject.Folded() &&
		(len(c.AuthorityKeyID) == 0 || len(c.SubjectKeyID) == 0 || bytes.Equal(c.AuthorityKeyID, c.SubjectKeyID))
}

// Signer parses a certificate under the options of the store, or gives it back
// parsed when Chain has found its issuer before. The result is shared and
// read-only. Errors are those of certificate.Parse.
func (s *Store) Signer(der []byte) (*certificate.Certificate, error) {
	of := fingerprintOf(der)
	if known := s.remembered.get(of); known != nil {
		return known.certificate, nil
	}
	if a := s.index.byFingerprint[of]; a != nil {
		return a.Certificate, nil
	}
	return certificate.Parse(der, s.options)
}

// maxRemembered is how many certificates of one generation are remembered, so
// twice as many at most: more document signers than are in use at a provider,
// and less than 10 MB.
const maxRemembered = 1024

// remembered keeps the certificates that were asked about last. When the young
// generation is full it becomes the old one, and what was in the old one and
// was not asked about since is forgotten.
type remembered struct {
	lock       sync.Mutex
	young, old map[Fingerprint]*issuance
}

func (r *remembered) get(of Fingerprint) *issuance {
	r.lock.Lock()
	defer r.lock.Unlock()
	if known := r.young[of]; known != nil {
		return known
	}
	known := r.old[of]
	if known != nil {
		r.keep(of, known)
	}
	return known
}

func (r *remembered) put(of Fingerprint, found *issuance) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.keep(of, found)
}

func (r *remembered) keep(of Fingerprint, i *issuance) {
	if r.young == nil || len(r.young) >= maxRemembered {
		r.young, r.old = map[Fingerprint]*issuance{}, r.young
	}
	r.young[of] = i
}
