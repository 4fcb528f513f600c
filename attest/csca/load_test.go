package csca_test

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// specimen reads a certificate of certificate/testdata.
func specimen(t testing.TB, name string) []byte {
	t.Helper()
	der, err := os.ReadFile(filepath.Join("..", "certificate", "testdata", name+".der"))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// inPEM encodes blocks with text around them, as tools write it.
func inPEM(kind string, ders ...[]byte) []byte {
	var out bytes.Buffer
	for _, der := range ders {
		out.WriteString("subject=C=UT, O=SPECIMEN\n")
		out.Write(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	out.WriteString("end\n")
	return out.Bytes()
}

func write(t *testing.T, dir, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Catches a file of a directory, a block of a file, or an encoding that is
// passed over, and a certificate that counts twice.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	rsa, pss := specimen(t, "rsa-pkcs1"), specimen(t, "rsa-pss")
	p256, brainpool := specimen(t, "ec-p256-explicit"), specimen(t, "ec-brainpool256-explicit")
	write(t, dir, "a.cer", rsa)
	write(t, dir, "b.PEM", inPEM("CERTIFICATE", pss, p256, rsa))
	write(t, dir, "README", []byte("not a certificate"))
	if err := os.Mkdir(filepath.Join(dir, "sub.pem"), 0o700); err != nil {
		t.Fatal(err)
	}
	other := write(t, t.TempDir(), "without suffix", brainpool)
	store, err := csca.Load([]string{dir, other, other}, certificate.Options{}, today)
	if err != nil {
		t.Fatal(err)
	}
	anchors := store.Anchors()
	if len(anchors) != 4 {
		t.Fatalf("%d anchors", len(anchors))
	}
	for i, want := range [][]byte{rsa, pss, p256, brainpool} {
		if !bytes.Equal(anchors[i].Raw, want) {
			t.Errorf("anchor %d is %v", i, anchors[i].Subject)
		}
	}
	anchors[0] = nil
	if store.Anchors()[0] == nil {
		t.Error("the store shares its list")
	}
}

// Catches an anchor that is accepted without being one, and an error that does
// not name the file.
func TestLoadRefuses(t *testing.T) {
	rsa := specimen(t, "rsa-pkcs1")
	forged := bytes.Clone(rsa)
	forged[len(forged)-1] ^= 1
	open := inPEM("CERTIFICATE", rsa)
	for name, test := range map[string]struct {
		content []byte
		err     error
	}{
		"empty.pem":      {nil, csca.ErrNoAnchor},
		"text.pem":       {[]byte("no certificate here"), certificate.ErrSyntax},
		"key.pem":        {inPEM("PRIVATE KEY", rsa), csca.ErrPEM},
		"mixed.pem":      {append(inPEM("CERTIFICATE", rsa), inPEM("PRIVATE KEY", rsa)...), csca.ErrPEM},
		"open.pem":       {append(bytes.Clone(open), open[:len(open)/2]...), csca.ErrPEM},
		"bad.pem":        {inPEM("CERTIFICATE", rsa[:100]), certificate.ErrSyntax},
		"two.der":        {append(bytes.Clone(rsa), rsa...), certificate.ErrSyntax},
		"forged.der":     {forged, csca.ErrNotSelfSigned},
		"ds.der":         {specimen(t, "ds"), csca.ErrNotSelfSigned},
		"sha1.der":       {specimen(t, "rsa-sha1"), certificate.ErrAlgorithm},
		"weak.der":       {specimen(t, "rsa-1024"), certificate.ErrKey},
		"lab.der":        {specimen(t, "lab"), certificate.ErrLab},
		"critical.der":   {specimen(t, "unknown-critical"), certificate.ErrCritical},
		"long.pem":       {make([]byte, csca.MaxFile+1), csca.ErrSize},
		"tls.der":        {webServer(), csca.ErrNotAuthority},
		"list.crl":       {specimen(t, "rsa-pkcs1"), certificate.ErrSyntax},
		"list.pem":       {inPEM("X509 CRL", specimen(t, "rsa-pkcs1")), certificate.ErrSyntax},
		"ds-in-list.pem": {inPEM("CERTIFICATE", rsa, specimen(t, "ds")), csca.ErrNotSelfSigned},
	} {
		dir := t.TempDir()
		path := write(t, dir, name, test.content)
		for _, given := range []string{path, dir} {
			store, err := csca.Load([]string{given}, certificate.Options{}, today)
			file, ok := errors.AsType[*csca.FileError](err)
			if !errors.Is(err, test.err) || store != nil || !ok || file.Path != path || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// Catches a master list that is taken for something else where no root is named.
func TestLoadWantsARoot(t *testing.T) {
	path := write(t, t.TempDir(), "list.ml", []byte("list"))
	if _, err := csca.Load([]string{path}, certificate.Options{}, today); !errors.Is(err, csca.ErrMasterList) {
		t.Error(err)
	}
}

// Catches a link certificate that becomes an anchor, a revocation list that is
// passed over, and links alone that pass for a store.
func TestLoadLinksAndLists(t *testing.T) {
	state := newState()
	old, next := state.CSCA("CSCA SPECIMEN"), state.CSCA("CSCA SPECIMEN")
	dir := t.TempDir()
	link := write(t, dir, "link.cer", state.Link(old, next).DER())
	if _, err := csca.Load([]string{link}, certificate.Options{}, today); !errors.Is(err, csca.ErrNoAnchor) {
		t.Errorf("a link alone: %v", err)
	}
	write(t, dir, "old.cer", old.DER())
	write(t, dir, "old.crl", state.RevocationList(old).DER())
	write(t, dir, "more.pem", inPEM("X509 CRL", state.RevocationList(next).DER()))
	store, err := csca.Load([]string{dir}, certificate.Options{}, today)
	if err != nil {
		t.Fatal(err)
	}
	if len(store.Anchors()) != 1 || len(store.Authorities()) != 2 || len(store.RevocationLists()) != 2 {
		t.Errorf("%d anchors, %d authorities, %d lists", len(store.Anchors()), len(store.Authorities()), len(store.RevocationLists()))
	}
	if chain, err := store.Chain(parse(t, state.DS(next).DER()), today); err != nil || len(chain) != 2 {
		t.Errorf("%v, %v", chain, err)
	}
}

// Catches a store without anchors that passes for one, and a missing file that
// is not named once.
func TestLoadNothing(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.pem")
	for _, test := range []struct {
		paths []string
		err   error
		path  string
	}{
		{nil, csca.ErrNoAnchor, ""},
		{[]string{dir}, csca.ErrNoAnchor, dir},
		{[]string{missing}, fs.ErrNotExist, missing},
	} {
		_, err := csca.Load(test.paths, certificate.Options{}, today)
		if !errors.Is(err, test.err) || test.path != "" && strings.Count(err.Error(), test.path) != 1 {
			t.Errorf("%q: %v", test.paths, err)
		}
	}
}

// Catches options that do not reach the parser.
func TestLoadUsesOptions(t *testing.T) {
	dir := t.TempDir()
	lab, sha1 := write(t, dir, "lab.der", specimen(t, "lab")), write(t, dir, "sha1.der", specimen(t, "rsa-sha1"))
	store, err := csca.Load([]string{lab, sha1}, certificate.Options{Lab: true, SHA1: true}, today)
	if err != nil || len(store.Anchors()) != 2 || !store.Anchors()[0].Lab {
		t.Errorf("%v, %v", store, err)
	}
}

// webServer is a self-signed certificate that may sign nothing.
func webServer() []byte {
	c := newState().CSCA("WEB SPECIMEN").Set(attesttest.Usage(attesttest.UsageDigitalSignature))
	return c.Remove(attesttest.BasicConstraints).DER()
}

// Catches a load that opens what is no file, and waits for ever for somebody at
// the other end of a pipe.
func TestLoadIrregular(t *testing.T) {
	_, err := csca.Load([]string{os.DevNull}, certificate.Options{}, today)
	if file, ok := errors.AsType[*csca.FileError](err); !ok || file.Path != os.DevNull || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("%v", err)
	}
}
