package idp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// Catches a header without typ or kid, and a signature that another
// implementation does not accept: r and s are padded by hand.
func TestCompact(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := newEnrolledKey(private, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// One in 128 signatures has an r or s with a leading zero byte.
	for range 600 {
		compact, err := key.compact("x+jwt", []byte(`{"a":1}`))
		if err != nil {
			t.Fatal(err)
		}
		jws, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.ES256})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jws.Verify(private.Public()); err != nil {
			t.Fatal(err)
		}
		header := jws.Signatures[0].Protected
		if header.KeyID != key.jwk.KeyID || header.ExtraHeaders["typ"] != "x+jwt" || header.JSONWebKey != nil {
			t.Fatalf("header %+v", header)
		}
	}
}

// RFC 7638 has no example for an EC key; RFC 8037 has none either. The
// thumbprint is therefore computed a second time by hand. Catches a key id
// over other members or in another order.
func TestThumbprint(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := publicJWK(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(jwk)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]string
	if err := json.Unmarshal(encoded, &members); err != nil {
		t.Fatal(err)
	}
	h := crypto.SHA256.New()
	io.WriteString(h, `{"crv":"P-256","kty":"EC","x":"`+members["x"]+`","y":"`+members["y"]+`"}`)
	if want := base64url.EncodeToString(h.Sum(nil)); jwk.KeyID != want || members["kid"] != want {
		t.Errorf("key id %q, want %q", jwk.KeyID, want)
	}
	if _, secret := members["d"]; secret {
		t.Error("private key in the public JWK")
	}
}

// Catches a key that the protocol does not allow.
func TestKeyRefused(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newEnrolledKey(other, rand.Reader); !errors.Is(err, ErrConfig) {
		t.Errorf("P-384: %v", err)
	}
}

// badSigner answers with something that is no signature.
type badSigner struct{ crypto.Signer }

func (badSigner) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return []byte{0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00}, nil
}

// Catches a hardware module whose nonsense is passed on as a signature.
func TestBadSigner(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := newEnrolledKey(badSigner{private}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if jws, err := key.compact("x+jwt", []byte("{}")); err == nil {
		t.Errorf("signed with zeros: %s", jws)
	}
}
