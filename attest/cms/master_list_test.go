package cms_test

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// trustFolder holds real master lists, which are not part of the repository.
// CNIE_TRUST_DIR names another folder.
const trustFolder = "../../../shared/trust"

// masterList reads a list, or skips the test.
func masterList(t testing.TB, name string) []byte {
	t.Helper()
	path := filepath.Join(cmp.Or(os.Getenv("CNIE_TRUST_DIR"), trustFolder), name)
	der, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no master list %s: set CNIE_TRUST_DIR to a folder that has it", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// certificatesOf reads CscaMasterList (ICAO Doc 9303-12, 9.2).
func certificatesOf(t testing.TB, content []byte) [][]byte {
	t.Helper()
	var list, set cryptobyte.String
	var version int
	input := cryptobyte.String(content)
	if !input.ReadASN1(&list, asn1.SEQUENCE) || !input.Empty() || !list.ReadASN1Integer(&version) ||
		version != 0 || !list.ReadASN1(&set, asn1.SET) || !list.Empty() {
		t.Fatal("content is no master list")
	}
	var found [][]byte
	for !set.Empty() {
		var der cryptobyte.String
		if !set.ReadASN1Element(&der, asn1.SEQUENCE) {
			t.Fatal("certificate of the master list")
		}
		found = append(found, der)
	}
	return found
}

// Catches a real CSCA certificate that the parser refuses, a real master list
// whose signature does not verify, and a real signature that is computed wrong.
// The least numbers of verified certificates are what the curves of this module
// reach; a curve more makes them grow.
func TestRealMasterLists(t *testing.T) {
	for _, test := range []struct {
		name                string
		count, usable, good int
	}{
		{"DE_ML_2026-05-28.ml", 588, 513, 508},
		{"NL_ML_2026-07-22.ml", 411, 357, 357},
	} {
		s, err := cms.Parse(masterList(t, test.name))
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if s.ContentType != cms.MasterList {
			t.Errorf("%s: content type %v", test.name, s.ContentType)
		}
		checkListSigner(t, test.name, s)
		var list []*certificate.Certificate
		usable := 0
		for i, der := range certificatesOf(t, s.Content) {
			c, err := certificate.Parse(der, certificate.Options{SHA1: true})
			if err != nil {
				t.Errorf("%s: certificate %d: %v", test.name, i, err)
				continue
			}
			if c.PublicKey.Err() == nil {
				usable++
			}
			list = append(list, c)
		}
		good := verified(list)
		if len(list) != test.count || usable < test.usable || good < test.good {
			t.Errorf("%s: %d parsed, %d usable, %d verified", test.name, len(list), usable, good)
		}
		t.Logf("%s: %d parsed, %d with a usable key, %d verified under one of the list", test.name, len(list), usable, good)
	}
}

// checkListSigner verifies the signature of a list with the signer's
// certificate in it. Its curve may be one that this module does not have.
func checkListSigner(t *testing.T, name string, s *cms.SignedData) {
	t.Helper()
	for _, der := range s.Certificates {
		c, err := certificate.Parse(der, certificate.Options{})
		if err != nil {
			t.Errorf("%s: signer: %v", name, err)
			continue
		}
		if !s.SignerInfos[0].Identifies(c) {
			continue
		}
		if err := s.Verify(&s.SignerInfos[0], c.PublicKey); err != nil && !errors.Is(err, certificate.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	t.Errorf("%s: no signer certificate", name)
}

// verified counts the certificates that one of the list has signed.
func verified(list []*certificate.Certificate) int {
	keys, names := map[string][]*certificate.Certificate{}, map[string][]*certificate.Certificate{}
	for _, c := range list {
		if c.SubjectKeyID != nil {
			keys[string(c.SubjectKeyID)] = append(keys[string(c.SubjectKeyID)], c)
		}
		names[c.Subject.Folded()] = append(names[c.Subject.Folded()], c)
	}
	n := 0
	for _, c := range list {
		for _, issuer := range append(keys[string(c.AuthorityKeyID)], names[c.Issuer.Folded()]...) {
			if c.CheckSignatureFrom(issuer) == nil {
				n++
				break
			}
		}
	}
	return n
}

func BenchmarkParseMasterList(b *testing.B) {
	der := masterList(b, "DE_ML_2026-05-28.ml")
	b.ReportAllocs()
	b.SetBytes(int64(len(der)))
	for b.Loop() {
		s, err := cms.Parse(der)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range certificatesOf(b, s.Content) {
			if _, err := certificate.Parse(c, certificate.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
