package trust

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/cmd/internal/terminal"
)

// Would catch: a file that is taken for another kind, one of several objects that
// is lost, and an old certificate that is taken for a revocation list.
func TestReadFile(t *testing.T) {
	m, dir := newMaterialIn(t)
	old := m.publisher.CSCA("OLD SPECIMEN")
	old.Version, old.Extensions = 0, nil
	mixed := append(inPEM("CERTIFICATE", m.old.DER()), m.files["fresh.crl"]...)
	for name, content := range map[string][]byte{
		"v1.cer": old.DER(), "mixed.pem": append(inPEM("CERTIFICATE", m.old.DER()), inPEM("X509 CRL", m.files["fresh.crl"])...),
		"listed.pem": inPEM("X509 CRL", m.files["fresh.crl"]), "half.pem": mixed, "empty.pem": nil,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]struct {
		kind                      string
		certificates, revocations int
		err                       error
	}{
		"list.ml":     {kind: kindMasterList},
		"old.cer":     {kind: kindCertificates, certificates: 1},
		"v1.cer":      {kind: kindCertificates, certificates: 1},
		"bundle.pem":  {kind: kindCertificates, certificates: 2},
		"fresh.crl":   {kind: kindRevocationList, revocations: 1},
		"listed.pem":  {kind: kindRevocationList, revocations: 1},
		"mixed.pem":   {kind: kindCertificates, certificates: 1, revocations: 1},
		"half.pem":    {kind: kindCertificates, certificates: 1},
		"empty.pem":   {err: errKind},
		"nothing.bin": {err: errKind},
		"cut.ml":      {err: errCut},
		"key.pem":     {err: errPEM},
		"nowhere.cer": {err: os.ErrNotExist},
	} {
		f, err := readFile(filepath.Join(dir, name), certificate.Options{})
		if !errors.Is(err, want.err) || err == nil && (f.kind != want.kind || len(f.certificates) != want.certificates || len(f.revocations) != want.revocations) {
			t.Errorf("%s: %s, %d, %d, %v", name, f.kind, len(f.certificates), len(f.revocations), err)
		}
	}
}

// Would catch: names of a certificate, or of a file, that steer the terminal or
// turn the direction of writing.
func TestHostileNames(t *testing.T) {
	m := newMaterial()
	name := attesttest.NewName("UT", "SPECIMEN\x1b[2J\u202e"+strings.Repeat("long ", 60))
	m.old.Subject, m.old.Issuer = name, name
	path := filepath.Join(t.TempDir(), "a\x1b[31mb.cer")
	if err := os.WriteFile(path, m.old.DER(), 0o600); err != nil {
		t.Fatal(err)
	}
	view, err := inspect(path, nil, m.publisher.Now())
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := view.write(&out, french()); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\u202e") || !strings.Contains(out.String(), "SPECIMEN") {
		t.Errorf("%q", &out)
	}
	fits(t, "hostile", out.String())
}

// Whatever a file holds, it is read or refused, and what was read has all that
// is shown of it.
func FuzzReadFile(f *testing.F) {
	m := newMaterial()
	if err := m.put(f.TempDir()); err != nil {
		f.Fatal(err)
	}
	for _, name := range []string{"list.ml", "old.cer", "link.cer", "fresh.crl", "bundle.pem", "key.pem", "nothing.bin", "cut.ml"} {
		f.Add(m.files[name])
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		read, err := readFile(path, certificate.Options{})
		if err != nil {
			if problemOf(err) == "" {
				t.Errorf("no words for %v", err)
			}
			return
		}
		if read.kind == "" {
			t.Error("read as nothing")
		}
		for _, h := range read.holdings() {
			if len(h.SHA256) != 64 || terminal.Printable(h.Subject) != h.Subject {
				t.Errorf("%+v", h)
			}
		}
	})
}

// Would catch: a command that opens a pipe and waits for ever.
func TestReadFileIrregular(t *testing.T) {
	if _, err := ReadFile(os.DevNull, 1); !errors.Is(err, errIrregular) {
		t.Errorf("%v", err)
	}
}
