package cms_test

import (
	"cmp"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
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
// Keys of 6144 bits are allowed, SHA-1 too. The others have no issuer
// in the list whose key verifies them.
func TestRealMasterLists(t *testing.T) {
	for _, test := range []struct {
		name                string
		count, usable, good int
	}{
		{"DE_ML_2026-05-28.ml", 588, 588, 576},
		{"NL_ML_2026-07-22.ml", 411, 411, 411},
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
			c, err := certificate.Parse(der, certificate.Options{SHA1: true, MaxRSA: 6144})
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
// certificate in it.
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
		if err := s.Verify(&s.SignerInfos[0], c.PublicKey); err != nil {
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

// Catches a deviation of a real certificate that is not noted, and regular
// certificates that are noted. The numbers were counted apart, with a reader of
// DER in another language.
func TestRealDeviations(t *testing.T) {
	counts, regular := map[certificate.Deviation]int{}, 0
	for _, name := range []string{"DE_ML_2026-05-28.ml", "NL_ML_2026-07-22.ml"} {
		s, err := cms.Parse(masterList(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if s.Deviations != nil || s.SignerInfos[0].SigningTime.Year() != 2026 {
			t.Errorf("%s: signed at %v, deviations %v", name, s.SignerInfos[0].SigningTime, s.Deviations)
		}
		for _, der := range certificatesOf(t, s.Content) {
			c, err := certificate.ParseInPlace(der, certificate.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if c.Deviations == nil {
				regular++
			}
			for _, d := range c.Deviations {
				counts[d]++
			}
		}
	}
	want := map[certificate.Deviation]int{
		certificate.TrueNotFF: 2, certificate.TrailingZeroBits: 5,
		certificate.NegativeSerial: 4, certificate.ZeroSerial: 2, certificate.EarlyGeneralizedTime: 1,
		certificate.AlgorithmParameters: 28, certificate.CountryCase: 23, certificate.NamesDifferInStyle: 7,
		certificate.MissingAuthorityKeyID: 2, certificate.MissingBasicConstraints: 1, certificate.MissingKeyUsage: 1,
		certificate.MissingPrivateKeyUsage: 200, certificate.NotCritical: 13, certificate.ForeignKeyUsage: 9,
		certificate.AuthorityMismatch: 7, certificate.PathLength: 40,
		certificate.NamedCurve: 7, certificate.ParameterLengths: 14,
	}
	if !maps.Equal(counts, want) || regular != 715 {
		t.Errorf("%d regular, deviations %v", regular, counts)
	}
}

// BenchmarkParse reads the certificates of both lists, whose content is kept
// once, and tells what one of them holds besides its bytes there.
func BenchmarkParse(b *testing.B) {
	var ders [][]byte
	for _, name := range []string{"DE_ML_2026-05-28.ml", "NL_ML_2026-07-22.ml"} {
		s, err := cms.Parse(masterList(b, name))
		if err != nil {
			b.Fatal(err)
		}
		ders = append(ders, certificatesOf(b, s.Content)...)
	}
	list := make([]*certificate.Certificate, len(ders))
	parse := func() {
		for i, der := range ders {
			c, err := certificate.ParseInPlace(der, certificate.Options{})
			if err != nil {
				b.Fatal(err)
			}
			list[i] = c
		}
	}
	parse()
	b.ReportAllocs()
	for b.Loop() {
		parse()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(list)), "ns/certificate")
	b.ReportMetric(float64(live(list))/float64(len(list)), "live-B/certificate")
	runtime.KeepAlive(ders)
}

// live is the memory that is freed when the certificates go.
func live(list []*certificate.Certificate) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	clear(list)
	runtime.GC()
	runtime.ReadMemStats(&after)
	return before.HeapAlloc - after.HeapAlloc
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
