package certificate_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	der, err := os.ReadFile(filepath.Join("testdata", name+".der"))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func parse(t testing.TB, name string, opts certificate.Options) *certificate.Certificate {
	t.Helper()
	c, err := certificate.Parse(read(t, name), opts)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

// Catches a key type, curve encoding or signature scheme that is read wrong,
// and a weak one that is accepted. The certificates are OpenSSL's.
func TestSelfSigned(t *testing.T) {
	for _, test := range []struct {
		name, key string
		opts      certificate.Options
		err       error
	}{
		{name: "rsa-pkcs1", key: "RSA-2048"},
		{name: "rsa-pss", key: "RSA-2048"},
		{name: "rsa-pss-sha512", key: "RSA-2048"},
		{name: "rsa-pss-key", key: "RSA-2048"},
		{name: "rsa-sha1", key: "RSA-2048", err: certificate.ErrSHA1},
		{name: "rsa-sha1", key: "RSA-2048", opts: certificate.Options{SHA1: true}},
		{name: "rsa-1024", key: "RSA-1024", err: certificate.ErrKeySize},
		{name: "rsa-1024", key: "RSA-1024", opts: certificate.Options{MaxRSA: 1024}, err: certificate.ErrKeySize},
		{name: "rsa-5120", key: "RSA-5120", err: certificate.ErrKeySize},
		{name: "rsa-5120", key: "RSA-5120", opts: certificate.Options{MaxRSA: 5119}, err: certificate.ErrKeySize},
		{name: "rsa-5120", key: "RSA-5120", opts: certificate.Options{MaxRSA: 5120}},
		{name: "ec-p256-named", key: "EC P-256"},
		{name: "ec-p256-explicit", key: "EC P-256"},
		{name: "ec-brainpool256-named", key: "EC brainpoolP256r1"},
		{name: "ec-brainpool256-explicit", key: "EC brainpoolP256r1"},
		{name: "ec-brainpool384-explicit", key: "EC brainpoolP384r1"},
		{name: "lab", key: "EC P-256", opts: certificate.Options{Lab: true}},
	} {
		c := parse(t, test.name, test.opts)
		if got := c.PublicKey.String(); got != test.key {
			t.Errorf("%s: key %s, want %s", test.name, got, test.key)
		}
		if err := c.CheckSignatureFrom(c); !errors.Is(err, test.err) {
			t.Errorf("%s: %v, want %v", test.name, err, test.err)
		}
		if errors.Is(test.err, certificate.ErrKey) != (c.PublicKey.Err() != nil) {
			t.Errorf("%s: %v", test.name, c.PublicKey.Err())
		}
		if c.Lab != (test.name == "lab") || !c.IsCA || !c.KeyUsage.Has(certificate.KeyCertSign) || c.Country != "UT" {
			t.Errorf("%s: lab %v, CA %v, usage %b, country %q", test.name, c.Lab, c.IsCA, c.KeyUsage, c.Country)
		}
	}
}

// Catches a certificate on a curve that this module does not have, being
// refused by the parser, and a master list with it.
func TestCurveOutsideTheModuleParses(t *testing.T) {
	c := parse(t, "ec-secp256k1-explicit", certificate.Options{})
	err := c.PublicKey.Err()
	if err == nil {
		t.Fatal("secp256k1 is supported: take another curve for this test")
	}
	if !errors.Is(err, certificate.ErrCurve) || !errors.Is(err, certificate.ErrKey) ||
		!errors.Is(c.CheckSignatureFrom(c), certificate.ErrCurve) || c.PublicKey.String() != "unsupported" {
		t.Errorf("error %v", err)
	}
}

// Catches fields of a document signer certificate that are read wrong.
func TestDocumentSigner(t *testing.T) {
	ds, ca := parse(t, "ds", certificate.Options{}), parse(t, "rsa-pkcs1", certificate.Options{})
	if err := ds.CheckSignatureFrom(ca); err != nil {
		t.Error(err)
	}
	if err := ds.CheckSignatureFrom(parse(t, "ec-p256-named", certificate.Options{})); !errors.Is(err, certificate.ErrAlgorithm) {
		t.Errorf("elliptic curve key for an RSA signature: %v", err)
	}
	if err := ca.CheckSignatureFrom(parse(t, "rsa-pss-key", certificate.Options{})); !errors.Is(err, certificate.ErrAlgorithm) {
		t.Errorf("PSS key for a PKCS #1 v1.5 signature: %v", err)
	}
	if !slices.Equal(ds.DocumentTypes, []string{"P", "ID"}) {
		t.Errorf("document types %q", ds.DocumentTypes)
	}
	if !bytes.Equal(ds.Serial, []byte{0xFB}) {
		t.Errorf("serial %x, want that of -5", ds.Serial)
	}
	if !bytes.Equal(ds.AuthorityKeyID, ca.SubjectKeyID) || len(ds.SubjectKeyID) != 20 {
		t.Errorf("key identifiers %x %x", ds.AuthorityKeyID, ds.SubjectKeyID)
	}
	if ds.KeyUsage != certificate.DigitalSignature || ds.IsCA || ds.Extended != nil || ds.MaxPathLen != -1 || ca.MaxPathLen != 0 {
		t.Errorf("usage %b, CA %v, %v, path %d %d", ds.KeyUsage, ds.IsCA, ds.Extended, ds.MaxPathLen, ca.MaxPathLen)
	}
	if got := ds.Issuer.String(); got != "C=ut, O=SPECIMEN, CN=CSCA rsa-pkcs1" {
		t.Errorf("issuer %q", got)
	}
	if !ds.Issuer.Equal(ca.Subject) || ds.Issuer.Equal(ds.Subject) {
		t.Error("names compared wrong")
	}
	if ds.NotAfter.Sub(ds.NotBefore) != 3650*24*time.Hour {
		t.Errorf("validity %v to %v", ds.NotBefore, ds.NotAfter)
	}
}

// Catches a laboratory certificate in production, a weakened form of the
// extension, and a critical extension that nobody understood.
func TestCriticalExtensions(t *testing.T) {
	production, lab := certificate.Options{}, certificate.Options{Lab: true}
	for _, test := range []struct {
		name string
		opts certificate.Options
		err  error
	}{
		{"lab", production, certificate.ErrLab},
		{"lab-not-critical", production, certificate.ErrLab},
		{"lab-not-critical", lab, certificate.ErrSyntax},
		{"lab-value", lab, certificate.ErrSyntax},
		{"unknown-critical", production, certificate.ErrCritical},
		{"unknown-critical", lab, certificate.ErrCritical},
	} {
		if _, err := certificate.Parse(read(t, test.name), test.opts); !errors.Is(err, test.err) {
			t.Errorf("%s %+v: %v, want %v", test.name, test.opts, err, test.err)
		}
	}
	_, err := certificate.Parse(read(t, "unknown-critical"), production)
	critical, ok := errors.AsType[*certificate.CriticalError](err)
	if !ok || critical.Extension.String() != "1.3.6.1.4.1.99999.1" {
		t.Errorf("error %v", err)
	}
	if err.Error() != "unknown critical extension: 1.3.6.1.4.1.99999.1" {
		t.Errorf("text %q", err)
	}
}

// Catches a critical extension that counts as known although nobody looks at
// its value, and one that is refused though it is not critical (RFC 5280, 4.2).
func TestExtensionsWithoutEffect(t *testing.T) {
	for _, id := range []attesttest.OID{
		attesttest.SubjectAltName, "\x55\x1d\x12", "\x55\x1d\x1f", "\x55\x1d\x20", "\x2b\x06\x01\x05\x05\x07\x01\x01",
	} {
		for _, critical := range []bool{false, true} {
			e := attesttest.Extension{ID: id, Critical: critical, Value: attesttest.Sequence()}
			_, err := certificate.Parse(regular().Set(e).DER(), certificate.Options{})
			if errors.Is(err, certificate.ErrCritical) != critical || err != nil && !critical {
				t.Errorf("%x, critical %v: %v", string(id), critical, err)
			}
			l := specimenList()
			l.Extensions = l.Extensions.With(e)
			_, err = certificate.ParseRevocationList(l.DER(), certificate.Options{})
			if errors.Is(err, certificate.ErrCritical) != critical || err != nil && !critical {
				t.Errorf("list, %x, critical %v: %v", string(id), critical, err)
			}
		}
	}
}

// Catches any bit of a certificate that can change without the signature
// failing.
func TestEveryBitCounts(t *testing.T) {
	ca := parse(t, "rsa-pkcs1", certificate.Options{})
	der := read(t, "ds")
	for i := range der {
		for bit := range 8 {
			der[i] ^= 1 << bit
			if c, err := certificate.Parse(der, certificate.Options{}); err == nil && c.CheckSignatureFrom(ca) == nil {
				t.Errorf("bit %d of byte %d does not count", bit, i)
			}
			der[i] ^= 1 << bit
		}
	}
}

// Catches a parser that reads beyond the end, or that accepts data after it.
func TestTruncatedAndExtended(t *testing.T) {
	der := read(t, "ds")
	for n := range der {
		if _, err := certificate.Parse(der[:n:n], certificate.Options{}); !errors.Is(err, certificate.ErrSyntax) {
			t.Fatalf("%d of %d bytes: %v", n, len(der), err)
		}
	}
	if _, err := certificate.Parse(append(der, 0), certificate.Options{}); !errors.Is(err, certificate.ErrSyntax) {
		t.Errorf("byte after the end: %v", err)
	}
}

// Catches memory allocated for announced lengths, and recursion by the depth
// of the input.
func TestMemoryIsBoundedByTheInput(t *testing.T) {
	nested := bytes.Repeat([]byte{0x30, 0x80}, 30000)
	for name, input := range map[string][]byte{
		"1 GiB announced": {0x30, 0x84, 0x40, 0x00, 0x00, 0x00, 0x30, 0x00},
		"indefinite":      {0x30, 0x80},
		"nested":          nested,
		"too long":        make([]byte, certificate.MaxSize+1),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := certificate.Parse(input, certificate.Options{})
		runtime.ReadMemStats(&after)
		if !errors.Is(err, certificate.ErrSyntax) {
			t.Errorf("%s: %v", name, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(2*len(input)+1<<14) {
			t.Errorf("%s: %d bytes allocated for %d", name, used, len(input))
		}
	}
}

// Catches a certificate that changes with the buffer it was read from.
func TestInputIsCopied(t *testing.T) {
	der := read(t, "ds")
	c, err := certificate.Parse(der, certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	clear(der)
	if err := c.CheckSignatureFrom(parse(t, "rsa-pkcs1", certificate.Options{})); err != nil {
		t.Error(err)
	}
}

// Catches a copy where the caller wants none, and parts that are not those of
// the bytes that the caller keeps.
func TestParseInPlace(t *testing.T) {
	der := read(t, "ds")
	c, err := certificate.ParseInPlace(der, certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if &c.Raw[0] != &der[0] || len(c.Raw) != len(der) || &c.RawTBS[0] != &der[4] {
		t.Error("the certificate is a copy")
	}
	if _, err := certificate.ParseInPlace(make([]byte, certificate.MaxSize+1), certificate.Options{}); !isSyntax(err) {
		t.Errorf("too long: %v", err)
	}
	if c.Fingerprint() != sha256.Sum256(der) {
		t.Error("fingerprint is not that of the whole certificate")
	}
}

func isSyntax(err error) bool { return errors.Is(err, certificate.ErrSyntax) }

// Catches ends of validity that are off by a second.
func TestValidAt(t *testing.T) {
	c := parse(t, "ds", certificate.Options{})
	for at, want := range map[time.Time]bool{
		c.NotBefore.Add(-time.Nanosecond):       false,
		c.NotBefore:                             true,
		c.NotAfter:                              true,
		c.NotAfter.Add(time.Second - 1):         true,
		c.NotAfter.Add(time.Second):             false,
		c.NotAfter.In(time.FixedZone("", 3600)): true,
	} {
		if got := c.ValidAt(at); got != want {
			t.Errorf("valid at %v: %v", at, got)
		}
	}
}

// FuzzParse catches panics, and certificates whose parts are not the input's.
func FuzzParse(f *testing.F) {
	names, err := filepath.Glob("testdata/*.der")
	if err != nil || len(names) == 0 {
		f.Fatal("no seeds in testdata", err)
	}
	for _, name := range names {
		der, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	ca := parse(f, "rsa-pkcs1", certificate.Options{})
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := certificate.Parse(der, certificate.Options{Lab: true})
		if err != nil {
			if !errors.Is(err, certificate.ErrSyntax) && !errors.Is(err, certificate.ErrCritical) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if !bytes.Equal(c.Raw, der) || !bytes.Contains(der, c.RawTBS) || !bytes.Contains(der, c.Subject.Raw) {
			t.Fatal("parts are not those of the input")
		}
		_ = c.Subject.String() + c.Issuer.Folded() + c.PublicKey.String()
		if c.CheckSignatureFrom(ca) == nil && !isSeed(c) {
			t.Fatal("forged certificate")
		}
	})
}

// isSeed says whether the signed part of c is that of a seed.
func isSeed(c *certificate.Certificate) bool {
	names, _ := filepath.Glob("testdata/*.der")
	return slices.ContainsFunc(names, func(name string) bool {
		der, err := os.ReadFile(name)
		return err == nil && bytes.Contains(der, c.RawTBS)
	})
}

func BenchmarkParse(b *testing.B) {
	der := read(b, "ds")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := certificate.Parse(der, certificate.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
