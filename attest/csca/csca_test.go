package csca_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

func parse(t testing.TB, name string) *certificate.Certificate {
	t.Helper()
	c, err := certificate.Parse(specimen(t, name), certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
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
	store, err := csca.Load([]string{dir, other, other}, certificate.Options{})
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
		"tls.der":        {webServer(t), csca.ErrNotAuthority},
		"ds-in-list.pem": {inPEM("CERTIFICATE", rsa, specimen(t, "ds")), csca.ErrNotSelfSigned},
	} {
		dir := t.TempDir()
		path := write(t, dir, name, test.content)
		for _, given := range []string{path, dir} {
			store, err := csca.Load([]string{given}, certificate.Options{})
			file, ok := errors.AsType[*csca.FileError](err)
			if !errors.Is(err, test.err) || store != nil || !ok || file.Path != path || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", name, err)
			}
		}
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
		_, err := csca.Load(test.paths, certificate.Options{})
		if !errors.Is(err, test.err) || test.path != "" && strings.Count(err.Error(), test.path) != 1 {
			t.Errorf("%q: %v", test.paths, err)
		}
	}
}

// Catches options that do not reach the parser.
func TestLoadUsesOptions(t *testing.T) {
	dir := t.TempDir()
	lab, sha1 := write(t, dir, "lab.der", specimen(t, "lab")), write(t, dir, "sha1.der", specimen(t, "rsa-sha1"))
	store, err := csca.Load([]string{lab, sha1}, certificate.Options{Lab: true, SHA1: true})
	if err != nil || len(store.Anchors()) != 2 || !store.Anchors()[0].Lab {
		t.Errorf("%v, %v", store, err)
	}
}

// Catches an anchor found by the name when another has the key, one found by
// nothing, and a missing fallback to the name.
func TestFind(t *testing.T) {
	ds, issuer := parse(t, "ds"), parse(t, "rsa-pkcs1")
	other := parse(t, "ec-p256-named")
	sameName := *other
	sameName.Subject, sameName.Raw = issuer.Subject, []byte("same name")
	byKeyOnly := *issuer
	byKeyOnly.Subject, byKeyOnly.Raw = other.Subject, []byte("key only")
	without := *ds
	without.AuthorityKeyID = nil
	for _, test := range []struct {
		name    string
		anchors []*certificate.Certificate
		of      *certificate.Certificate
		want    []*certificate.Certificate
	}{
		{"by key", []*certificate.Certificate{&sameName, issuer}, ds, []*certificate.Certificate{issuer}},
		{"by key under another name", []*certificate.Certificate{&sameName, &byKeyOnly}, ds, []*certificate.Certificate{&byKeyOnly}},
		{"by name, key unknown", []*certificate.Certificate{other, &sameName}, ds, []*certificate.Certificate{&sameName}},
		{"by name, no key identifier", []*certificate.Certificate{&sameName, other, issuer}, &without, []*certificate.Certificate{&sameName, issuer}},
		{"none", []*certificate.Certificate{other}, ds, nil},
		{"empty store", nil, ds, nil},
	} {
		got := csca.New(test.anchors).Find(test.of)
		if len(got) != len(test.want) {
			t.Errorf("%s: %d found", test.name, len(got))
			continue
		}
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("%s: anchor %d is %v", test.name, i, got[i].Subject)
			}
		}
	}
}

// Catches certificates without a key identifier being found by an empty one.
func TestFindWithoutIdentifiers(t *testing.T) {
	ds, anchor := *parse(t, "ds"), *parse(t, "ec-p256-named")
	ds.AuthorityKeyID, anchor.SubjectKeyID = nil, nil
	if got := csca.New([]*certificate.Certificate{&anchor}).Find(&ds); len(got) != 0 {
		t.Errorf("%d anchors by an absent identifier", len(got))
	}
}

// webServer is a self-signed certificate that may sign nothing.
func webServer(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{"FR"}, CommonName: "SPECIMEN"},
		NotBefore: time.Unix(1_700_000_000, 0), NotAfter: time.Unix(1_900_000_000, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}
