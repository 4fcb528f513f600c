package csca_test

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/card/curve"
)

// family is an authority with three keys of one name, and the links between
// them: what most cases begin with.
type family struct {
	state          *attesttest.State
	first, next    *attesttest.Certificate
	last           *attesttest.Certificate
	toNext, toLast *attesttest.Certificate
	ds             *attesttest.Certificate // under last
	anchors, pool  []*attesttest.Certificate
	crls           []*attesttest.RevocationList
	overrides      csca.Overrides
	at             time.Time
	options        certificate.Options
}

func newFamily() *family {
	s := newState()
	f := &family{state: s, at: today}
	f.first, f.next, f.last = s.CSCA("CSCA SPECIMEN"), s.CSCA("CSCA SPECIMEN"), s.CSCA("CSCA SPECIMEN")
	f.toNext, f.toLast = s.Link(f.first, f.next), s.Link(f.next, f.last)
	f.ds = s.DS(f.last)
	f.anchors, f.pool = []*attesttest.Certificate{f.first}, []*attesttest.Certificate{f.toNext, f.toLast}
	return f
}

func (f *family) chain(t testing.TB) (csca.Chain, error) {
	t.Helper()
	store := build(t, csca.Contents{
		Options: f.options, Anchors: parsed(t, f.anchors...), Pool: parsed(t, f.pool...),
		RevocationLists: parseCRLs(t, f.crls...), Overrides: f.overrides,
	})
	ds := parse(t, f.ds.DER())
	chain, err := store.Chain(ds, f.at)
	again, errAgain := store.Chain(ds, f.at)
	if !slices.Equal(chain, again) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
		t.Errorf("what is remembered is another: %v, %v; then %v, %v", chain, err, again, errAgain)
	}
	return chain, err
}

// rogue is a self-signed certificate with the name and the key identifier of an
// authority and another key.
func (f *family) rogue(of *attesttest.Certificate) *attesttest.Certificate {
	rogue := f.state.CSCA("CSCA SPECIMEN")
	return rogue.Set(attesttest.SubjectKey(of.KeyIdentifier())).Set(attesttest.AuthorityKey(of.KeyIdentifier()))
}

// under makes c look as if signed by a, whatever key did it.
func under(c, a *attesttest.Certificate) *attesttest.Certificate {
	c.Issuer = a.Subject
	return c.Set(attesttest.AuthorityKey(a.KeyIdentifier()))
}

// Catches a chain that takes a wrong way, stops at a rogue, or does not end.
func TestChain(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*family)
		length int
	}{
		"links":           {func(*family) {}, 3},
		"one certificate": {func(f *family) { f.ds = f.state.DS(f.first) }, 1},
		"one link":        {func(f *family) { f.ds = f.state.DS(f.next) }, 2},
		"shortest way":    {func(f *family) { f.anchors = append(f.anchors, f.last) }, 1},
		"anchor twice":    {func(f *family) { f.anchors = append(f.anchors, f.first, f.first) }, 3},
		"link twice":      {func(f *family) { f.pool = append(f.pool, f.toLast, f.toNext) }, 3},
		"in pool as well": {func(f *family) { f.pool = append(f.pool, f.first, f.next, f.last) }, 3},
		"several keys":    {func(f *family) { f.anchors = append(f.anchors, f.next); f.ds = f.state.DS(f.first) }, 1},
		"last day":        {func(f *family) { f.at = f.first.NotAfter.Add(time.Second - 1); f.ds = f.state.DS(f.first) }, 1},
		"first second":    {func(f *family) { f.at = f.first.NotBefore }, 3},
		"expired way aside": {func(f *family) {
			expired := f.last.Clone()
			expired.NotAfter = today.Add(-day)
			f.anchors = append(f.anchors, expired)
		}, 3},
		"without key identifier": {func(f *family) { f.ds.Remove(attesttest.AuthorityKeyIdentifier) }, 3},
		"strange key identifier": {func(f *family) { f.ds.Set(attesttest.AuthorityKey([]byte("nobody"))) }, 3},
		"name in another case": {func(f *family) {
			f.ds.Remove(attesttest.AuthorityKeyIdentifier).Issuer = attesttest.NewName("ut", "csca  Specimen")
		}, 3},
		"key under another name": {func(f *family) { f.ds.Issuer = attesttest.NewName("UT", "SOMEBODY SPECIMEN") }, 3},
		"rogue of the name before": {func(f *family) {
			f.anchors = []*attesttest.Certificate{f.state.CSCA("CSCA SPECIMEN"), f.first}
			f.ds.Remove(attesttest.AuthorityKeyIdentifier)
		}, 3},
		"rogue of the key identifier before": {func(f *family) {
			f.anchors = []*attesttest.Certificate{f.rogue(f.first), f.rogue(f.last), f.first}
			f.pool = []*attesttest.Certificate{f.rogue(f.next), f.toNext, f.rogue(f.last), f.toLast}
		}, 3},
		"rogue has the key identifier alone": {func(f *family) {
			f.anchors = append(f.anchors, f.rogue(f.last))
			f.toLast.Set(attesttest.SubjectKey([]byte("another method")))
		}, 3},
		"rogue with a weak key": {func(f *family) {
			weak := f.state.CSCA("CSCA SPECIMEN").SetPublicKey(attesttest.RSA1024())
			f.anchors = append([]*attesttest.Certificate{weak.Set(attesttest.SubjectKey(f.last.KeyIdentifier()))}, f.anchors...)
		}, 3},
		"key certified under altered parameters": {func(f *family) {
			_, domain := attesttest.ForgedGenerator(f.last.Key)
			odd := f.last.Clone()
			odd.PublicKey = f.last.Key.InfoOn(domain.DER())
			f.pool = append([]*attesttest.Certificate{odd}, f.pool...)
		}, 3},
		"key certified for another scheme": {func(f *family) {
			rsaFamily(f)
			narrow := f.first.Clone()
			narrow.PublicKey = f.first.Key.InfoPSS(attesttest.PSS(crypto.SHA256))
			f.anchors = []*attesttest.Certificate{narrow, f.first}
		}, 1},
		"second key that fits the signature": {func(f *family) {
			rogue := f.rogue(f.last)
			rogue.PublicKey = otherKey(f)
			f.pool = append([]*attesttest.Certificate{rogue}, f.pool...)
		}, 3},
		"link that is its own issuer": {func(f *family) {
			own := f.toLast.Clone().SignWith(f.last.Key)
			f.pool = append([]*attesttest.Certificate{under(own, f.last)}, f.pool...)
		}, 3},
		"links in a circle beside": {func(f *family) {
			back := f.state.Link(f.last, f.next)
			f.pool = append([]*attesttest.Certificate{back}, f.pool...)
		}, 3},
		"self-signed in the pool, trusted": {func(f *family) {
			f.anchors, f.pool = nil, []*attesttest.Certificate{f.last}
			f.overrides.Trust = []csca.Override{{SHA256: fingerprint(f.last), Reason: "SPECIMEN"}}
		}, 1},
		"link trusted": {func(f *family) {
			f.anchors = nil
			f.overrides.Trust = []csca.Override{{SHA256: fingerprint(f.toLast), Reason: "SPECIMEN"}}
		}, 1},
		"extended": {func(f *family) {
			f.first.NotAfter = today.Add(-day)
			f.overrides.Extend = []csca.Extension{{SHA256: fingerprint(f.first), Until: csca.DayOf(today), Reason: "SPECIMEN"}}
		}, 3},
		"rogue distrusted": {func(f *family) {
			rogue := f.rogue(f.last)
			f.anchors = append(f.anchors, rogue)
			f.overrides.Distrust = []csca.Override{{SHA256: fingerprint(rogue), Reason: "SPECIMEN"}}
		}, 3},
		"change of name": {func(f *family) {
			f.last.Subject = attesttest.NewName("UT", "CSCA ANEW SPECIMEN")
			f.toLast, f.ds = f.state.Link(f.next, f.last), f.state.DS(f.last)
			f.pool = []*attesttest.Certificate{f.toNext, f.toLast}
		}, 3},
		"another country's key, unlimited": {func(f *family) {
			abroad(f)
			f.first.Set(attesttest.Authority(-1))
			f.toNext.Set(attesttest.Authority(1))
		}, 3},
		"laboratory": {func(f *family) { f.options.Lab = true; f.first.Set(attesttest.Lab()) }, 3},
		"longest":    {func(f *family) { long(f, csca.MaxChain) }, csca.MaxChain},
		"RSA":        {func(f *family) { rsaFamily(f) }, 1},
		"revoked for another reason, by the other certificate": {func(f *family) {
			other := f.state.Link(f.first, f.last)
			f.pool = append(f.pool, other)
			f.crls = []*attesttest.RevocationList{f.state.RevocationList(f.first, other)}
		}, 3},
	} {
		f := newFamily()
		test.change(f)
		chain, err := f.chain(t)
		if err != nil || len(chain) != test.length {
			t.Errorf("%s: %d authorities, %v", name, len(chain), err)
			continue
		}
		checkLinked(t, name, append(csca.Chain{parse(t, f.ds.DER())}, chain...))
	}
}

// checkLinked verifies each signature again.
func checkLinked(t *testing.T, name string, chain csca.Chain) {
	t.Helper()
	for i := range len(chain) - 1 {
		if err := chain[i].CheckSignatureFrom(chain[i+1]); err != nil {
			t.Errorf("%s: link %d: %v", name, i, err)
		}
	}
}

// abroad makes the second key that of another country, and the third one below it.
func abroad(f *family) {
	f.next.Subject = attesttest.NewName("XX", "CSCA ABROAD SPECIMEN")
	f.next.Issuer = f.next.Subject
	f.toNext, f.toLast = f.state.Link(f.first, f.next), f.state.Link(f.next, f.last)
	f.pool = []*attesttest.Certificate{f.toNext, f.toLast}
}

// long makes a chain of n authorities.
func long(f *family, n int) {
	f.pool = nil
	at := f.first
	for range n - 1 {
		next := f.state.CSCA("CSCA SPECIMEN")
		f.pool = append(f.pool, f.state.Link(at, next))
		at = next
	}
	f.ds = f.state.DS(at)
}

// otherKey is the SubjectPublicKeyInfo of a second key under which the signature
// of the document signer certificate verifies. A signature (r, s) of ECDSA fits
// the two keys (s·R - z·G)/r, one for each point R whose x coordinate is r (SEC
// 1, 4.1.6): one is that of the authority, the other one is computed by anybody.
func otherKey(f *family) []byte {
	ds, err := certificate.Parse(f.ds.DER(), certificate.Options{})
	if err != nil {
		panic(err)
	}
	c := curve.P256()
	params := elliptic.P256().Params()
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(ds.Signature, &pair); err != nil {
		panic(err)
	}
	// y² = x³ - 3x + b
	y := new(big.Int).Exp(pair.R, big.NewInt(3), params.P)
	y.Sub(y, new(big.Int).Mul(pair.R, big.NewInt(3)))
	y.ModSqrt(y.Add(y, params.B).Mod(y, params.P), params.P)
	inverse := new(big.Int).ModInverse(pair.R, params.N)
	digest := sha256.Sum256(ds.RawTBS)
	z := new(big.Int).SetBytes(digest[:])
	scalar := func(n *big.Int) *curve.Scalar {
		n.Mul(n, inverse).Mod(n, params.N)
		k, err := c.Scalar(n.FillBytes(make([]byte, 32)))
		if err != nil {
			panic(err)
		}
		return k
	}
	for _, y := range []*big.Int{y, new(big.Int).Sub(params.P, y)} {
		encoded := append([]byte{4}, pair.R.FillBytes(make([]byte, 32))...)
		at, err := c.Point(append(encoded, y.FillBytes(make([]byte, 32))...))
		if err != nil {
			panic(err)
		}
		first, err := at.Mul(scalar(new(big.Int).Set(pair.S)))
		if err != nil {
			panic(err)
		}
		second, err := c.Generator().Mul(scalar(new(big.Int).Neg(z)))
		if err != nil {
			panic(err)
		}
		key, err := first.Add(second)
		if err != nil {
			panic(err)
		}
		if !bytes.Equal(key.Bytes(), f.last.Key.Public()) {
			return attesttest.Replace(f.last.Key.Info(), f.last.Key.Public(), key.Bytes())
		}
	}
	panic("both keys are that of the authority")
}

func rsaFamily(f *family) {
	f.first.SetPublicKey(attesttest.RSA2048(1))
	f.first.Algorithm = attesttest.RSA2048(1).Algorithm()
	f.ds = f.state.DS(f.first)
	f.pool = nil
}

// Catches each way in which a chain must not be accepted, and an error that
// names another cause or another certificate.
func TestChainRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*family)
		err    error
		at     func(*family) *attesttest.Certificate
	}{
		"empty store":     {func(f *family) { f.anchors, f.pool = nil, nil }, csca.ErrUnknownIssuer, theDS},
		"other authority": {func(f *family) { f.ds = f.state.DS(f.state.CSCA("CSCA OTHER SPECIMEN")) }, csca.ErrUnknownIssuer, theDS},
		"same name alone": {func(f *family) { f.ds = f.state.DS(f.state.CSCA("CSCA SPECIMEN")) }, csca.ErrUnknownIssuer, theDS},
		"no identifier, same name": {func(f *family) {
			f.ds = f.state.DS(f.state.CSCA("CSCA SPECIMEN")).Remove(attesttest.AuthorityKeyIdentifier)
		}, csca.ErrUnknownIssuer, theDS},
		"rogue signed, same name and identifier": {func(f *family) { f.ds.SignWith(f.rogue(f.last).Key) }, csca.ErrIssuerSignature, theDS},
		"signature altered": {func(f *family) {
			f.ds.Mutate = nil
			f.ds.Alter = func(der []byte) []byte { return attesttest.Flip(der, -1) }
		}, csca.ErrIssuerSignature, theDS},
		"content altered": {func(f *family) {
			f.ds.Alter = func(der []byte) []byte { return attesttest.Replace(der, []byte("DS SPECIMEN"), []byte("DS SPECIMEM")) }
		}, csca.ErrIssuerSignature, theDS},
		"rogue in the pool signed": {func(f *family) {
			rogue := f.rogue(f.last)
			f.ds.SignWith(rogue.Key)
			f.pool = append(f.pool, rogue)
		}, csca.ErrNoAnchor, nil},
		"links lead nowhere": {func(f *family) { f.anchors = nil }, csca.ErrNoAnchor, func(f *family) *attesttest.Certificate { return f.toNext }},
		"link is missing":    {func(f *family) { f.pool = f.pool[1:] }, csca.ErrNoAnchor, func(f *family) *attesttest.Certificate { return f.toLast }},
		"link is forged":     {func(f *family) { f.toLast.SignWith(f.state.Key()) }, csca.ErrNoAnchor, func(f *family) *attesttest.Certificate { return f.toLast }},
		"circle": {func(f *family) {
			f.anchors, f.pool = nil, []*attesttest.Certificate{f.toLast, f.state.Link(f.last, f.next)}
		}, csca.ErrNoAnchor, theDS},
		"own issuer": {func(f *family) { f.anchors, f.pool = nil, []*attesttest.Certificate{f.last} }, csca.ErrNoAnchor, theDS},

		"anchor expired":       {func(f *family) { f.first.NotAfter = today.Add(-time.Second) }, csca.ErrExpired, theFirst},
		"anchor not yet valid": {func(f *family) { f.first.NotBefore = today.Add(time.Second) }, csca.ErrNotYetValid, theFirst},
		"link expired":         {func(f *family) { f.toNext.NotAfter = today.Add(-time.Second) }, csca.ErrExpired, func(f *family) *attesttest.Certificate { return f.toNext }},
		"link not yet valid":   {func(f *family) { f.toLast.NotBefore = today.Add(time.Second) }, csca.ErrNotYetValid, theLink},
		"extension is over": {func(f *family) {
			f.first.NotAfter = today.Add(-10 * day)
			f.overrides.Extend = []csca.Extension{{SHA256: fingerprint(f.first), Until: csca.DayOf(today.Add(-day)), Reason: "SPECIMEN"}}
		}, csca.ErrExpired, theFirst},

		"two ways, the shorter one tells": {func(f *family) {
			expired := f.last.Clone()
			expired.NotAfter = today.Add(-day)
			f.anchors = append(f.anchors, expired)
			distrust(f, f.first)
		}, csca.ErrExpired, nil},

		"no authority":    {func(f *family) { f.toLast.Remove(attesttest.BasicConstraints) }, csca.ErrNotAuthority, theLink},
		"no key usage":    {func(f *family) { f.toLast.Remove(attesttest.KeyUsage) }, csca.ErrKeyUsage, theLink},
		"other key usage": {func(f *family) { f.first.Set(attesttest.Usage(attesttest.UsageCRLSign)) }, csca.ErrKeyUsage, theFirst},
		"path length":     {abroad, csca.ErrPathLength, func(f *family) *attesttest.Certificate { return f.toNext }},
		"path length, two below one": {func(f *family) {
			abroad(f)
			f.first.Set(attesttest.Authority(1))
			farther := f.state.CSCA("CSCA SPECIMEN")
			farther.Subject = attesttest.NewName("YY", "CSCA FARTHER SPECIMEN")
			farther.Issuer = farther.Subject
			f.pool = []*attesttest.Certificate{f.toNext.Set(attesttest.Authority(1)), f.state.Link(f.next, farther)}
			f.ds = f.state.DS(farther)
		}, csca.ErrPathLength, theFirst},
		"too long": {func(f *family) { long(f, csca.MaxChain+1) }, csca.ErrPathLength, nil},

		"signer distrusted": {func(f *family) { distrust(f, f.ds) }, csca.ErrDistrusted, theDS},
		"link distrusted":   {func(f *family) { distrust(f, f.toLast) }, csca.ErrDistrusted, theLink},
		"anchor distrusted": {func(f *family) { distrust(f, f.first) }, csca.ErrDistrusted, theFirst},
		"distrusted by its other certificate": {func(f *family) {
			f.pool = append(f.pool, f.last)
			distrust(f, f.last)
		}, csca.ErrDistrusted, nil},
		"distrusted where the curve is spelled out": {func(f *family) {
			spelled := f.last.Clone()
			spelled.PublicKey = f.last.Key.InfoOn(attesttest.DomainOf(f.state.Curve).DER())
			f.pool = append(f.pool, spelled)
			distrust(f, spelled)
		}, csca.ErrDistrusted, nil},

		"link revoked": {func(f *family) { f.crls = []*attesttest.RevocationList{f.state.RevocationList(f.next, f.toLast)} }, csca.ErrRevoked, theLink},
		"link revoked in a stale list": {func(f *family) {
			list := f.state.RevocationList(f.next, f.toLast)
			list.ThisUpdate, list.NextUpdate = today.Add(-200*day), today.Add(-170*day)
			f.crls = []*attesttest.RevocationList{list}
		}, csca.ErrRevoked, theLink},
		"anchor revokes itself": {func(f *family) { f.crls = []*attesttest.RevocationList{f.state.RevocationList(f.first, f.first)} }, csca.ErrRevoked, theFirst},
		"key compromised, says the other certificate": {func(f *family) {
			other := f.state.Link(f.first, f.last)
			f.pool = append(f.pool, other)
			list := f.state.RevocationList(f.first, other)
			list.Entries[0].Extensions = attesttest.Extensions{{ID: attesttest.ReasonCode, Value: attesttest.Element(0x0a, []byte{1})}}
			f.crls = []*attesttest.RevocationList{list}
		}, csca.ErrRevoked, nil},

		"laboratory": {func(f *family) { f.first.Set(attesttest.Lab()) }, certificate.ErrLab, theFirst},
		"SHA-1": {func(f *family) {
			rsaFamily(f)
			f.ds.Algorithm = attesttest.PKCS1(crypto.SHA1)
		}, certificate.ErrSHA1, theDS},
		"key of the issuer is too small": {func(f *family) {
			rsaFamily(f)
			f.first.SetPublicKey(attesttest.RSA1024())
			f.ds = f.state.DS(f.first)
		}, certificate.ErrKeySize, theFirst},
		"key of the issuer is on another curve": {func(f *family) {
			_, domain := attesttest.ForgedGenerator(f.first.Key)
			f.first.PublicKey = f.first.Key.InfoOn(domain.DER())
			f.ds = f.state.DS(f.first)
			f.ds.SignWith(f.first.Key)
			f.pool = nil
		}, certificate.ErrCurve, theFirst},
		"link with SHA-1": {func(f *family) {
			rsaFamily(f)
			link := f.state.Link(f.first, f.last)
			link.Algorithm = attesttest.PKCS1(crypto.SHA1)
			f.pool, f.ds = []*attesttest.Certificate{link}, f.state.DS(f.last)
		}, certificate.ErrSHA1, nil},
	} {
		f := newFamily()
		test.change(f)
		chain, err := f.chain(t)
		broken, ok := errors.AsType[*csca.ChainError](err)
		if !errors.Is(err, test.err) || !ok || chain != nil {
			t.Errorf("%s: %d authorities, %v", name, len(chain), err)
			continue
		}
		if test.at != nil && !bytes.Equal(broken.Certificate.Raw, test.at(f).DER()) {
			t.Errorf("%s: error is about %v, serial %x", name, broken.Certificate.Subject, broken.Certificate.Serial)
		}
	}
}

func theDS(f *family) *attesttest.Certificate    { return f.ds }
func theFirst(f *family) *attesttest.Certificate { return f.first }
func theLink(f *family) *attesttest.Certificate  { return f.toLast }

func distrust(f *family, c *attesttest.Certificate) {
	f.overrides.Distrust = []csca.Override{{SHA256: fingerprint(c), Reason: "SPECIMEN"}}
}

// cross ties each key to each other one, both ways.
func cross(s *attesttest.State, keys []*attesttest.Certificate) (links []*attesttest.Certificate) {
	for _, a := range keys {
		for _, b := range keys {
			if a != b {
				links = append(links, s.Link(a, b))
			}
		}
	}
	return links
}

// Catches a search whose time grows beyond measure with circles of links: at
// this size one that judges a key again on every way to it, and asks for each
// later key's own chain, does not end before the test is given up.
func TestCrossLinkedPool(t *testing.T) {
	s := newState()
	var keys []*attesttest.Certificate
	var lists []*attesttest.RevocationList
	for i := range 16 {
		key := s.CSCA("CSCA SPECIMEN")
		key.NotBefore = key.NotBefore.Add(time.Duration(i) * time.Hour)
		keys, lists = append(keys, key), append(lists, s.RevocationList(key))
	}
	contents := csca.Contents{Pool: parsed(t, cross(s, keys)...), RevocationLists: parseCRLs(t, lists...)}
	ds := parse(t, s.DS(keys[0]).DER())
	if _, err := build(t, contents).Chain(ds, today); !errors.Is(err, csca.ErrNoAnchor) {
		t.Errorf("no anchor: %v", err)
	}
	contents.Anchors = parsed(t, keys[15])
	store := build(t, contents)
	chain, err := store.Chain(ds, today)
	if err != nil || len(chain) != 2 {
		t.Errorf("%d authorities, %v", len(chain), err)
	}
	if got := store.Revocation(ds, chain.Issuer(), today).State; got != csca.NotRevoked {
		t.Errorf("revocation: %v", got)
	}
	contents.RevocationLists = append(contents.RevocationLists, parseCRLs(t, s.RevocationList(keys[9], s.Link(keys[15], keys[0])))...)
	if _, err := build(t, contents).Chain(ds, today); err != nil {
		t.Errorf("another certificate is revoked: %v", err)
	}
}

// Catches a search without end for the issuer of a forgery, and one that ends
// before it has found the issuer of a good certificate: the keys that are tried
// first are those that could have signed it.
func TestManyKeysOfOneName(t *testing.T) {
	s := newState()
	const keys = 5 * csca.MaxCandidates
	of := func(i int) *attesttest.Certificate {
		c := s.CSCA("CSCA SPECIMEN")
		c.NotBefore = s.Begin.Add(time.Duration(i-keys) * day)
		return c
	}
	var all []*attesttest.Certificate
	for i := range keys {
		all = append(all, of(i))
	}
	signed := func(by *attesttest.Certificate, at time.Time) *certificate.Certificate {
		ds := s.DS(by).Remove(attesttest.AuthorityKeyIdentifier)
		ds.NotBefore = at
		return parse(t, ds.DER())
	}
	store := csca.New(parsed(t, all...), certificate.Options{})
	for name, i := range map[string]int{"oldest": 0, "middle": keys / 2, "newest": keys - 1} {
		if _, err := store.Chain(signed(all[i], all[i].NotBefore.Add(time.Hour)), today); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	forged := parse(t, s.DS(all[0]).Remove(attesttest.AuthorityKeyIdentifier).SignWith(s.Key()).DER())
	if _, err := store.Chain(forged, today); !errors.Is(err, csca.ErrUnknownIssuer) || !strings.Contains(err.Error(), fmt.Sprintf("%d of %d", csca.MaxCandidates, keys)) {
		t.Errorf("forged: %v", err)
	}
	named := s.DS(all[0]).SignWith(s.Key())
	if _, err := store.Chain(parse(t, named.DER()), today); !errors.Is(err, csca.ErrIssuerSignature) {
		t.Errorf("forged, issuer named: %v", err)
	}
}

// Catches an anchor that keys of the pool with its name and key identifier,
// dated as it suits them, push out of the search.
func TestPoolPushesNoAnchorOut(t *testing.T) {
	s := newState()
	anchor := s.CSCA("CSCA SPECIMEN")
	ds := s.DS(anchor)
	var pool []*attesttest.Certificate
	for range 2 * csca.MaxCandidates {
		rogue := s.CSCA("CSCA SPECIMEN").Set(attesttest.SubjectKey(anchor.KeyIdentifier()))
		rogue.NotBefore = ds.NotBefore
		pool = append(pool, rogue)
	}
	store := build(t, csca.Contents{Anchors: parsed(t, anchor), Pool: parsed(t, pool...)})
	for name, ds := range map[string]*attesttest.Certificate{"by key identifier": ds, "by name": ds.Clone().Remove(attesttest.AuthorityKeyIdentifier)} {
		if _, err := store.Chain(parse(t, ds.DER()), today); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Catches an error for a link that passes for one about the certificate asked
// about: their reasons differ.
func TestBrokenLinkIsNotTheSigners(t *testing.T) {
	f := newFamily()
	f.toLast.SignWith(f.state.Key())
	if _, err := f.chain(t); errors.Is(err, csca.ErrIssuerSignature) || errors.Is(err, csca.ErrUnknownIssuer) {
		t.Error(err)
	}
}

// Catches validity, overrides and revocation that are remembered with a chain.
func TestTimeIsNotRemembered(t *testing.T) {
	f := newFamily()
	store, ds := build(t, csca.Contents{Anchors: parsed(t, f.anchors...), Pool: parsed(t, f.pool...)}), parse(t, f.ds.DER())
	for _, test := range []struct {
		at  time.Time
		err error
	}{
		{today, nil}, {f.first.NotAfter.Add(time.Second), csca.ErrExpired}, {f.first.NotBefore.Add(-time.Second), csca.ErrNotYetValid}, {today, nil},
	} {
		if _, err := store.Chain(ds, test.at); !errors.Is(err, test.err) {
			t.Errorf("%v: %v", test.at, err)
		}
	}
}

// Catches a certificate of a master list that is an anchor without a good
// signature of its own, and a link certificate of a list that is one.
func TestAnchorsOfLists(t *testing.T) {
	s := newState()
	root := s.CSCA("CSCA SPECIMEN")
	good, forged, next := s.CSCA("CSCA GOOD SPECIMEN"), s.CSCA("CSCA FORGED SPECIMEN"), s.CSCA("CSCA NEXT SPECIMEN")
	anonymous := s.CSCA("CSCA PLAIN SPECIMEN").Remove(attesttest.AuthorityKeyIdentifier)
	forgedDS := s.DS(forged)
	forged.SignWith(s.Key())
	link := s.Link(s.CSCA("CSCA ABSENT SPECIMEN"), next)
	list := verified(t, s, root, good.DER(), forged.DER(), link.DER(), anonymous.DER())
	store := build(t, csca.Contents{Lists: []*csca.VerifiedList{list}})
	for name, test := range map[string]struct {
		ds  *attesttest.Certificate
		err error
	}{
		"self-signed":                    {s.DS(good), nil},
		"self-signed without identifier": {s.DS(anonymous), nil},
		"not by its own key":             {forgedDS, csca.ErrNoAnchor},
		"link":                           {s.DS(next), csca.ErrNoAnchor},
		"list signer's root":             {s.DS(root), csca.ErrUnknownIssuer},
	} {
		if _, err := store.Chain(parse(t, test.ds.DER()), today); !errors.Is(err, test.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, a := range store.Authorities() {
		if a.Origin != csca.FromList || a.List != list.Fingerprint() {
			t.Errorf("%v: %v of %v", a.Certificate.Subject, a.Origin, a.List)
		}
	}
}

// Catches a chain of nothing that panics.
func TestEmptyChain(t *testing.T) {
	if c := (csca.Chain{}); c.Issuer() != nil || c.Anchor() != nil {
		t.Error("certificates of an empty chain")
	}
}
