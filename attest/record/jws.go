package record

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/cryptosigner"
	"github.com/go-json-experiment/json"
)

// Type is "typ" in the header of a signed record.
const Type = "cnie-evidence-record+jwt"

// Lengths in bytes of the header of a signed record and of its "kid".
const (
	maxHeader = 1 << 10
	maxKeyID  = 256
)

// MaxSigned is the longest signed record that Parse reads, in bytes.
const MaxSigned = (MaxSize+maxHeader)/3*4 + 256

// Sign checks the record with Validate and gives it as a compact JWS (RFC 7515,
// 7.1) with "alg", "kid" and "typ" in its header. The key, which may live in a
// hardware module, is P-256 for ES256 or Ed25519 for EdDSA; kid is the name by
// which Parse finds it in a key set. The errors are ErrMalformed, ErrKey, and
// those of the key.
func (r *Record) Sign(key crypto.Signer, kid string) (string, error) {
	payload, err := r.encode()
	if err != nil {
		return "", fmt.Errorf("sign evidence record: %w", err)
	}
	algorithm := algorithmOf(key.Public())
	if algorithm == "" || kid == "" || len(kid) > maxKeyID {
		return "", fmt.Errorf("sign evidence record: %w", ErrKey)
	}
	opaque := cryptosigner.Opaque(key)
	opaque.Public().KeyID = kid
	options := (&jose.SignerOptions{}).WithType(Type)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: opaque}, options)
	if err != nil {
		return "", fmt.Errorf("sign evidence record: %w", err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign evidence record: %w", err)
	}
	return jws.CompactSerialize()
}

// Parse verifies the signature of a record by the key of the set that its
// header names, and then reads it. Nothing of it is believed before. Keys for
// anything but ES256 and EdDSA are passed over. The errors are ErrSignature,
// ErrMalformed and ErrVersion.
func Parse(jws string, keys jose.JSONWebKeySet) (*Record, error) {
	r, err := parse(jws, keys)
	if err != nil {
		return nil, fmt.Errorf("parse evidence record: %w", err)
	}
	return r, nil
}

func parse(compact string, keys jose.JSONWebKeySet) (*Record, error) {
	h, err := parseHeader(compact)
	if err != nil {
		return nil, err
	}
	algorithm := jose.SignatureAlgorithm(h.Algorithm)
	jws, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{algorithm})
	if err != nil {
		return nil, fmt.Errorf("not a compact JWS: %w", ErrMalformed)
	}
	for _, key := range keys.Key(h.KeyID) {
		if algorithmOf(key.Key) != algorithm {
			continue
		}
		if payload, err := jws.Verify(key.Key); err == nil {
			return decode(payload)
		}
	}
	return nil, ErrSignature
}

// header is the whole header that is accepted. Members that bring keys or
// change the meaning of others ("jwk", "x5c", "crit", "b64", …) are refused as
// unknown, and so is a repeated one.
type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ"`
}

// parseHeader reads the header before anything of it is believed.
func parseHeader(compact string) (header, error) {
	if len(compact) > MaxSigned {
		return header{}, fmt.Errorf("%d bytes, at most %d: %w", len(compact), MaxSigned, ErrMalformed)
	}
	first, rest, _ := strings.Cut(compact, ".")
	if strings.Count(rest, ".") != 1 || len(first) > maxHeader {
		return header{}, fmt.Errorf("not a compact JWS: %w", ErrMalformed)
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(first)
	if err != nil {
		return header{}, fmt.Errorf("header: %w", ErrMalformed)
	}
	var h header
	if err := json.Unmarshal(b, &h, json.RejectUnknownMembers(true)); err != nil {
		return header{}, fmt.Errorf("header: %w", decodeError(err))
	}
	switch {
	case h.Type != Type:
		return header{}, malformed("typ", "is not "+Type)
	case h.Algorithm != string(jose.ES256) && h.Algorithm != string(jose.EdDSA):
		return header{}, malformed("alg", "neither ES256 nor EdDSA")
	case h.KeyID == "":
		return header{}, malformed("kid", "missing")
	}
	return h, nil
}

// algorithmOf is the one algorithm that is allowed for a public key (RFC 7518,
// 3.4, and RFC 8037, 3.1), or empty.
func algorithmOf(key crypto.PublicKey) jose.SignatureAlgorithm {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return jose.ES256
		}
	case ed25519.PublicKey:
		return jose.EdDSA
	}
	return ""
}
