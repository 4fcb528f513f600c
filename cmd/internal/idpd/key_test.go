package idpd_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"cnie.example/cmd/internal/idpd"
)

// Catches a key that others can read, one that is not read back, and a second
// keygen that destroys the first key.
func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "signing.pem")
	made, err := idpd.CreateKey(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	loaded, err := idpd.LoadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if !made.(*ecdsa.PrivateKey).Equal(loaded) {
		t.Error("another key came back")
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := idpd.CreateKey(path, rand.Reader); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second time: %v", err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("the key was overwritten")
	}
}

// Catches a file that is not such a key being used as one, and an error text
// that holds what is in it.
func TestKeyRefused(t *testing.T) {
	key := func(k any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := key(p256)
	for name, c := range map[string]struct {
		content []byte
		mode    fs.FileMode
	}{
		"empty":              {nil, 0o600},
		"no PEM":             {[]byte("secret words"), 0o600},
		"certificate":        {[]byte(strings.ReplaceAll(string(good), "PRIVATE KEY", "CERTIFICATE")), 0o600},
		"damaged":            {pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret words")}), 0o600},
		"P-384":              {key(p384), 0o600},
		"too long":           {append(good, make([]byte, 20_000)...), 0o600},
		"for everyone":       {good, 0o644},
		"for everyone's pen": {good, 0o602},
	} {
		path := filepath.Join(t.TempDir(), "key.pem")
		if err := os.WriteFile(path, c.content, c.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS == "windows" && c.mode != 0o600 {
			continue
		}
		_, err := idpd.LoadKey(path)
		if !errors.Is(err, idpd.ErrKey) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the content: %v", name, err)
		}
	}
	if _, err := idpd.LoadKey(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
