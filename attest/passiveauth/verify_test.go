package passiveauth_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	at "cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

var update = flag.Bool("update", false, "write the golden files anew")

// order lists every check of Verify in its order.
var order = []string{
	passiveauth.CheckSyntax, passiveauth.CheckSigner, passiveauth.CheckDigest, passiveauth.CheckUsage,
	passiveauth.CheckChain, passiveauth.CheckDSValidity, passiveauth.CheckCSCAValidity, passiveauth.CheckRevocation,
	passiveauth.CheckSigningTime, passiveauth.CheckSignature, passiveauth.CheckObject, passiveauth.CheckCountry,
}

// passing are the checks of a document that passes, without those that could not
// be made.
func passing(notMade ...string) []string {
	return slices.DeleteFunc(slices.Clone(order), func(check string) bool { return slices.Contains(notMade, check) })
}

// names gives the names of the findings, in their order.
func names(d *passiveauth.Document) []string {
	var out []string
	for _, f := range d.Findings {
		out = append(out, f.Check)
	}
	return out
}

// specimen reads a SOD of testdata, which OpenSSL signed, and the policy and
// store of its CSCA.
func specimen(t testing.TB, name string, opts certificate.Options) ([]byte, *csca.Store, passiveauth.Policy) {
	t.Helper()
	sod, anchor := specimenFiles(t, name, opts)
	policy := passiveauth.Policy{Now: anchor.NotBefore.AddDate(1, 0, 0)}
	return sod, csca.New([]*certificate.Certificate{anchor}, opts), policy
}

func specimenFiles(t testing.TB, name string, opts certificate.Options) (sod []byte, anchor *certificate.Certificate) {
	t.Helper()
	sod, err := os.ReadFile(filepath.Join("testdata", name+".sod"))
	if err != nil {
		t.Fatal(err)
	}
	der, err := os.ReadFile(filepath.Join("testdata", name+".der"))
	if err != nil {
		t.Fatal(err)
	}
	return sod, parse(t, der, opts)
}

// Catches a signature scheme, a curve encoding or a form of the SOD that is
// read wrong. Signatures and digests are OpenSSL's.
func TestOpenSSLDocuments(t *testing.T) {
	for _, name := range []string{"rsa", "rsa-keyid", "pss", "p256", "brainpool", "brainpool384"} {
		sod, store, policy := specimen(t, name, certificate.Options{})
		d, err := passiveauth.Verify(sod, store, policy)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(d.Checks, passing(passiveauth.CheckRevocation)) || d.Chain.Anchor() != store.Anchors()[0] || d.Signer.Subject.String() != "C=UT, O=SPECIMEN, CN=DS "+name {
			t.Errorf("%s: checks %q, signer %v", name, d.Checks, d.Signer.Subject)
		}
		if d.Object.LDSVersion != "0108" || len(d.Object.Digests) != 6 || d.SigningTime.IsZero() || !slices.Equal(names(d), order) {
			t.Errorf("%s: %+v, signed %v, findings %q", name, d.Object, d.SigningTime, names(d))
		}
		for _, f := range []lds.File{lds.DG1, lds.DG11, lds.DG14} {
			if err := d.CheckFile(f, fmt.Appendf(nil, "SPECIMEN DG%d", f)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if !d.AllowsType("ID") || d.AllowsType("AC") {
			t.Errorf("%s: document types %q", name, d.Signer.DocumentTypes)
		}
	}
}

// Catches SHA-1 and curves outside the module being accepted or misnamed.
func TestAlgorithmsThatAreNotAccepted(t *testing.T) {
	sod, store, policy := specimen(t, "sha1", certificate.Options{SHA1: true})
	if _, err := passiveauth.Verify(sod, store, policy); err != nil {
		t.Errorf("SHA-1 allowed: %v", err)
	}
	sod, store, policy = specimen(t, "sha1", certificate.Options{})
	if d, err := passiveauth.Verify(sod, store, policy); !isReason(err, refusal.DigestNotAccepted) || slices.Contains(d.Checks, passiveauth.CheckDigest) {
		t.Errorf("SHA-1: %v, checks %q", err, d.Checks)
	}
	sod, store, policy = specimen(t, "secp256k1", certificate.Options{})
	if d, err := passiveauth.Verify(sod, store, policy); !isReason(err, refusal.CurveNotAccepted) || slices.Contains(d.Checks, passiveauth.CheckChain) {
		t.Errorf("secp256k1: %v, checks %q", err, d.Checks)
	}
}

// Catches a check that passes although it is defeated, a wrong reason, a check
// that is made after the refusal or before its turn, and a finding that does not
// say what the error says.
func TestEachCheckIsDefeated(t *testing.T) {
	var golden strings.Builder
	defeated := map[string]bool{}
	for _, f := range faults() {
		w := newWorld()
		f.change(t, w)
		d, err := w.verify(t)
		if !isReason(err, f.reason) || len(d.Findings) == 0 {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		last := d.Findings[len(d.Findings)-1]
		if last.Check != f.check || last.Passed || last.Reason != f.reason || string(last.Reason)+": "+last.With != err.Error() {
			t.Errorf("%s: error %v, finding %+v", f.name, err, last)
		}
		checkOrder(t, f.name, d)
		if err := d.CheckFile(lds.DG1, fileContent(lds.DG1)); !isReason(err, refusal.FileNotListed) {
			t.Errorf("%s: DG1 passes: %v", f.name, err)
		}
		defeated[f.check] = true
		fmt.Fprintf(&golden, "%s: %s\n", f.name, ownText(err))
	}
	for _, check := range order {
		if !defeated[check] {
			t.Errorf("no fault defeats %s", check)
		}
	}
	compareGolden(t, "errors.golden", golden.String())
}

// checkOrder expects the findings of a refused document to be the checks from
// the first to the one that failed, those that the search for a chain makes
// together with it excepted, and Checks to be those of them that passed.
func checkOrder(t *testing.T, name string, d *passiveauth.Document) {
	t.Helper()
	at := -1
	var passed []string
	for i, f := range d.Findings {
		next := slices.Index(order, f.Check)
		together := i == len(d.Findings)-1 && at == slices.Index(order, passiveauth.CheckUsage)
		if next != at+1 && !(together && next > at) {
			t.Errorf("%s: %s after %q", name, f.Check, order[:max(at, 0)])
		}
		if f.Passed {
			passed = append(passed, f.Check)
		}
		at = next
	}
	if !slices.Equal(d.Checks, passed) {
		t.Errorf("%s: checks %q, findings passed %q", name, d.Checks, passed)
	}
}

// Catches a reason of passive authentication that nothing leads to.
func TestEveryReasonIsReached(t *testing.T) {
	reached := map[refusal.Reason]bool{}
	for _, f := range faults() {
		reached[f.reason] = true
	}
	all := refusal.All()
	first := slices.Index(all, refusal.SODMalformed)
	for _, reason := range all[first:slices.Index(all, refusal.FileNotListed)] {
		if !reached[reason] {
			t.Errorf("no fault leads to %s", reason)
		}
	}
}

// Catches a document with two faults whose later one is found first: the
// reason that people read depends on the order.
func TestEarlierFaultWins(t *testing.T) {
	all := faults()
	for i, f := range all {
		if i > 0 && f.check == all[i-1].check {
			continue
		}
		w := newWorld()
		f.change(t, w)
		document := w.document
		w.document = func(d *at.Document) {
			if document != nil {
				document(d)
			}
			// The last check but one fails too.
			d.Object.Version = 2
		}
		if f.check == passiveauth.CheckCountry || f.check == passiveauth.CheckObject {
			continue
		}
		if _, err := w.verify(t); !isReason(err, f.reason) {
			t.Errorf("%s: %v", f.name, err)
		}
	}
}

// ownText is the text of an error without what other packages say in it.
func ownText(err error) string {
	text, _, _ := strings.Cut(err.Error(), ": malformed file of the document")
	reason, _ := refusal.Of(err)
	if strings.Contains(text, ": chain: ") || strings.Contains(text, "malformed") || strings.Contains(text, "elliptic curve") {
		return string(reason)
	}
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
