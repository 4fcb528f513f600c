package issuer

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "make the laboratories in testdata anew")

// loadLab reads a laboratory of the tests: "lab", or "other" with other keys.
func loadLab(t testing.TB, name string) *Lab {
	t.Helper()
	l, err := LoadLab(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestMakeLaboratories tests nothing: it makes testdata anew when asked.
func TestMakeLaboratories(t *testing.T) {
	if !*update {
		t.Skip("only with -update")
	}
	for _, name := range []string{"lab", "other"} {
		dir := filepath.Join("testdata", name)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		l, err := NewLab(rand.Reader, time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Save(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// Would catch: a laboratory that does not come back as it was saved, files
// that others can read, and a second Save that destroys keys.
func TestSaveAndLoad(t *testing.T) {
	lab := loadLab(t, "lab")
	dir := filepath.Join(t.TempDir(), "new")
	if err := lab.Save(dir); err != nil {
		t.Fatal(err)
	}
	again, err := LoadLab(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.CSCA(), lab.CSCA()) || !bytes.Equal(again.DS(), lab.DS()) || !again.ds.key.Equal(lab.ds.key) {
		t.Error("loaded laboratory differs")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 4 {
		t.Fatalf("%d files, error %v", len(entries), err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder has mode %v, error %v", info.Mode(), err)
	}
	if err := lab.Save(dir); !errors.Is(err, os.ErrExist) {
		t.Errorf("second Save: %v", err)
	}
}

// Would catch: a key taken for a certificate it does not belong to, and broken
// files that are read.
func TestLoadRefuses(t *testing.T) {
	read := func(dir, name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, change := range map[string]struct {
		file    string
		content []byte
	}{
		"foreign DS key":     {fileDSKey, read("other", fileDSKey)},
		"foreign CSCA":       {fileCSCA, read("other", fileCSCA)},
		"no PEM":             {fileDS, []byte("SPECIMEN")},
		"key as certificate": {fileDS, read("lab", fileDSKey)},
		"two certificates":   {fileDS, append(read("lab", fileDS), read("lab", fileCSCA)...)},
		"no key":             {fileCSCAKey, pem.EncodeToMemory(&pem.Block{Type: pemKey, Bytes: []byte{0x30, 0x00}})},
		"no certificate":     {fileCSCA, pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: []byte{0x30, 0x80}})},
	} {
		dir := t.TempDir()
		for _, f := range []string{fileCSCA, fileCSCAKey, fileDS, fileDSKey} {
			content := read("lab", f)
			if f == change.file {
				content = change.content
			}
			if err := os.WriteFile(filepath.Join(dir, f), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := LoadLab(dir); !errors.Is(err, ErrLab) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadLab(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("empty folder: %v", err)
	}
}

// Would catch: a laboratory certificate that an ordinary X.509 library takes.
func TestStandardLibraryRefusesLabCertificates(t *testing.T) {
	lab := loadLab(t, "lab")
	for name, der := range map[string][]byte{"CSCA": lab.CSCA(), "DS": lab.DS()} {
		if _, err := x509.ParseCertificate(der); err == nil {
			t.Errorf("%s parsed", name)
		}
	}
}

// Would catch: validity that does not follow the clock given, and a second
// laboratory that shares a key or a serial number with the first. It makes an
// RSA-4096 key.
func TestNewLab(t *testing.T) {
	if testing.Short() {
		t.Skip("makes an RSA-4096 key")
	}
	now := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	lab, err := NewLab(rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2031, 5, 6, 0, 0, 0, 0, time.UTC)
	for name, x := range map[string]struct {
		a     authority
		bits  int
		until time.Time
	}{
		"CSCA": {lab.csca, 4096, time.Date(2047, 5, 6, 0, 0, 0, 0, time.UTC)},
		"DS":   {lab.ds, 2048, time.Date(2041, 8, 6, 0, 0, 0, 0, time.UTC)},
	} {
		v := x.a.body.Validity
		if !v.NotBefore.Equal(day) || !v.NotAfter.Equal(x.until) {
			t.Errorf("%s is valid from %v to %v", name, v.NotBefore, v.NotAfter)
		}
		if x.a.key.N.BitLen() != x.bits {
			t.Errorf("%s key has %d bits", name, x.a.key.N.BitLen())
		}
	}
	other := loadLab(t, "lab")
	if lab.csca.key.Equal(other.csca.key) || lab.ds.body.Serial.Cmp(other.ds.body.Serial) == 0 {
		t.Error("laboratories share a key or a serial number")
	}
}
