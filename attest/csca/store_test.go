package csca_test

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"testing"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// Catches a certificate that counts twice, one that loses trust because a less
// trusted side has it too, and slices that the store shares.
func TestBuildOrigins(t *testing.T) {
	s := newState()
	root, member := s.CSCA("CSCA SPECIMEN"), s.CSCA("CSCA MEMBER SPECIMEN")
	list := verified(t, s, root, root.DER(), member.DER())
	anchors := parsed(t, root)
	store := build(t, csca.Contents{Anchors: anchors, Lists: []*csca.VerifiedList{list, list}, Pool: parsed(t, root, member, s.Link(root, member))})
	var got []csca.Origin
	for _, a := range store.Authorities() {
		got = append(got, a.Origin)
	}
	if len(got) != 3 || got[0] != csca.FromAnchor || got[1] != csca.FromList || got[2] != csca.FromPool {
		t.Errorf("origins %v", got)
	}
	if len(store.Anchors()) != 2 || len(store.Certificates()) != 3 || store.Store() != store {
		t.Errorf("%d anchors", len(store.Anchors()))
	}
	store.Anchors()[0], store.Certificates()[0], store.Authorities()[0] = nil, nil, csca.Authority{}
	if store.Anchors()[0] == nil || store.Certificates()[0] == nil || store.Authorities()[0].Certificate == nil {
		t.Error("the store shares its slices")
	}
}

// Catches an index that finds another certificate or none.
func TestLookUp(t *testing.T) {
	s := newState()
	first, second := s.CSCA("CSCA SPECIMEN"), s.CSCA("CSCA SPECIMEN")
	store := csca.New(parsed(t, first, second), certificate.Options{})
	for _, want := range parsed(t, first, second) {
		for name, got := range map[string][]*certificate.Certificate{
			"key identifier": store.ByKeyID(want.SubjectKeyID), "serial number": store.ByIssuerAndSerial(want.Issuer, want.Serial),
			"fingerprint": {store.ByFingerprint(want.Fingerprint())},
		} {
			if len(got) != 1 || !bytes.Equal(got[0].Raw, want.Raw) {
				t.Errorf("by %s: %d found", name, len(got))
			}
		}
	}
	if store.ByKeyID(nil) != nil || store.ByIssuerAndSerial(certificate.Name{}, nil) != nil || store.ByFingerprint(csca.Fingerprint{}) != nil {
		t.Error("something is found by nothing")
	}
}

// Catches a signer that is parsed under other options than the store's, one
// that is not given back after its chain was found, and a forgery that is.
func TestSigner(t *testing.T) {
	f := newFamily()
	store := build(t, csca.Contents{Anchors: parsed(t, f.anchors...), Pool: parsed(t, f.pool...)})
	for name, ds := range map[string]*attesttest.Certificate{"good": f.ds, "forged": f.state.DS(f.last).SignWith(f.state.Key())} {
		der := ds.DER()
		first, err := store.Signer(der)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Chain(first, today); (err == nil) != (name == "good") {
			t.Errorf("%s: %v", name, err)
		}
		again, err := store.Signer(der)
		third, _ := store.Signer(der)
		if err != nil || (again == third) != (name == "good") || !bytes.Equal(again.Raw, der) {
			t.Errorf("%s: remembered %v, %v", name, again == third, err)
		}
	}
	if _, err := store.Signer(f.state.DS(f.last).Set(attesttest.Lab()).DER()); !errors.Is(err, certificate.ErrLab) {
		t.Errorf("laboratory: %v", err)
	}
	if _, err := store.Signer(nil); !errors.Is(err, certificate.ErrSyntax) {
		t.Errorf("nothing: %v", err)
	}
	if c, err := store.Signer(f.first.DER()); err != nil || c != store.Certificates()[0] {
		t.Errorf("an authority: %v, %v", c, err)
	}
}

// Catches a certificate that is given back as its reader made it: under options
// that the store does not have, or in bytes that somebody else changes.
func TestSignerIsTheStoresOwn(t *testing.T) {
	s := newState()
	authority := s.CSCA("CSCA SPECIMEN")
	ds := s.DS(authority).SetPublicKey(attesttest.RSA8192())
	ds.SignWith(authority.Key)
	der := ds.DER()
	store := csca.New(parsed(t, authority), certificate.Options{})
	read := bytes.Clone(der)
	lax, err := certificate.ParseInPlace(read, certificate.Options{MaxRSA: 8192})
	if err != nil || lax.PublicKey.Err() != nil {
		t.Fatal(err)
	}
	if _, err := store.Chain(lax, today); err != nil {
		t.Fatal(err)
	}
	clear(read)
	c, err := store.Signer(der)
	if err != nil || !errors.Is(c.PublicKey.Err(), certificate.ErrKeySize) || !bytes.Equal(c.Raw, der) {
		t.Errorf("%v, key %v", err, c.PublicKey.Err())
	}
}

// Catches anchors and links that keep the options that they were read under,
// and a laboratory's list that comes into a store for real documents.
func TestBuildReadsAgain(t *testing.T) {
	s := newState()
	read := func(c *attesttest.Certificate, opts certificate.Options) []*certificate.Certificate {
		parsed, err := certificate.Parse(c.DER(), opts)
		if err != nil {
			t.Fatal(err)
		}
		return []*certificate.Certificate{parsed}
	}
	anchor := s.CSCA("CSCA SPECIMEN")
	large := s.CSCA("CSCA SPECIMEN").SetPublicKey(attesttest.RSA8192())
	link := s.Link(anchor, large)
	ds := parse(t, s.DS(large).DER())
	old := s.CSCA("CSCA OLD SPECIMEN").SetPublicKey(attesttest.RSA2048(1))
	oldDS := s.DS(old)
	oldDS.Algorithm = attesttest.PKCS1(crypto.SHA1)
	strict, lax := certificate.Options{}, certificate.Options{MaxRSA: 8192, SHA1: true, Lab: true}
	for name, test := range map[string]struct {
		given, of certificate.Options
		of8192    error
		ofSHA1    error
	}{
		"lax certificates, strict store": {lax, strict, certificate.ErrKeySize, certificate.ErrSHA1},
		"strict certificates, lax store": {strict, lax, nil, nil},
	} {
		for kind, store := range map[string]*csca.Store{
			"built": build(t, csca.Contents{Options: test.of, Anchors: append(read(anchor, test.given), read(old, test.given)...), Pool: read(link, test.given)}),
			"new":   csca.New(slices.Concat(read(large, test.given), read(old, test.given)), test.of),
		} {
			if _, err := store.Chain(ds, today); !errors.Is(err, test.of8192) {
				t.Errorf("%s, %s: large key: %v", name, kind, err)
			}
			if _, err := store.Chain(parse(t, oldDS.DER()), today); !errors.Is(err, test.ofSHA1) {
				t.Errorf("%s, %s: SHA-1: %v", name, kind, err)
			}
		}
	}
	list := s.RevocationList(anchor)
	list.Extensions = list.Extensions.With(attesttest.Lab())
	crl, err := certificate.ParseRevocationList(list.DER(), lax)
	if err != nil {
		t.Fatal(err)
	}
	if store, err := csca.Build(csca.Contents{RevocationLists: []*certificate.RevocationList{crl}}); !errors.Is(err, csca.ErrOptions) || !errors.Is(err, certificate.ErrLab) || store != nil {
		t.Errorf("revocation list of a laboratory: %v", err)
	}
}

// Catches a Live that gives no store: a verifier would look into nothing.
func TestLiveOfNothing(t *testing.T) {
	full := csca.New(parsed(t, newState().CSCA("CSCA SPECIMEN")), certificate.Options{})
	var zero csca.Live
	swapped := csca.NewLive(full)
	if old := swapped.Swap(nil); old != full {
		t.Error("another store was in force")
	}
	for name, live := range map[string]*csca.Live{"zero": &zero, "made of nil": csca.NewLive(nil), "nil swapped in": swapped} {
		s := live.Store()
		if s == nil || len(s.Authorities()) != 0 || live.Store() != s {
			t.Errorf("%s: %v", name, s)
		}
		if old := live.Swap(full); old != s || live.Store() != full {
			t.Errorf("%s: cannot be exchanged", name)
		}
	}
	if old := new(csca.Live).Swap(full); old == nil {
		t.Error("no store was in force")
	}
}

// Catches overrides that are accepted although they say nothing, contradict
// each other, or name what is not there.
func TestBuildRefusesOverrides(t *testing.T) {
	f := newFamily()
	of := fingerprint(f.first)
	here, elsewhere := csca.Override{SHA256: of, Reason: "SPECIMEN"}, csca.Override{SHA256: csca.Fingerprint{1}, Reason: "SPECIMEN"}
	for name, o := range map[string]csca.Overrides{
		"no reason to distrust":  {Distrust: []csca.Override{{SHA256: of}}},
		"no reason to trust":     {Trust: []csca.Override{{SHA256: of}}},
		"no reason to extend":    {Extend: []csca.Extension{{SHA256: of, Until: csca.DayOf(today.AddDate(50, 0, 0))}}},
		"distrusted twice":       {Distrust: []csca.Override{here, here}},
		"trusted and distrusted": {Trust: []csca.Override{here}, Distrust: []csca.Override{here}},
		"extended, distrusted":   {Extend: []csca.Extension{{SHA256: of, Until: csca.DayOf(today.AddDate(50, 0, 0)), Reason: "SPECIMEN"}}, Distrust: []csca.Override{here}},
		"trusted, not there":     {Trust: []csca.Override{elsewhere}},
		"extended, not there":    {Extend: []csca.Extension{{SHA256: csca.Fingerprint{1}, Until: csca.DayOf(today), Reason: "SPECIMEN"}}},
		"shortened":              {Extend: []csca.Extension{{SHA256: of, Until: csca.DayOf(today), Reason: "SPECIMEN"}}},
	} {
		if store, err := csca.Build(csca.Contents{Anchors: parsed(t, f.first), Overrides: o}); !errors.Is(err, csca.ErrOverride) || store != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	store := build(t, csca.Contents{Anchors: parsed(t, f.first), Overrides: csca.Overrides{Distrust: []csca.Override{elsewhere}}})
	if o := store.Overrides(); len(o.Distrust) != 1 || o.Distrust[0] != elsewhere {
		t.Errorf("%+v", o)
	}
}

// Catches an operator's distrust that the other certificate of the key escapes,
// and one that hits a stranger.
func TestDistrusted(t *testing.T) {
	f := newFamily()
	store := build(t, csca.Contents{
		Anchors: parsed(t, f.first, f.last), Options: certificate.Options{SHA1: true},
		Overrides: csca.Overrides{Distrust: []csca.Override{{SHA256: fingerprint(f.last), Reason: "SPECIMEN"}}},
	})
	for name, test := range map[string]struct {
		of  *attesttest.Certificate
		yes bool
	}{"itself": {f.last, true}, "other certificate of the key": {f.toLast, true}, "other key": {f.first, false}, "below it": {f.ds, false}} {
		reason, yes := store.Distrusted(parse(t, test.of.DER()))
		if yes != test.yes || (reason == "SPECIMEN") != test.yes {
			t.Errorf("%s: %v, %q", name, yes, reason)
		}
	}
	if !store.Options().SHA1 {
		t.Error("options are lost")
	}
}

// Catches a digest that leaves something out of what decides, or that depends
// on the order in which a store was built.
func TestDigest(t *testing.T) {
	f := newFamily()
	root := f.state.CSCA("CSCA ROOT SPECIMEN")
	list := verified(t, f.state, root, root.DER())
	contents := func() csca.Contents {
		return csca.Contents{
			Anchors: parsed(t, f.first), Pool: parsed(t, f.toNext, f.toLast), Lists: []*csca.VerifiedList{list},
			RevocationLists: parseCRLs(t, f.state.RevocationList(f.first)),
		}
	}
	digest := build(t, contents()).Digest()
	mirrored := contents()
	mirrored.Pool[0], mirrored.Pool[1] = mirrored.Pool[1], mirrored.Pool[0]
	if build(t, mirrored).Digest() != digest || digest == sha256.Sum256(nil) {
		t.Error("the digest depends on the order")
	}
	spelled := contents()
	spelled.Options = certificate.Options{MaxRSA: certificate.DefaultRSA, MaxRSAExponent: certificate.DefaultRSAExponent}
	spelled.Freshness.MaxAge = csca.DefaultMaxAge
	if build(t, spelled).Digest() != digest {
		t.Error("the digest tells a default from the same value spelled out")
	}
	override := csca.Override{SHA256: fingerprint(f.toLast), Reason: "SPECIMEN"}
	seen := map[[32]byte]string{digest: "as it was"}
	for name, change := range map[string]func(*csca.Contents){
		"no anchor":      func(c *csca.Contents) { c.Anchors = nil },
		"anchor in pool": func(c *csca.Contents) { c.Anchors, c.Pool = nil, append(c.Pool, c.Anchors...) },
		"no link":        func(c *csca.Contents) { c.Pool = c.Pool[1:] },
		"no list":        func(c *csca.Contents) { c.Lists = nil },
		"no crl":         func(c *csca.Contents) { c.RevocationLists = nil },
		"age":            func(c *csca.Contents) { c.Freshness.MaxAge = day },
		"grace":          func(c *csca.Contents) { c.Freshness.Grace = day },
		"SHA-1":          func(c *csca.Contents) { c.Options.SHA1, c.Lists = true, nil },
		"laboratory":     func(c *csca.Contents) { c.Options.Lab, c.Lists = true, nil },
		"RSA":            func(c *csca.Contents) { c.Options.MaxRSA, c.Lists = 8192, nil },
		"exponent":       func(c *csca.Contents) { c.Options.MaxRSAExponent, c.Lists = 64, nil },
		"distrust":       func(c *csca.Contents) { c.Overrides.Distrust = []csca.Override{override} },
		"trust":          func(c *csca.Contents) { c.Overrides.Trust = []csca.Override{override} },
		"extend":         func(c *csca.Contents) { c.Overrides.Extend = extended(override.SHA256, 20) },
		"extend by more": func(c *csca.Contents) { c.Overrides.Extend = extended(override.SHA256, 21) },
		"nothing":        func(c *csca.Contents) { *c = csca.Contents{} },
	} {
		c := contents()
		change(&c)
		changed := build(t, c).Digest()
		if other, ok := seen[changed]; ok {
			t.Errorf("%q has the digest of %q", name, other)
		}
		seen[changed] = name
	}
}

func extended(of csca.Fingerprint, years int) []csca.Extension {
	return []csca.Extension{{SHA256: of, Until: csca.DayOf(today.AddDate(years, 0, 0)), Reason: "SPECIMEN"}}
}

// Catches what is not safe when logins use a store while it is exchanged, and a
// chain that mixes two stores. It says most under the race detector.
func TestConcurrentUse(t *testing.T) {
	f := newFamily()
	contents := csca.Contents{
		Anchors: parsed(t, f.anchors...), Pool: parsed(t, f.pool...),
		RevocationLists: parseCRLs(t, f.state.RevocationList(f.last), f.state.RevocationList(f.first)),
	}
	full, empty := build(t, contents), csca.New(nil, certificate.Options{})
	live := csca.NewLive(full)
	var source csca.Source = live
	ders := [][]byte{f.ds.DER(), f.state.DS(f.next).DER(), f.state.DS(f.first).DER()}
	var done sync.WaitGroup
	for i := range 8 {
		done.Go(func() {
			for j := range 30 {
				store := source.Store()
				c, err := store.Signer(ders[(i+j)%len(ders)])
				if err != nil {
					t.Error(err)
					return
				}
				chain, err := store.Chain(c, today)
				switch {
				case store == empty && errors.Is(err, csca.ErrUnknownIssuer):
				case store == empty || err != nil:
					t.Errorf("%v, %v", store == empty, err)
				case store.Revocation(c, chain.Issuer(), today).State == csca.Revoked || store.Digest() == [32]byte{}:
					t.Error("revoked")
				}
			}
		})
	}
	done.Go(func() {
		for range 50 {
			if old := live.Swap(empty); old != full {
				t.Error("another store was in force")
			}
			if old := live.Swap(full); old != empty {
				t.Error("another store was in force")
			}
		}
	})
	done.Wait()
}

// Catches certificates that are compared by something else than their bytes,
// and changes in an order that differs between runs.
func TestDiff(t *testing.T) {
	s := newState()
	a, b, c := s.CSCA("CSCA A SPECIMEN"), s.CSCA("CSCA B SPECIMEN"), s.CSCA("CSCA A SPECIMEN")
	link := s.Link(a, c)
	c.NotBefore = c.NotBefore.AddDate(0, 1, 0)
	d := csca.Diff(parsed(t, a, b, b), parsed(t, c, link, b, c))
	for name, test := range map[string]struct {
		got  []*certificate.Certificate
		want []*attesttest.Certificate
	}{"added": {d.Added, []*attesttest.Certificate{link, c}}, "removed": {d.Removed, []*attesttest.Certificate{a}}} {
		if !slices.EqualFunc(test.got, test.want, func(got *certificate.Certificate, want *attesttest.Certificate) bool {
			return bytes.Equal(got.Raw, want.DER())
		}) {
			t.Errorf("%s: %d certificates, or in another order", name, len(test.got))
		}
	}
}
