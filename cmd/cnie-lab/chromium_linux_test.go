package main

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"testing"
	"time"

	"cnie.example/cmd/cnie-lab/internal/lab"
	"cnie.example/web/chromiumtest"
)

// patience is for everything that one tab does.
const patience = 60 * time.Second

// chromium is a running browser with a profile of its own.
type chromium struct {
	t   *testing.T
	ctx context.Context
}

// openChromium starts a browser that prefers a language.
//
// It accepts the laboratory's certificates by the digest of their authority's
// key, which their chain carries. So a certificate of anybody else is refused
// as ever, and no certificate store is needed, which only a further package
// (libnss3-tools) could fill.
func openChromium(t *testing.T, keys *lab.Keys, language string) *chromium {
	t.Helper()
	options := chromiumtest.Options{Language: language, KeyDigest: keyDigest(t, keys.AuthorityFile())}
	return &chromium{t: t, ctx: chromiumtest.Open(t, options)}
}

// keyDigest is the base64 SHA-256 of the public key of a PEM certificate.
func keyDigest(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		t.Fatalf("%s: no PEM block", file)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(digest[:])
}
