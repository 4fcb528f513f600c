package csca_test

import (
	"crypto"
	"errors"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/attest/csca"
)

// verified is a master list under root.
func verified(t testing.TB, s *attesttest.State, root *attesttest.Certificate, members ...[]byte) *csca.VerifiedList {
	t.Helper()
	l, err := csca.ParseMasterList(s.MasterList(s.ListSigner(root), root, members...).DER(), certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := l.Verify(parsed(t, root), today)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// published is a master list to be, and what it is verified with.
type published struct {
	state        *attesttest.State
	root, signer *attesttest.Certificate
	roots        []*attesttest.Certificate
	change       func(*attesttest.SignedData)
}

func newPublished() *published {
	s := newState()
	p := &published{state: s, root: s.CSCA("CSCA SPECIMEN")}
	p.signer, p.roots = s.ListSigner(p.root), []*attesttest.Certificate{p.root}
	return p
}

func (p *published) der() []byte {
	signed := p.state.MasterList(p.signer, p.root, p.root.DER(), p.state.CSCA("CSCA MEMBER SPECIMEN").DER())
	if p.change != nil {
		p.change(signed)
	}
	return signed.DER()
}

// Catches a list that is refused although its signature is good: the ways in
// which real lists name their signers.
func TestVerifyMasterList(t *testing.T) {
	for name, change := range map[string]func(*published){
		"by issuer and serial": func(*published) {},
		"by key identifier": func(p *published) {
			p.change = func(d *attesttest.SignedData) { d.Signers[0].KeyIdentifier = p.signer.KeyIdentifier() }
		},
		"root among others": func(p *published) {
			p.roots = []*attesttest.Certificate{p.state.CSCA("CSCA OTHER SPECIMEN"), p.state.CSCA("CSCA SPECIMEN"), p.root}
		},
		"root not in the list": func(p *published) {
			p.change = func(d *attesttest.SignedData) { d.Certificates = d.Certificates[:1] }
		},
		"root by a link in the list": func(p *published) {
			next := p.state.CSCA("CSCA SPECIMEN")
			p.signer = p.state.ListSigner(next)
			p.change = func(d *attesttest.SignedData) {
				d.Certificates = append(d.Certificates, p.state.Link(p.root, next).DER())
			}
		},
		"certificate that cannot be read beside": func(p *published) {
			p.change = func(d *attesttest.SignedData) { d.Certificates = append(d.Certificates, attesttest.Sequence()) }
		},
		"other certificate with the key identifier before": func(p *published) {
			other := p.state.ListSigner(p.root).Set(attesttest.SubjectKey(p.signer.KeyIdentifier()))
			p.change = func(d *attesttest.SignedData) {
				d.Certificates = append([][]byte{other.DER()}, d.Certificates...)
				d.Signers[0].KeyIdentifier = p.signer.KeyIdentifier()
			}
		},
		"second signer is good": func(p *published) {
			p.change = func(d *attesttest.SignedData) {
				bad := d.Signers[0].Clone()
				bad.AlterSignature = func(b []byte) []byte { return attesttest.Flip(b, -1) }
				d.Signers = append([]*attesttest.SignerInfo{bad}, d.Signers...)
			}
		},
	} {
		p := newPublished()
		change(p)
		l, err := csca.ParseMasterList(p.der(), certificate.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		v, err := l.Verify(parsed(t, p.roots...), today)
		if err != nil || v.Signer.Subject.String() != "C=UT, O=SPECIMEN, CN=LIST SIGNER SPECIMEN" || string(v.Root.Raw) != string(p.root.DER()) ||
			!v.SigningTime.Equal(p.state.Begin.AddDate(0, 6, 0)) || len(v.Certificates) != 2 {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}

// Catches a list that counts as verified without being it, and the wrong cause.
func TestVerifyMasterListRefuses(t *testing.T) {
	alter := func(change func(*attesttest.SignedData)) func(*published) {
		return func(p *published) { p.change = change }
	}
	for name, test := range map[string]struct {
		change func(*published)
		err    error
	}{
		"no signer":       {alter(func(d *attesttest.SignedData) { d.Signers, d.Digests = nil, [][]byte{attesttest.Digest(crypto.SHA256)} }), csca.ErrListSigner},
		"no certificates": {alter(func(d *attesttest.SignedData) { d.Certificates = nil }), csca.ErrListSigner},
		"other certificates": {func(p *published) {
			other := p.state.ListSigner(p.root)
			p.change = func(d *attesttest.SignedData) { d.Certificates[0] = other.DER() }
		}, csca.ErrListSigner},
		"no purpose":    {func(p *published) { p.signer.Remove(attesttest.ExtendedKeyUsage) }, csca.ErrListSigner},
		"other purpose": {func(p *published) { p.signer.Set(attesttest.Purposes(attesttest.Unknown)) }, csca.ErrListSigner},
		"second purpose": {func(p *published) {
			p.signer.Set(attesttest.Purposes(attesttest.MasterListSigning, attesttest.Unknown))
		}, csca.ErrListSigner},
		"no digital signature":  {func(p *published) { p.signer.Set(attesttest.Usage(attesttest.UsageCRLSign)) }, csca.ErrListSigner},
		"authority":             {func(p *published) { p.signer.Set(attesttest.Authority(0)) }, csca.ErrListSigner},
		"document signer":       {func(p *published) { p.signer = p.state.DS(p.root) }, csca.ErrListSigner},
		"no root":               {func(p *published) { p.roots = nil }, csca.ErrListRoot},
		"other root":            {func(p *published) { p.roots = []*attesttest.Certificate{p.state.CSCA("CSCA OTHER SPECIMEN")} }, csca.ErrListRoot},
		"root of the same name": {func(p *published) { p.roots = []*attesttest.Certificate{p.state.CSCA("CSCA SPECIMEN")} }, csca.ErrListRoot},
		"forged certificate":    {func(p *published) { p.signer.SignWith(p.state.Key()) }, csca.ErrListRoot},
		"root is no authority":  {func(p *published) { p.root.Set(attesttest.Usage(attesttest.UsageDigitalSignature)) }, csca.ErrListRoot},
		"signature": {alter(func(d *attesttest.SignedData) {
			d.Signers[0].AlterSignature = func(b []byte) []byte { return attesttest.Flip(b, -1) }
		}), csca.ErrListSignature},
		"other content":        {alter(func(d *attesttest.SignedData) { d.Signers[0].MessageDigest = make([]byte, 32) }), csca.ErrListSignature},
		"other key":            {alter(func(d *attesttest.SignedData) { d.Signers[0].Key = newState().CSCA("x").Key }), csca.ErrListSignature},
		"signer expired":       {func(p *published) { p.signer.NotAfter = today.Add(-day) }, csca.ErrListValidity},
		"signer not yet valid": {func(p *published) { p.signer.NotBefore = today.Add(day) }, csca.ErrListValidity},
		"root expired":         {func(p *published) { p.root.NotAfter = today.Add(-day) }, csca.ErrListValidity},
		"signed in the future": {alter(func(d *attesttest.SignedData) { d.Signers[0].SigningTime = today.Add(day) }), csca.ErrListValidity},
	} {
		p := newPublished()
		test.change(p)
		l, err := csca.ParseMasterList(p.der(), certificate.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if v, err := l.Verify(parsed(t, p.roots...), today); !errors.Is(err, test.err) || v != nil {
			t.Errorf("%s: %v", name, err)
		}
		x := csca.Inspect(l, parsed(t, p.roots...), today)
		if x.ListSignature.Verified || x.ListSignature.Reason == "" || x.Certificates != 2 || x.Verified != 2 && name != "root is no authority" {
			t.Errorf("%s: inspected as %+v", name, x)
		}
	}
}

// Catches another content that passes for a master list.
func TestParseMasterListRefuses(t *testing.T) {
	certificateDER := newState().CSCA("CSCA SPECIMEN").DER()
	for name, test := range map[string]struct {
		change func(*attesttest.SignedData)
		err    error
	}{
		"security object": {func(d *attesttest.SignedData) { d.ContentType = attesttest.SecurityObjectType }, csca.ErrListSyntax},
		"version 1": {func(d *attesttest.SignedData) {
			d.Content = attesttest.Sequence(attesttest.Integer(1), attesttest.Set())
		}, csca.ErrListSyntax},
		"no set": {func(d *attesttest.SignedData) { d.Content = attesttest.Sequence(attesttest.Integer(0)) }, csca.ErrListSyntax},
		"after the set": {func(d *attesttest.SignedData) {
			d.Content = attesttest.Sequence(attesttest.Integer(0), attesttest.Set(), attesttest.Null())
		}, csca.ErrListSyntax},
		"after the list": {func(d *attesttest.SignedData) { d.Content = append(d.Content, 0) }, csca.ErrListSyntax},
		"member no sequence": {func(d *attesttest.SignedData) {
			d.Content = attesttest.Sequence(attesttest.Integer(0), attesttest.Set(attesttest.Null()))
		}, csca.ErrListSyntax},
		"member cut off": {func(d *attesttest.SignedData) {
			d.Content = attesttest.Sequence(attesttest.Integer(0), attesttest.Set(certificateDER[:90]))
		}, csca.ErrListSyntax},
		"after the container": {func(d *attesttest.SignedData) { d.Alter = func(b []byte) []byte { return append(b, 0) } }, cms.ErrSyntax},
	} {
		p := newPublished()
		p.change = test.change
		if l, err := csca.ParseMasterList(p.der(), certificate.Options{}); !errors.Is(err, test.err) || l != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Catches one bad certificate that takes the others of a list away, or that is
// lost without a word.
func TestUnreadCertificates(t *testing.T) {
	s := newState()
	root := s.CSCA("CSCA SPECIMEN")
	list := verified(t, s, root, root.DER(), attesttest.Sequence(), s.CSCA("CSCA LAB SPECIMEN").Set(attesttest.Lab()).DER())
	if len(list.Certificates) != 1 || len(list.Unread) != 2 ||
		list.Unread[0].Index != 0 || !errors.Is(list.Unread[0].Err, certificate.ErrSyntax) ||
		list.Unread[1].Index != 2 || !errors.Is(list.Unread[1].Err, certificate.ErrLab) {
		t.Errorf("%d read, %+v", len(list.Certificates), list.Unread)
	}
	if x := csca.Inspect(list.MasterList, nil, today); len(x.Unread) != 2 || x.Unread[1].Index != 2 || x.Unread[1].Reason == "" {
		t.Errorf("%+v", x.Unread)
	}
}

// Catches a list that is used under another policy than it was read under, and
// one whose signer the operator distrusts.
func TestBuildRefusesLists(t *testing.T) {
	s := newState()
	root := s.CSCA("CSCA SPECIMEN")
	list := verified(t, s, root, root.DER())
	if _, err := csca.Build(csca.Contents{Options: certificate.Options{SHA1: true}, Lists: []*csca.VerifiedList{list}}); !errors.Is(err, csca.ErrOptions) {
		t.Errorf("other options: %v", err)
	}
	for _, c := range []*certificate.Certificate{list.Signer, list.Root} {
		distrust := csca.Overrides{Distrust: []csca.Override{{SHA256: c.Fingerprint(), Reason: "SPECIMEN"}}}
		if _, err := csca.Build(csca.Contents{Lists: []*csca.VerifiedList{list}, Overrides: distrust}); !errors.Is(err, csca.ErrDistrusted) {
			t.Errorf("%v distrusted: %v", c.Subject, err)
		}
	}
}

// Catches a list that was not verified and counts, and an operator's distrust
// of a link between signer and root that the list escapes.
func TestBuildRefusesUnverifiedLists(t *testing.T) {
	p := newPublished()
	next := p.state.CSCA("CSCA SPECIMEN")
	link := p.state.Link(p.root, next)
	p.signer = p.state.ListSigner(next)
	p.change = func(d *attesttest.SignedData) { d.Certificates = append(d.Certificates, link.DER()) }
	l, err := csca.ParseMasterList(p.der(), certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := csca.Build(csca.Contents{Lists: []*csca.VerifiedList{{MasterList: l}}}); !errors.Is(err, csca.ErrListSignature) {
		t.Errorf("not verified: %v", err)
	}
	v, err := l.Verify(parsed(t, p.roots...), today)
	if err != nil {
		t.Fatal(err)
	}
	distrust := csca.Overrides{Distrust: []csca.Override{{SHA256: fingerprint(link), Reason: "SPECIMEN"}}}
	if _, err := csca.Build(csca.Contents{Lists: []*csca.VerifiedList{v}, Overrides: distrust}); !errors.Is(err, csca.ErrDistrusted) {
		t.Errorf("link distrusted: %v", err)
	}
}

// Catches an operator who is told of a list's end too late, because the root
// ends before the signer, and one who is told twice.
func TestListState(t *testing.T) {
	for name, test := range map[string]struct {
		root, signer time.Time
		until        time.Time
	}{
		"signer ends first": {today.Add(9 * day), today.Add(day), today.Add(day)},
		"root ends first":   {today.Add(day), today.Add(9 * day), today.Add(day)},
	} {
		p := newPublished()
		p.root.NotAfter, p.signer.NotAfter = test.root, test.signer
		l, err := csca.ParseMasterList(p.der(), certificate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v, err := l.Verify(parsed(t, p.roots...), today)
		if err != nil {
			t.Fatal(err)
		}
		store := build(t, csca.Contents{Lists: []*csca.VerifiedList{v, v}})
		lists := store.Lists()
		if len(lists) != 1 {
			t.Fatalf("%s: %d lists", name, len(lists))
		}
		if got := lists[0]; got.SHA256 != l.Fingerprint() || got.Signer != v.Signer || got.Root != v.Root || !got.SigningTime.Equal(v.SigningTime) || !got.Until.Equal(test.until) {
			t.Errorf("%s: %+v", name, got)
		}
		lists[0] = csca.ListState{}
		if store.Lists()[0].Signer == nil {
			t.Error("the store shares its slice")
		}
	}
}

// Catches a root that keeps the options that it was read under.
func TestRootsAreReadAgain(t *testing.T) {
	p := newPublished()
	p.root.SetPublicKey(attesttest.RSA8192())
	p.signer = p.state.ListSigner(p.root)
	root, err := certificate.Parse(p.root.DER(), certificate.Options{MaxRSA: 8192})
	if err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]error{0: csca.ErrListRoot, 8192: nil} {
		l, err := csca.ParseMasterList(p.der(), certificate.Options{MaxRSA: limit})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Verify([]*certificate.Certificate{root}, today); !errors.Is(err, want) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}
