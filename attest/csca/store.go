package csca

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"cnie.example/attest/certificate"
)

// Contents is what a store is built of.
type Contents struct {
	// Options are the policy on algorithms, keys and laboratories. Master lists
	// have to be read under the same; other certificates are read again. One of
	// a laboratory in a store that is for none ends every chain with
	// certificate.ErrLab.
	Options certificate.Options

	// Anchors are trusted, each for itself. Nothing about them is checked here.
	Anchors []*certificate.Certificate
	// Lists are master lists. A self-signed certificate in one is an anchor; a
	// link certificate is not, it stands in the pool.
	Lists []*VerifiedList
	// Pool holds certificates that are trusted only through link certificates
	// that lead to an anchor.
	Pool []*certificate.Certificate
	// RevocationLists count when their signature verifies; see Store.Revocation.
	RevocationLists []*certificate.RevocationList

	Overrides Overrides
	Freshness Freshness
}

// Freshness says until when a revocation list speaks. A list is fresh until
// Grace after its nextUpdate and until MaxAge after its thisUpdate, whichever
// comes first.
type Freshness struct {
	MaxAge time.Duration // zero: DefaultMaxAge
	Grace  time.Duration
}

// DefaultMaxAge is the age at which a revocation list is stale at the latest:
// an authority issues one every 90 days at least (ICAO Doc 9303-12).
const DefaultMaxAge = 90 * 24 * time.Hour

// orDefault fills in what is zero.
func (f Freshness) orDefault() Freshness {
	if f.MaxAge <= 0 {
		f.MaxAge = DefaultMaxAge
	}
	f.Grace = max(f.Grace, 0)
	return f
}

// stricter takes the shorter time of both.
func (f Freshness) stricter(o Freshness) Freshness {
	f, o = f.orDefault(), o.orDefault()
	return Freshness{MaxAge: min(f.MaxAge, o.MaxAge), Grace: min(f.Grace, o.Grace)}
}

// Store is a set of authorities and revocation lists. What is in it does not
// change; signatures are verified when they are first needed and remembered. A
// Store may be shared.
type Store struct {
	options     certificate.Options
	freshness   Freshness
	authorities []*authority
	index       index
	lists       []ListState
	crls        []*revocationList
	crlsByName  map[string][]*revocationList // folded issuer
	overrides   Overrides
	distrusted  map[Fingerprint]string
	extended    map[Fingerprint]time.Time
	remembered  remembered
	digest      func() [32]byte
}

// New makes a store of anchors, which the caller trusts: they are not checked.
// They are read again under opts. The same certificate given twice counts once.
func New(anchors []*certificate.Certificate, opts certificate.Options) *Store {
	s := newStore(opts, Freshness{})
	s.add(reread(anchors, s.options), FromAnchor, Fingerprint{})
	return s
}

// reread gives certificates as they would be if they had been read under other
// options: these stay with the key. One that they refuse, that of a laboratory,
// stays as it is: judge refuses it.
func reread(certificates []*certificate.Certificate, opts certificate.Options) []*certificate.Certificate {
	again := slices.Clone(certificates)
	for i, c := range certificates {
		if other, err := certificate.ParseInPlace(c.Raw, opts); err == nil {
			own := *c
			own.PublicKey = other.PublicKey
			again[i] = &own
		}
	}
	return again
}

// Build makes a store. A certificate that comes from several sides counts once,
// with the most trusted origin. Errors are ErrOptions, ErrOverride,
// ErrListSignature for a list that Verify did not give, and ErrDistrusted when
// the operator distrusts the signer of a list or a certificate above it.
func Build(c Contents) (*Store, error) {
	s, err := build(c)
	if err != nil {
		return nil, fmt.Errorf("trust store: %w", err)
	}
	return s, nil
}

func build(c Contents) (*Store, error) {
	if err := c.Overrides.validate(); err != nil {
		return nil, err
	}
	s := newStore(c.Options, c.Freshness)
	s.add(reread(c.Anchors, s.options), FromAnchor, Fingerprint{})
	for _, l := range c.Lists {
		if err := s.addList(l); err != nil {
			return nil, err
		}
	}
	s.add(reread(c.Pool, s.options), FromPool, Fingerprint{})
	for _, l := range c.RevocationLists {
		if l.Lab && !s.options.Lab {
			return nil, fmt.Errorf("%w: revocation list of %v: %w", ErrOptions, l.Issuer, certificate.ErrLab)
		}
	}
	s.addRevocationLists(c.RevocationLists)
	if err := s.override(c.Overrides); err != nil {
		return nil, err
	}
	return s, s.checkListSigners(c.Lists)
}

func newStore(opts certificate.Options, fresh Freshness) *Store {
	s := &Store{
		options: inForce(opts), freshness: fresh.orDefault(), index: newIndex(), crlsByName: map[string][]*revocationList{},
		distrusted: map[Fingerprint]string{}, extended: map[Fingerprint]time.Time{},
	}
	s.digest = sync.OnceValue(s.computeDigest)
	return s
}

// inForce gives options of one form to those of one effect, so that they can be
// compared.
func inForce(o certificate.Options) certificate.Options {
	limit := func(asked, otherwise, most int) int {
		if asked <= 0 {
			return otherwise
		}
		return min(asked, most)
	}
	o.MaxRSA = limit(o.MaxRSA, certificate.DefaultRSA, certificate.MaxRSA)
	o.MaxRSAExponent = limit(o.MaxRSAExponent, certificate.DefaultRSAExponent, certificate.MaxRSAExponent)
	return o
}

// add takes certificates of one origin. Origins are added from the most to the
// least trusted, so the first one of a certificate stays.
func (s *Store) add(certificates []*certificate.Certificate, origin Origin, list Fingerprint) {
	for _, c := range certificates {
		a := &authority{
			Authority:   Authority{Certificate: c, Origin: origin, List: list},
			fingerprint: c.Fingerprint(), trusted: origin == FromAnchor,
		}
		if s.index.add(a) {
			s.authorities = append(s.authorities, a)
		}
	}
}

// override applies the operator's decisions to what is in the store.
func (s *Store) override(o Overrides) error {
	for _, d := range o.Distrust {
		s.distrusted[d.SHA256] = d.Reason
		if a := s.index.byFingerprint[d.SHA256]; a != nil {
			a.holder.distrusted = d.Reason
		}
	}
	for _, t := range o.Trust {
		a := s.index.byFingerprint[t.SHA256]
		if a == nil {
			return fmt.Errorf("%w: trusted certificate %v is not in the store", ErrOverride, t.SHA256)
		}
		a.trusted = true
	}
	for _, e := range o.Extend {
		a := s.index.byFingerprint[e.SHA256]
		switch {
		case a == nil:
			return fmt.Errorf("%w: extended certificate %v is not in the store", ErrOverride, e.SHA256)
		case !e.Until.End().After(a.Certificate.NotAfter):
			return fmt.Errorf("%w: %v is valid longer without the extension", ErrOverride, e.SHA256)
		}
		s.extended[e.SHA256] = e.Until.End()
	}
	s.overrides = o
	return nil
}

// Store gives s itself, so that a fixed store is a Source.
func (s *Store) Store() *Store { return s }

// Options are the options under which the contents were read, with the limits
// that are in force where those given were zero.
func (s *Store) Options() certificate.Options { return s.options }

// Anchors lists the certificates that are trusted for themselves: those given
// as anchors, those an override trusts, and the self-signed ones of master
// lists, in the order of Contents. Whether one of a list is signed by its own
// key is verified at the first use; one that names itself as its issuer is
// listed here before. The slice is the caller's.
func (s *Store) Anchors() []*certificate.Certificate {
	var anchors []*certificate.Certificate
	for _, a := range s.authorities {
		if a.trusted || a.Origin == FromList && namesItself(a.Certificate) {
			anchors = append(anchors, a.Certificate)
		}
	}
	return anchors
}

// Authorities lists all certificates, in the order of Contents. The slice is
// the caller's.
func (s *Store) Authorities() []Authority {
	all := make([]Authority, len(s.authorities))
	for i, a := range s.authorities {
		all[i] = a.Authority
	}
	return all
}

// Certificates lists the certificates of Authorities. The slice is the caller's.
func (s *Store) Certificates() []*certificate.Certificate {
	all := make([]*certificate.Certificate, len(s.authorities))
	for i, a := range s.authorities {
		all[i] = a.Certificate
	}
	return all
}

// RevocationLists lists the revocation lists, whether or not they count. The
// slice is the caller's.
func (s *Store) RevocationLists() []*certificate.RevocationList {
	all := make([]*certificate.RevocationList, len(s.crls))
	for i, l := range s.crls {
		all[i] = l.RevocationList
	}
	return all
}

// Overrides are the operator's decisions. The slices are the caller's.
func (s *Store) Overrides() Overrides {
	return Overrides{
		Distrust: slices.Clone(s.overrides.Distrust), Trust: slices.Clone(s.overrides.Trust), Extend: slices.Clone(s.overrides.Extend),
	}
}

// Distrusted says whether the operator distrusts a certificate, and why: it is
// named by an override, or its key is that of an authority that is.
func (s *Store) Distrusted(c *certificate.Certificate) (reason string, yes bool) {
	if len(s.distrusted) == 0 {
		return "", false
	}
	if reason, yes = s.distrusted[c.Fingerprint()]; yes {
		return reason, true
	}
	if h := s.index.byKey[keyOf(c)]; h != nil && h.distrusted != "" {
		return h.distrusted, true
	}
	return "", false
}
