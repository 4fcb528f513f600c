package csca

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"cnie.example/attest/certificate"
)

// MaxChain is the most authorities that a chain has, the anchor among them.
const MaxChain = 8

// Chain is a way from an issuer to an anchor, in this order; each certificate
// is signed by the next one. It is one certificate, issuer and anchor at once,
// unless links are in it.
type Chain []*certificate.Certificate

// Issuer is the authority that signed the certificate that was asked about; nil
// when the chain is empty.
func (c Chain) Issuer() *certificate.Certificate {
	if len(c) == 0 {
		return nil
	}
	return c[0]
}

// Anchor is the certificate that is trusted for itself; nil when the chain is
// empty.
func (c Chain) Anchor() *certificate.Certificate {
	if len(c) == 0 {
		return nil
	}
	return c[len(c)-1]
}

// Chain finds the shortest way from c to an anchor on which everything is good
// at now, as the package documentation says. Of c itself only the signature is
// verified, and that the operator does not distrust it: validity, use and
// revocation of c are the caller's to judge.
//
// The error is a *ChainError. When several ways end badly it is that of the one
// that came furthest. The certificates are shared and read-only; the slice is
// the caller's.
func (s *Store) Chain(c *certificate.Certificate, now time.Time) (Chain, error) {
	if reason, yes := s.Distrusted(c); yes {
		return nil, &ChainError{Certificate: c, Err: fmt.Errorf("%w: %s", ErrDistrusted, reason)}
	}
	issued := s.issuanceOf(c)
	if issued.err != nil {
		return nil, issued.err
	}
	up := climb{moment: s.at(now), speakers: ownAndLater}
	top, err := up.from(c, issued.signers)
	if err != nil {
		return nil, err
	}
	return top.chain(), nil
}

// step is an authority on the way up, and the way below it.
type step struct {
	*authority
	below  *step
	length int // authorities so far, this one among them
	inner  int // those below that count against pathLenConstraint
}

// place is what makes two ways to the same key equal: from there on they are
// the same.
type place struct {
	*holder
	inner int
}

// climb is one search for an anchor. It goes up in breadth, so the shortest way
// is found, and visits each place once, so it ends whatever the links are.
type climb struct {
	*moment
	speakers speakers
	only     *authority // nil, or the certificate of the issuer that has to be used
	steps    []*step    // in the order in which they are judged
	visited  map[place]bool
	worst    error // of the way that came furthest
	furthest int
	limited  bool // a way ended because of its length
}

// from gives the step to the anchor.
func (b *climb) from(c *certificate.Certificate, signers []*holder) (*step, error) {
	b.visited = map[place]bool{}
	b.enqueue(nil, signers)
	for i := 0; i < len(b.steps); i++ {
		at := b.steps[i]
		if err := b.judge(at, b.speakers); err != nil {
			b.fail(at, judged, err)
			continue
		}
		if b.isAnchor(at.authority) {
			return at, nil
		}
		if at.length == MaxChain {
			b.fail(at, judged, fmt.Errorf("%w: %d authorities", ErrPathLength, MaxChain))
			continue
		}
		issued := b.issuanceOfAuthority(at.authority)
		if issued.err != nil {
			b.fail(at, unlinked, unlinkedBecause(issued.err))
			continue
		}
		b.enqueue(at, issued.signers)
	}
	if b.worst == nil { // a loop
		b.worst = &ChainError{Certificate: c, Err: ErrNoAnchor}
	}
	return nil, b.worst
}

func (b *climb) enqueue(below *step, signers []*holder) {
	if below == nil && b.only != nil {
		b.steps = append(b.steps, &step{authority: b.only, length: 1})
		return
	}
	next := step{below: below, length: 1}
	if below != nil {
		next.length, next.inner = below.length+1, below.inner
		if !below.link {
			next.inner++
		}
	}
	for _, h := range signers {
		if b.visited[place{h, next.inner}] {
			continue
		}
		b.visited[place{h, next.inner}] = true
		for _, a := range h.authorities {
			next := next
			next.authority = a
			b.steps = append(b.steps, &next)
		}
	}
}

// How far a way came: one that was judged says more than one that broke off.
const (
	unlinked = iota + 1
	judged
)

func (b *climb) fail(at *step, furthest int, err error) {
	b.limited = b.limited || errors.Is(err, ErrPathLength)
	if furthest > b.furthest {
		b.worst, b.furthest = &ChainError{Certificate: at.Certificate, Err: err}, furthest
	}
}

// unlinkedBecause is the error of a link whose issuer was not found. What
// algorithms and keys are to blame for shows through; that an issuer is unknown
// or did not sign is said of the certificate asked about only.
func unlinkedBecause(err error) error {
	if errors.Is(err, ErrUnknownIssuer) || errors.Is(err, ErrIssuerSignature) {
		return fmt.Errorf("%w: %v", ErrNoAnchor, errors.Unwrap(err))
	}
	return fmt.Errorf("%w: %w", ErrNoAnchor, errors.Unwrap(err))
}

// chain is the way to a step.
func (at *step) chain() Chain {
	chain := make(Chain, 0, at.length)
	for ; at != nil; at = at.below {
		chain = append(chain, at.Certificate)
	}
	slices.Reverse(chain)
	return chain
}

// isAnchor says whether a is trusted for itself.
func (s *Store) isAnchor(a *authority) bool {
	if a.trusted {
		return true
	}
	return a.Origin == FromList && slices.Contains(s.issuanceOfAuthority(a).signers, a.holder)
}

// judge checks an authority on its place in a chain (RFC 5280, 6.1.3 and 6.1.4).
func (m *moment) judge(at *step, who speakers) error {
	c := at.Certificate
	switch {
	case c.Lab && !m.options.Lab:
		return certificate.ErrLab
	case at.holder.distrusted != "":
		return fmt.Errorf("%w: %s", ErrDistrusted, at.holder.distrusted)
	case !c.IsCA:
		return ErrNotAuthority
	case !c.KeyUsage.Has(certificate.KeyCertSign):
		return ErrKeyUsage
	case c.MaxPathLen >= 0 && at.inner > c.MaxPathLen:
		return fmt.Errorf("%w: %d authorities below, %d allowed", ErrPathLength, at.inner, c.MaxPathLen)
	case m.now.Before(c.NotBefore):
		return ErrNotYetValid
	case m.now.Truncate(time.Second).After(m.notAfter(at.authority)):
		return ErrExpired
	}
	if found, yes := m.condemned(at.authority, who); yes {
		return fmt.Errorf("%w: on %s", ErrRevoked, found.Date.Format(time.DateOnly))
	}
	return nil
}

// notAfter is the end of validity, with what the operator has added.
func (s *Store) notAfter(a *authority) time.Time {
	if until, ok := s.extended[a.fingerprint]; ok {
		return until
	}
	return a.Certificate.NotAfter
}
