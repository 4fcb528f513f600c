package csca

import (
	"errors"
	"fmt"
	"time"

	"cnie.example/attest/certificate"
)

// reading is the files of a trust directory on their way into Contents.
type reading struct {
	now      time.Time
	contents Contents
	roots    map[string][]*certificate.Certificate // by file
	lists    []listFile

	imported string // file that is being imported; empty when the directory is loaded
}

// listFile is a master list whose root may be read later.
type listFile struct {
	entry Entry
	list  *MasterList
}

func newReading(opts certificate.Options, now time.Time, m Manifest) *reading {
	return &reading{
		now: now, contents: Contents{Options: opts, Freshness: m.freshness()},
		roots: map[string][]*certificate.Certificate{},
	}
}

// parse reads a file as what the manifest says it is.
func (r *reading) parse(e Entry, content []byte) error {
	switch e.Kind {
	case KindAnchor, KindRoot:
		return r.parseAnchors(e, content)
	case KindPool:
		return r.parsePool(content)
	case KindList:
		list, err := ParseMasterList(content, r.contents.Options)
		r.lists = append(r.lists, listFile{e, list})
		return err
	case KindRevocationList:
		lists, err := parseRevocationLists(content, r.contents.Options)
		r.contents.RevocationLists = append(r.contents.RevocationLists, lists...)
		return err
	case KindOverrides:
		var err error
		r.contents.Overrides, err = ParseOverrides(content)
		return err
	}
	return fmt.Errorf("%w: kind %q", ErrManifest, e.Kind)
}

// parseAnchors reads certificates that have to be self-signed.
func (r *reading) parseAnchors(e Entry, content []byte) error {
	found, err := parseCertificates(content, r.contents.Options)
	if err != nil {
		return err
	}
	for _, c := range found {
		if err := checkAnchor(c); err != nil {
			return err
		}
	}
	r.roots[e.File] = found
	if e.Kind == KindAnchor {
		r.contents.Anchors = append(r.contents.Anchors, found...)
	}
	return nil
}

// parsePool reads certificates of authorities, self-signed or not: the pool
// makes none of them an anchor.
func (r *reading) parsePool(content []byte) error {
	found, err := parseCertificates(content, r.contents.Options)
	if err != nil {
		return err
	}
	for _, c := range found {
		if err := checkAuthority(c); err != nil {
			return err
		}
	}
	r.contents.Pool = append(r.contents.Pool, found...)
	return nil
}

// verifyLists verifies the master lists, after all roots and revocation lists
// are read. After an error it names the file.
func (r *reading) verifyLists() (Entry, error) {
	for _, l := range r.lists {
		verified, err := r.verifyList(l)
		if err != nil {
			return l.entry, err
		}
		if err := r.checkSignerRevocation(verified); err != nil {
			return l.entry, err
		}
		r.contents.Lists = append(r.contents.Lists, verified)
	}
	return Entry{}, nil
}

// verifyList verifies a list as of the day of its import, from which it counts:
// a signer that has expired since takes no directory out of service. The day is
// good when its end or, of a signer who expired on it, its beginning is. A list
// that is being imported has to be good now besides.
func (r *reading) verifyList(l listFile) (*VerifiedList, error) {
	roots, day := r.roots[l.entry.Root], l.entry.Day
	if l.entry.File == r.imported {
		if _, err := l.list.Verify(roots, r.now); err != nil {
			return nil, err
		}
	}
	verified, err := l.list.verify(roots, day.End(), day.End())
	if errors.Is(err, ErrListValidity) {
		if early, errEarly := l.list.verify(roots, day.start, day.End()); errEarly == nil {
			return early, nil
		}
	}
	return verified, err
}

// checkSignerRevocation refuses a list whose signer its authority has revoked.
func (r *reading) checkSignerRevocation(l *VerifiedList) error {
	store := newStore(r.contents.Options, r.contents.Freshness)
	store.add(l.chain, FromAnchor, Fingerprint{})
	store.addRevocationLists(r.contents.RevocationLists)
	if found := store.Revocation(l.Signer, l.chain.Issuer(), r.now); found.State == Revoked {
		return fmt.Errorf("%w: %v: %w", ErrListSigner, l.Signer.Subject, ErrRevoked)
	}
	return nil
}
