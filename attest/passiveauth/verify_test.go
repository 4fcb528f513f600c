package passiveauth_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

var update = flag.Bool("update", false, "write the golden files anew")

// checks are all the checks of Verify, in their order.
var checks = []string{
	passiveauth.CheckChain, passiveauth.CheckDSValidity, passiveauth.CheckCSCAValidity,
	passiveauth.CheckSignature, passiveauth.CheckCountry,
}

// specimen reads a SOD of testdata, which OpenSSL signed, and its CSCA.
func specimen(t testing.TB, name string, opts certificate.Options) (sod []byte, anchor *certificate.Certificate) {
	t.Helper()
	sod, err := os.ReadFile(filepath.Join("testdata", name+".sod"))
	if err != nil {
		t.Fatal(err)
	}
	der, err := os.ReadFile(filepath.Join("testdata", name+".der"))
	if err != nil {
		t.Fatal(err)
	}
	if anchor, err = certificate.Parse(der, opts); err != nil {
		t.Fatal(err)
	}
	return sod, anchor
}

func store(anchors ...*certificate.Certificate) *csca.Store { return csca.New(anchors) }

// Catches a signature scheme, a curve encoding or a form of the SOD that is
// read wrong. Signatures and digests are OpenSSL's.
func TestOpenSSLDocuments(t *testing.T) {
	for _, name := range []string{"rsa", "rsa-keyid", "pss", "p256", "brainpool", "brainpool384"} {
		sod, anchor := specimen(t, name, certificate.Options{})
		d, err := passiveauth.Verify(sod, store(anchor), certificate.Options{}, anchor.NotBefore.AddDate(1, 0, 0))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(d.Checks, checks) || d.Anchor != anchor || d.Signer.Subject.String() != "C=UT, O=SPECIMEN, CN=DS "+name {
			t.Errorf("%s: checks %q, signer %v", name, d.Checks, d.Signer.Subject)
		}
		if d.Object.LDSVersion != "0108" || len(d.Object.Digests) != 6 {
			t.Errorf("%s: %+v", name, d.Object)
		}
		for _, f := range []lds.File{lds.DG1, lds.DG11, lds.DG14} {
			if err := d.CheckFile(f, fmt.Appendf(nil, "SPECIMEN DG%d", f)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if want := append(slices.Clone(checks), "dg1_hash", "dg11_hash", "dg14_hash"); !slices.Equal(d.Checks, want) {
			t.Errorf("%s: checks %q", name, d.Checks)
		}
		if !d.AllowsType("ID") || d.AllowsType("AC") {
			t.Errorf("%s: document types %q", name, d.Signer.DocumentTypes)
		}
	}
}

// Catches SHA-1 and curves outside the module being accepted or misnamed.
func TestAlgorithmsThatAreNotAccepted(t *testing.T) {
	old := certificate.Options{SHA1: true}
	sod, anchor := specimen(t, "sha1", old)
	at := anchor.NotBefore.AddDate(1, 0, 0)
	d, err := passiveauth.Verify(sod, store(anchor), certificate.Options{}, at)
	if reason, _ := refusal.Of(err); reason != refusal.AlgorithmUnsupported || len(d.Checks) != 0 {
		t.Errorf("SHA-1: %v, checks %q", err, d.Checks)
	}
	if _, err := passiveauth.Verify(sod, store(anchor), old, at); err != nil {
		t.Errorf("SHA-1 allowed: %v", err)
	}
	sod, anchor = specimen(t, "secp256k1", certificate.Options{})
	if anchor.PublicKey.Err() == nil {
		t.Fatal("secp256k1 is supported: take another curve for this test")
	}
	d, err = passiveauth.Verify(sod, store(anchor), certificate.Options{}, at)
	if reason, _ := refusal.Of(err); reason != refusal.AlgorithmUnsupported || len(d.Checks) != 0 {
		t.Errorf("secp256k1: %v, checks %q", err, d.Checks)
	}
}

// fault is one thing wrong with a document.
type fault struct {
	name   string
	change func(t *testing.T, s *state)
	opts   certificate.Options
	now    time.Time // zero: now
	reason refusal.Reason
	checks []string // that pass all the same
}

func faults() []fault {
	chain, dsValid, cscaValid, signature := checks[:1], checks[:2], checks[:3], checks[:4]
	return []fault{
		{name: "unsigned file", change: func(t *testing.T, s *state) { s.tag = 0x30 }, reason: refusal.SODMalformed},
		{name: "two signers", change: func(t *testing.T, s *state) { s.signers = 2 }, reason: refusal.SODMalformed},
		{name: "no signer", change: func(t *testing.T, s *state) { s.signers = 0 }, reason: refusal.SODMalformed},
		{name: "other content type", change: func(t *testing.T, s *state) { s.contentType = idMasterList }, reason: refusal.SODMalformed},
		{name: "unknown digest", change: func(t *testing.T, s *state) { s.digestID = idUnknown }, reason: refusal.AlgorithmUnsupported},
		{name: "signer not inside", change: func(t *testing.T, s *state) { s.noCert = true }, reason: refusal.SODSignerMissing},
		{name: "DS with unknown critical extension", change: func(t *testing.T, s *state) { s.ds.unknown = true }, reason: refusal.DSMalformed},
		{name: "laboratory DS", change: func(t *testing.T, s *state) { s.ds.lab = true }, reason: refusal.LabDocument},
		{name: "unknown CSCA", change: func(t *testing.T, s *state) { s.ds.issuer, s.ds.authority = "CSCA OTHER", []byte("other key") }, reason: refusal.CSCAUnknown},
		{name: "unknown key of a known name", change: func(t *testing.T, s *state) { s.ds.authority, s.caKey = []byte("other key"), newKey(t) }, reason: refusal.CSCAUnknown},
		{name: "no authority key, unknown key of a known name", change: func(t *testing.T, s *state) { s.ds.authority, s.caKey = nil, newKey(t) }, reason: refusal.CSCAUnknown},
		{name: "laboratory CSCA", change: func(t *testing.T, s *state) { s.csca.lab = true }, reason: refusal.LabDocument},
		{name: "forged DS", change: func(t *testing.T, s *state) { s.caKey = newKey(t) }, reason: refusal.DSSignatureInvalid},
		{name: "CSCA on an unknown curve", change: func(t *testing.T, s *state) { s.csca.curve = idSecp256k1 }, reason: refusal.AlgorithmUnsupported},
		{name: "CSCA not for certificates", change: func(t *testing.T, s *state) { s.csca.usage = 0x02 }, reason: refusal.CSCAKeyUsage},
		{name: "CSCA without usage", change: func(t *testing.T, s *state) { s.csca.usage = 0 }, reason: refusal.CSCAKeyUsage},
		{name: "CSCA is no authority", change: func(t *testing.T, s *state) { s.csca.ca = false }, reason: refusal.CSCAKeyUsage},
		{name: "DS not for signatures", change: func(t *testing.T, s *state) { s.ds.usage = 0x20 }, reason: refusal.DSKeyUsage},
		{name: "DS without usage", change: func(t *testing.T, s *state) { s.ds.usage = 0 }, reason: refusal.DSKeyUsage},
		{name: "DS is an authority", change: func(t *testing.T, s *state) { s.ds.ca = true }, reason: refusal.DSKeyUsage},
		{name: "DS for master lists", change: func(t *testing.T, s *state) { s.ds.other = true }, reason: refusal.DSKeyUsage},
		{name: "DS expired", change: func(t *testing.T, s *state) { s.ds.notAfter = now.Add(-time.Second) }, reason: refusal.DSExpired, checks: chain},
		{name: "DS not yet valid", change: func(t *testing.T, s *state) { s.ds.notBefore = now.Add(time.Second) }, reason: refusal.DSNotYetValid, checks: chain},
		{name: "CSCA expired", change: func(t *testing.T, s *state) { s.csca.notAfter = now.Add(-time.Second) }, reason: refusal.CSCAExpired, checks: dsValid},
		{name: "CSCA not yet valid", change: func(t *testing.T, s *state) { s.csca.notBefore = now.Add(time.Second) }, reason: refusal.CSCANotYetValid, checks: dsValid},
		{name: "all expired", change: func(t *testing.T, s *state) {}, now: issued.AddDate(20, 0, 0), reason: refusal.DSExpired, checks: chain},
		{name: "SHA-1 in the signer", change: func(t *testing.T, s *state) { s.digestID = idSHA1 }, reason: refusal.AlgorithmUnsupported, checks: cscaValid},
		{name: "other content", change: func(t *testing.T, s *state) { s.digest = make([]byte, 32) }, reason: refusal.SODDigestMismatch, checks: cscaValid},
		{name: "other signature", change: func(t *testing.T, s *state) { s.sodKey = newKey(t) }, reason: refusal.SODSignatureInvalid, checks: cscaValid},
		{name: "DS on an unknown curve", change: func(t *testing.T, s *state) { s.ds.curve = idSecp256k1 }, reason: refusal.AlgorithmUnsupported, checks: cscaValid},
		{name: "content is no security object", change: func(t *testing.T, s *state) { s.content = []byte("SPECIMEN") }, reason: refusal.SODMalformed, checks: signature},
		{name: "SHA-1 in the security object", change: func(t *testing.T, s *state) { s.content = object(idSHA1, 20) }, reason: refusal.AlgorithmUnsupported, checks: signature},
		{name: "DS of another country", change: func(t *testing.T, s *state) { s.ds.country = "XA" }, reason: refusal.CountryMismatch, checks: signature},
		{name: "DS without country", change: func(t *testing.T, s *state) { s.ds.country = "" }, reason: refusal.CountryMismatch, checks: signature},
		{name: "issuer of another country", change: func(t *testing.T, s *state) { s.ds.issuerCountry = "XA" }, reason: refusal.CountryMismatch, checks: signature},
		{name: "no country at all", change: func(t *testing.T, s *state) { s.ds.country, s.ds.issuerCountry, s.csca.country = "", "", "" }, reason: refusal.CountryMismatch, checks: signature},
	}
}

// Catches a check that passes although it is defeated, one that is not named
// when it passes, a wrong reason, and text for logs that changes unseen.
func TestEachCheckIsDefeated(t *testing.T) {
	sod, anchors := newState(t).issue(t)
	d, err := passiveauth.Verify(sod, anchors, certificate.Options{}, now)
	if err != nil || !slices.Equal(d.Checks, checks) {
		t.Fatalf("without fault: %v, checks %q", err, d.Checks)
	}
	var golden strings.Builder
	defeated := map[string]bool{}
	for _, f := range faults() {
		s := newState(t)
		f.change(t, s)
		sod, anchors := s.issue(t)
		if f.now.IsZero() {
			f.now = now
		}
		d, err := passiveauth.Verify(sod, anchors, f.opts, f.now)
		reason, ok := refusal.Of(err)
		if !ok || reason != f.reason || !slices.Equal(d.Checks, f.checks) {
			t.Errorf("%s: %v, checks %q", f.name, err, d.Checks)
		}
		if err := d.CheckFile(lds.DG1, fileContent(1)); err == nil {
			t.Errorf("%s: DG1 passes", f.name)
		}
		if len(f.checks) < len(checks) {
			defeated[checks[len(f.checks)]] = true
		}
		fmt.Fprintf(&golden, "%s: %s\n", f.name, ownText(err))
	}
	for _, check := range checks {
		if !defeated[check] {
			t.Errorf("no fault defeats %s", check)
		}
	}
	compareGolden(t, "errors.golden", golden.String())
}

// ownText is the text of an error without what packages of card say in it.
func ownText(err error) string {
	text, _, _ := strings.Cut(err.Error(), ": malformed file of the document")
	text, _, _ = strings.Cut(text, ": named curve")
	return text
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; -update writes it anew. Got:\n%s", path, got)
	}
}

// Catches a laboratory document that needs more than the option, and an anchor
// found by its name only that is not tried.
func TestAcceptedVariants(t *testing.T) {
	for name, change := range map[string]func(s *state){
		"laboratory":             func(s *state) { s.csca.lab, s.ds.lab = true, true },
		"no authority key":       func(s *state) { s.ds.authority = nil },
		"unknown authority key":  func(s *state) { s.ds.authority = []byte("other key") },
		"issuer in another case": func(s *state) { s.ds.authority, s.ds.issuer = nil, "csca specimen" },
		"country in lower case":  func(s *state) { s.ds.country = "ut" },
		"other issuer name":      func(s *state) { s.ds.issuer = "CSCA OLD NAME" },
		"one second left":        func(s *state) { s.ds.notAfter, s.csca.notAfter = now, now },
		"first second":           func(s *state) { s.ds.notBefore, s.csca.notBefore = now, now },
	} {
		s := newState(t)
		change(s)
		sod, anchors := s.issue(t)
		if d, err := passiveauth.Verify(sod, anchors, certificate.Options{Lab: true}, now); err != nil || !slices.Equal(d.Checks, checks) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Catches a chain that is built with the wrong one of several keys of one name.
func TestSeveralKeysOfOneName(t *testing.T) {
	s := newState(t)
	sod, _ := s.issue(t)
	var anchors []*certificate.Certificate
	for i := range 3 {
		other := newCSCA(t)
		other.keyID = []byte{byte(i)}
		other.issue(t, other.key)
		anchors = append(anchors, mustParse(t, other.der))
	}
	if _, err := passiveauth.Verify(sod, store(anchors...), certificate.Options{}, now); !isReason(err, refusal.CSCAUnknown) {
		t.Errorf("without the right key: %v", err)
	}
	right := mustParse(t, s.csca.der)
	d, err := passiveauth.Verify(sod, store(append(anchors, right)...), certificate.Options{}, now)
	if err != nil || d.Anchor != right {
		t.Errorf("with the right key: %v", err)
	}
}

func mustParse(t testing.TB, der []byte) *certificate.Certificate {
	t.Helper()
	c, err := certificate.Parse(der, certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func isReason(err error, want refusal.Reason) bool {
	reason, ok := refusal.Of(err)
	return ok && reason == want
}

// Catches an altered file that passes, a file without digest that passes, and
// a wrong reason or name.
func TestCheckFile(t *testing.T) {
	sod, anchors := newState(t).issue(t)
	d, err := passiveauth.Verify(sod, anchors, certificate.Options{}, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		file   lds.File
		number int
		reason refusal.Reason
		check  string
	}{
		{lds.DG1, 1, refusal.DG1HashMismatch, "dg1_hash"},
		{lds.DG2, 2, refusal.FileHashMismatch, "dg2_hash"},
		{lds.DG11, 11, refusal.DG11HashMismatch, "dg11_hash"},
		{lds.DG14, 14, refusal.DG14HashMismatch, "dg14_hash"},
	} {
		content := fileContent(test.number)
		for _, wrong := range [][]byte{nil, content[1:], append(bytes.Clone(content), 0), fileContent(test.number + 1)} {
			if err := d.CheckFile(test.file, wrong); !isReason(err, test.reason) || slices.Contains(d.Checks, test.check) {
				t.Errorf("%v altered: %v, checks %q", test.file, err, d.Checks)
			}
		}
		for range 2 {
			if err := d.CheckFile(test.file, content); err != nil || d.Checks[len(d.Checks)-1] != test.check {
				t.Errorf("%v: %v, checks %q", test.file, err, d.Checks)
			}
		}
	}
	for _, f := range []lds.File{lds.DG3, lds.SOD, lds.COM, lds.CardAccess, 0} {
		if err := d.CheckFile(f, nil); !isReason(err, refusal.FileNotListed) {
			t.Errorf("%v: %v", f, err)
		}
	}
	if len(d.Checks) != len(checks)+4 {
		t.Errorf("checks %q", d.Checks)
	}
}

// Catches document codes that are compared as whole strings only, or not at
// all.
func TestAllowsType(t *testing.T) {
	for _, test := range []struct {
		types   []string
		yes, no string
	}{
		{nil, "P I ID IR AC P< I<", ""},
		{[]string{}, "", "P ID"},
		{[]string{"P", "IR"}, "P P< PD PS IR", "I I< ID A V"},
		{[]string{"ID"}, "ID", "I I< P IDX"},
		{[]string{"P<"}, "P P< PD", "ID"},
	} {
		s := newState(t)
		s.ds.types = test.types
		sod, anchors := s.issue(t)
		d, err := passiveauth.Verify(sod, anchors, certificate.Options{}, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range strings.Fields(test.yes) {
			if !d.AllowsType(code) {
				t.Errorf("%q does not allow %q", test.types, code)
			}
		}
		for _, code := range append(strings.Fields(test.no), "", "<", "<<") {
			if d.AllowsType(code) {
				t.Errorf("%q allows %q", test.types, code)
			}
		}
	}
	if (&passiveauth.Document{}).AllowsType("P") {
		t.Error("a document without signer allows")
	}
}

// Catches any byte of a SOD that can change without a refusal.
func TestEveryByteCounts(t *testing.T) {
	for _, name := range []string{"rsa", "rsa-keyid", "pss", "p256", "brainpool"} {
		sod, anchor := specimen(t, name, certificate.Options{})
		anchors, at := store(anchor), anchor.NotBefore.AddDate(1, 0, 0)
		step := 1
		if testing.Short() {
			step = 11
		}
		for i := 0; i < len(sod); i += step {
			for _, change := range []byte{1 << (i % 8), 0xFF} {
				sod[i] ^= change
				d, err := passiveauth.Verify(sod, anchors, certificate.Options{}, at)
				if _, ok := refusal.Of(err); !ok || len(d.Checks) == len(checks) {
					t.Errorf("%s: byte %d changed by %02x does not count: %v", name, i, change, err)
				}
				sod[i] ^= change
			}
		}
	}
}

// Catches a parser that reads beyond the end, accepts data after it, or takes
// memory for announced lengths.
func TestMalformed(t *testing.T) {
	sod, anchors := newState(t).issue(t)
	inputs := [][]byte{
		append(bytes.Clone(sod), 0),
		{0x77, 0x84, 0x40, 0, 0, 0},
		{0x77, 0x80},
		{0x77, 0x02, 0x30, 0x80},
		bytes.Repeat([]byte{0x30, 0x80}, 30000), make([]byte, passiveauth.MaxSOD+1),
	}
	for n := range sod {
		inputs = append(inputs, sod[:n:n])
	}
	for _, input := range inputs {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d, err := passiveauth.Verify(input, anchors, certificate.Options{}, now)
		runtime.ReadMemStats(&after)
		if !isReason(err, refusal.SODMalformed) || d == nil || len(d.Checks) != 0 {
			t.Fatalf("%d bytes: %v", len(input), err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(len(input)+1<<14) {
			t.Errorf("%d bytes allocated for %d", used, len(input))
		}
	}
}

// FuzzVerify catches panics, refusals without a reason, and a SOD that passes
// with digests that nobody signed.
func FuzzVerify(f *testing.F) {
	var anchors []*certificate.Certificate
	objects := map[string]bool{}
	for _, name := range []string{"rsa", "rsa-keyid", "pss", "p256", "brainpool", "brainpool384", "secp256k1"} {
		sod, anchor := specimen(f, name, certificate.Options{})
		anchors = append(anchors, anchor)
		f.Add(sod)
		if d, err := passiveauth.Verify(sod, store(anchor), certificate.Options{}, anchor.NotBefore.AddDate(1, 0, 0)); err == nil {
			objects[fmt.Sprintf("%x", d.Object.Digests)] = true
		}
	}
	all := store(anchors...)
	f.Fuzz(func(t *testing.T, sod []byte) {
		d, err := passiveauth.Verify(sod, all, certificate.Options{Lab: true}, anchors[0].NotBefore.AddDate(1, 0, 0))
		if err != nil {
			if _, ok := refusal.Of(err); !ok {
				t.Fatalf("no reason: %v", err)
			}
			return
		}
		if !objects[fmt.Sprintf("%x", d.Object.Digests)] {
			t.Fatal("forged security object")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	for _, name := range []string{"rsa", "pss", "p256", "brainpool"} {
		b.Run(name, func(b *testing.B) {
			sod, anchor := specimen(b, name, certificate.Options{})
			anchors, at := store(anchor), anchor.NotBefore.AddDate(1, 0, 0)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := passiveauth.Verify(sod, anchors, certificate.Options{}, at); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
