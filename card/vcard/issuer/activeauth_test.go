package issuer

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"strings"
	"testing"

	"cnie.example/card/vcard"
)

// Would catch: a DG15 that holds another key than the chip's, an algorithm that
// DG14 does not name or names although RSA needs none, and a chip key where
// there should be none.
func TestActiveAuthentication(t *testing.T) {
	for name, ecdsa := range map[string]bool{"active-rsa": false, "active-ecdsa": true} {
		p, _ := FindProfile(name)
		v := issue(t, p)
		a := v.ActiveAuthentication
		if a == nil || len(v.ChipKeys) != 0 || a.Hash != crypto.SHA256 {
			t.Fatalf("%s: key %v, %d chip keys", name, a, len(v.ChipKeys))
		}
		dg15 := content(t, v.Files[vcard.FIDDG15], 0x6F)
		out, err := openssl(t, "pkey", "-pubin", "-inform", "DER", "-in", write(t, "key.der", dg15), "-pubcheck", "-noout")
		if err != nil || !strings.Contains(out, "Key is valid") {
			t.Errorf("%s: openssl refused: %v\n%s", name, err, out)
		}
		info := []byte{0x06, 0x06, 0x67, 0x81, 0x08, 0x01, 0x01, 0x05, 0x02, 0x01, 0x01, 0x06, 0x0A, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x03}
		if got := bytes.Contains(v.Files[vcard.FIDDG14], info); got != ecdsa {
			t.Errorf("%s: ActiveAuthenticationInfo in DG14: %v", name, got)
		}
		if !ecdsa {
			public, err := x509.ParsePKIXPublicKey(dg15)
			if err != nil || !a.RSA.PublicKey.Equal(public) || a.RSA.N.BitLen() != 2048 {
				t.Errorf("%s: DG15 holds another key, error %v", name, err)
			}
			continue
		}
		public, err := a.Curve.PublicKey(a.Scalar)
		if err != nil || !bytes.HasSuffix(dg15, public) {
			t.Errorf("%s: DG15 holds another key, error %v", name, err)
		}
	}
}

// Would catch: a key of the profile that the chip does not get, and one that is
// of another size than the profile says.
func TestGivenActiveAuthenticationKey(t *testing.T) {
	key, err := rsa.GenerateKey(seeded(1), 1024)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := FindProfile("active-rsa")
	p.ActiveAuthentication.Key, p.ActiveAuthentication.Bits = hex.EncodeToString(x509.MarshalPKCS1PrivateKey(key)), 1024
	if got := issue(t, p).ActiveAuthentication.RSA; !got.Equal(key) {
		t.Error("another key")
	}
	p.ActiveAuthentication.Bits = 2048
	if _, err := p.compile(); err == nil {
		t.Error("a key of 1024 bits for one of 2048")
	}
}

// Would catch: identifiers of keys that are not minimal or turn negative.
func TestIntegers(t *testing.T) {
	for n, want := range map[int][]byte{
		0: {0}, 1: {1}, 127: {0x7F}, 128: {0, 0x80}, 255: {0, 0xFF}, 256: {1, 0}, 300: {1, 0x2C}, 32768: {0, 0x80, 0}, 1<<31 - 1: {0x7F, 0xFF, 0xFF, 0xFF},
	} {
		if got := integer(n); !bytes.Equal(got, want) {
			t.Errorf("%d is %X, want %X", n, got, want)
		}
	}
}
