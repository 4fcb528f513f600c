package csca_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/attest/csca"

	"github.com/go-json-experiment/json"
)

// Catches a panic, an error that is not typed, a certificate that is lost
// without a word, and a list that verifies although its bytes were changed.
func FuzzParseMasterList(f *testing.F) {
	s := newState()
	root := s.CSCA("CSCA SPECIMEN")
	signer := s.ListSigner(root)
	good := s.MasterList(signer, root, root.DER(), s.CSCA("CSCA MEMBER SPECIMEN").DER())
	f.Add(good.DER())
	byKey := good.Clone()
	byKey.Signers[0].KeyIdentifier = signer.KeyIdentifier()
	f.Add(byKey.DER())
	f.Add(s.MasterList(signer, root, attesttest.Sequence(), attesttest.Null()).DER())
	f.Add(s.MasterList(signer, root).DER()[:100])
	roots, signed := parsed(f, root), cmsContent(f, good.DER())
	f.Fuzz(func(t *testing.T, der []byte) {
		l, err := csca.ParseMasterList(bytes.Clone(der), certificate.Options{})
		if err != nil {
			if !errors.Is(err, csca.ErrListSyntax) && !errors.Is(err, cms.ErrSyntax) && !errors.Is(err, certificate.ErrSyntax) && !errors.Is(err, certificate.ErrAlgorithm) {
				t.Errorf("error of no kind: %v", err)
			}
			return
		}
		if x := csca.Inspect(l, roots, today); x.Certificates != len(l.Certificates) || x.Verified+len(x.Unverified) > x.Certificates || len(x.Unread) != len(l.Unread) {
			t.Errorf("%d certificates, %d unread, inspected as %+v", len(l.Certificates), len(l.Unread), x)
		}
		if _, err := l.Verify(roots, today); err == nil && !bytes.Equal(cmsContent(t, der), signed) {
			t.Errorf("verified: %x", der)
		}
	})
}

// cmsContent is what a master list signs. The two good lists of the seeds sign
// the same; the others do not verify or sign something else, which the fuzzer
// cannot forge.
func cmsContent(t testing.TB, der []byte) []byte {
	t.Helper()
	d, err := cms.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	return d.Content
}

// Catches a panic, an error that is not typed, and a manifest that does not say
// the same after it is written.
func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(manifest()))
	f.Add([]byte(manifest(entry("a.cer", "anchor", ""), entry("d.ml", "list", `,"root":"a.cer"`))))
	f.Add([]byte(`{"version":1,"files":[],"freshness":{"max_age_hours":24,"grace_hours":0}}`))
	f.Add([]byte(manifest(entry("../a", "anchor", ""))))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := csca.ParseManifest(text)
		if err != nil {
			if !errors.Is(err, csca.ErrManifest) {
				t.Errorf("error of no kind: %v", err)
			}
			return
		}
		written, err := csca.MarshalManifest(m)
		if err != nil {
			t.Fatal(err)
		}
		again, err := csca.ParseManifest(written)
		if err != nil || len(again.Files) != len(m.Files) || len(m.Files) > 0 && !reflect.DeepEqual(m, again) {
			t.Errorf("%+v, written as %s, read as %+v, %v", m, written, again, err)
		}
	})
}

// Catches a panic, an error that is not typed, and overrides that do not say
// the same after they are written.
func FuzzParseOverrides(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"distrust":[{"sha256":"` + zeros[1:] + `1","reason":"SPECIMEN"}]}`))
	f.Add([]byte(`{"extend":[{"sha256":"` + zeros[1:] + `2","until":"2030-01-01","reason":"SPECIMEN"}],"trust":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := csca.ParseOverrides(text)
		if err != nil {
			if !errors.Is(err, csca.ErrOverride) {
				t.Errorf("error of no kind: %v", err)
			}
			return
		}
		written, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		again, err := csca.ParseOverrides(written)
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		twice, err := json.Marshal(again)
		if err != nil || !bytes.Equal(written, twice) {
			t.Errorf("%s, then %s, %v", written, twice, err)
		}
	})
}
