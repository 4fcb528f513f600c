package csca_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// The real lists and their roots are not part of the repository; CNIE_TRUST_DIR
// names their folder.
const (
	germanList, germanRoot = "DE_ML_2026-05-28.ml", "DE_CSCA07.cer"
	dutchList, dutchRoot   = "NL_ML_2026-07-22.ml", "NL_ROOT.cer"
)

// inSummer is a time at which both lists are in use.
var inSummer = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

func realPath(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(cmp.Or(os.Getenv("CNIE_TRUST_DIR"), "../../../shared/trust"), name)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		t.Skipf("no file %s: set CNIE_TRUST_DIR to a folder that has it", path)
	}
	return path
}

func readReal(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(realPath(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func realList(t testing.TB, name string) *csca.MasterList {
	t.Helper()
	l, err := csca.ParseMasterList(readReal(t, name), certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func realRoot(t testing.TB, name string) []*certificate.Certificate {
	t.Helper()
	return []*certificate.Certificate{parse(t, readReal(t, name))}
}

// realStore is a store of both lists.
func realStore(t testing.TB) *csca.Store {
	t.Helper()
	var lists []*csca.VerifiedList
	for list, root := range map[string]string{germanList: germanRoot, dutchList: dutchRoot} {
		v, err := realList(t, list).Verify(realRoot(t, root), inSummer)
		if err != nil {
			t.Fatal(err)
		}
		lists = append(lists, v)
	}
	return build(t, csca.Contents{Lists: lists})
}

// Catches a real CSCA certificate that cannot be loaded.
func TestLoadRealAnchor(t *testing.T) {
	store, err := csca.Load([]string{realPath(t, dutchRoot)}, certificate.Options{}, inSummer)
	if err != nil || len(store.Anchors()) != 1 || store.Anchors()[0].Country != "NL" {
		t.Errorf("%v, %v", store, err)
	}
}

// Catches a real list that is read in part, whose signature does not verify
// under its root or does under another, and a certificate in it whose signature
// is computed wrong. The 12 certificates that no key of the German list signed
// are links whose older key is not in the list.
func TestInspectRealLists(t *testing.T) {
	for _, test := range []struct {
		list, root, other               string
		certificates, verified, missing int
		signer                          string
	}{
		{germanList, germanRoot, dutchRoot, 588, 576, 12, "C=DE, O=bund, OU=bsi, serialNumber=0039, CN=CSCA Master List Signer"},
		{dutchList, dutchRoot, germanRoot, 411, 411, 0, "serialNumber=8, CN=Masterlist Signer NL, OU=Kingdom of the Netherlands, O=Kingdom of the Netherlands, C=NL"},
	} {
		l := realList(t, test.list)
		x := csca.Inspect(l, realRoot(t, test.root), inSummer)
		if x.Certificates != test.certificates || x.Verified != test.verified || len(x.Unverified) != test.missing || len(x.Unread) != 0 {
			t.Errorf("%s: %d certificates, %d verified, not %v", test.list, x.Certificates, x.Verified, x.Unverified)
		}
		if !x.ListSignature.Verified || x.ListSignature.Signer != test.signer {
			t.Errorf("%s: %+v", test.list, x.ListSignature)
		}
		for _, u := range x.Unverified {
			if u.Reason != csca.IssuerNotInList || u.Subject == "" {
				t.Errorf("%s: %+v", test.list, u)
			}
		}
		if x.SHA1 == 0 || x.Oversized == 0 || x.Deviations[string(certificate.NegativeSerial)] == 0 || x.ByCountry["FR"] == 0 {
			t.Errorf("%s: %d with SHA-1, %d with large keys, %v", test.list, x.SHA1, x.Oversized, x.Deviations)
		}
		_, err := l.Verify(realRoot(t, test.other), inSummer)
		if !errors.Is(err, csca.ErrListRoot) {
			t.Errorf("%s under %s: %v", test.list, test.other, err)
		}
	}
}

// Catches an inspection whose JSON has other names than programs read.
func TestInspectionJSON(t *testing.T) {
	s := newState()
	old, next := s.CSCA("CSCA SPECIMEN"), s.CSCA("CSCA SPECIMEN")
	list := verified(t, s, old, old.DER(), s.Link(old, next).DER(), s.Link(next, s.CSCA("CSCA ABROAD SPECIMEN")).DER())
	text, err := json.Marshal(csca.Inspect(list.MasterList, parsed(t, old), today))
	if err != nil {
		t.Fatal(err)
	}
	var x struct {
		Certificates, Countries, Verified int
		Unverified                        []struct{ Subject, Reason string }
		ListSignature                     struct {
			Verified bool
			Signer   string
		} `json:"list_signature"`
		SelfSigned int `json:"self_signed"`
		Links      int
	}
	if err := json.Unmarshal(text, &x); err != nil {
		t.Fatal(err)
	}
	// The second link is signed by the key that the first one certifies.
	if x.Certificates != 3 || x.Countries != 1 || x.Verified != 3 || x.Unverified == nil || len(x.Unverified) != 0 ||
		!x.ListSignature.Verified || x.ListSignature.Signer != "C=UT, O=SPECIMEN, CN=LIST SIGNER SPECIMEN" || x.SelfSigned != 1 || x.Links != 2 {
		t.Errorf("%s", text)
	}
}

// Catches reasons that do not tell what is wrong with a certificate of a list.
func TestInspectReasons(t *testing.T) {
	f := newFamily()
	forged := f.toNext.SignWith(f.state.Key())
	own := f.last.SignWith(f.state.Key())
	absent := f.state.Link(f.state.CSCA("CSCA ABSENT SPECIMEN"), f.state.CSCA("CSCA PRESENT SPECIMEN"))
	odd := f.state.CSCA("CSCA ODD SPECIMEN")
	odd.PublicKey = odd.Key.InfoOn(curveNobodyHas.DER())
	strange := f.state.CSCA("CSCA STRANGE SPECIMEN")
	strange.Identifier = strangeAlgorithm
	plain := f.state.CSCA("CSCA PLAIN SPECIMEN").Remove(attesttest.AuthorityKeyIdentifier).SignWith(f.state.Key())
	list := verified(t, f.state, f.first, f.first.DER(), plain.DER(), forged.DER(), own.DER(), absent.DER(), odd.DER(), strange.DER())
	x := csca.Inspect(list.MasterList, nil, today)
	got := map[string]string{}
	for _, u := range x.Unverified {
		got[u.SHA256.String()] = u.Reason
	}
	for _, want := range []struct {
		of     csca.Fingerprint
		reason string
	}{
		{fingerprint(forged), csca.SignatureInvalid},
		{fingerprint(plain), csca.SignatureInvalid},
		{fingerprint(own), csca.SignatureInvalid},
		{fingerprint(absent), csca.IssuerNotInList},
		{fingerprint(odd), csca.IssuerKeyUnsupported},
		{fingerprint(strange), csca.AlgorithmUnsupported},
	} {
		if got[want.of.String()] != want.reason {
			t.Errorf("%s, want %s", got[want.of.String()], want.reason)
		}
	}
	if x.Verified != 1 || len(x.Unverified) != 6 {
		t.Errorf("%d verified, %+v", x.Verified, x.Unverified)
	}
}

// Catches real link certificates that are not followed: from the first
// certificate of France alone, all five have a chain, the newest over both links.
func TestRealLinksOfFrance(t *testing.T) {
	var all []*certificate.Certificate
	for _, c := range realList(t, germanList).Certificates {
		if c.Country == "FR" {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b *certificate.Certificate) int { return a.NotBefore.Compare(b.NotBefore) })
	if len(all) != 5 || all[0].NotBefore.Year() != 2015 {
		t.Fatalf("%d certificates of France", len(all))
	}
	store := build(t, csca.Contents{Anchors: all[:1], Pool: realList(t, germanList).Certificates})
	lengths := map[int][]int{}
	for _, c := range all {
		chain, err := store.Chain(c, inSummer)
		if err != nil || string(chain.Anchor().Raw) != string(all[0].Raw) {
			t.Errorf("certificate of %s: %v, %v", c.NotBefore.Format(time.DateOnly), places(chain, all), err)
			continue
		}
		checkLinked(t, c.Subject.String(), append(csca.Chain{c}, chain...))
		lengths[c.NotBefore.Year()] = append(lengths[c.NotBefore.Year()], len(chain))
	}
	// A link is signed by the key before it; a self-signed certificate by its
	// own key, which the link certifies: one authority more.
	for year, want := range map[int][]int{2015: {1}, 2020: {1, 2}, 2025: {2, 3}} {
		slices.Sort(lengths[year])
		if !slices.Equal(lengths[year], want) {
			t.Errorf("chains of %d have %v authorities, want %v", year, lengths[year], want)
		}
	}
}

// Catches a real authority without a chain in a store of both lists, beyond
// those that the default policy keeps out: SHA-1, keys of more than 4096 bits,
// expired ones, and links whose older key is in no list.
func TestChainsOfRealStore(t *testing.T) {
	store := realStore(t)
	good := 0
	for _, a := range store.Authorities() {
		_, err := store.Chain(a.Certificate, inSummer)
		switch {
		case err == nil:
			good++
		case errors.Is(err, certificate.ErrSHA1), errors.Is(err, certificate.ErrKeySize), errors.Is(err, csca.ErrExpired), errors.Is(err, csca.ErrUnknownIssuer):
		default:
			t.Errorf("%v: %v", a.Certificate.Subject, err)
		}
	}
	if total := len(store.Authorities()); total != 627 || good < 550 {
		t.Errorf("%d of %d authorities have a chain", good, total)
	}
}
