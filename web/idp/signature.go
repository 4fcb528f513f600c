package idp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"

	"github.com/go-jose/go-jose/v4"
)

// coordinate is the length in bytes of r, s, x and y on P-256.
const coordinate = 32

// enrolledKey signs as ES256 (RFC 7518, 3.4) with a key that may live in a
// hardware module. It is the opaque signer of package jose.
type enrolledKey struct {
	signer crypto.Signer
	rand   io.Reader
	jwk    jose.JSONWebKey // public, with its thumbprint as key id
}

func newEnrolledKey(signer crypto.Signer, rand io.Reader) (*enrolledKey, error) {
	jwk, err := publicJWK(signer.Public())
	if err != nil {
		return nil, err
	}
	return &enrolledKey{signer: signer, rand: rand, jwk: jwk}, nil
}

// publicJWK is a public key as JWK, with its RFC 7638 thumbprint as key id.
func publicJWK(key crypto.PublicKey) (jose.JSONWebKey, error) {
	public, ok := key.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() {
		return jose.JSONWebKey{}, fmt.Errorf("signing key: not a P-256 key: %w", ErrConfig)
	}
	jwk := jose.JSONWebKey{Key: public, Algorithm: string(jose.ES256), Use: "sig"}
	thumbprint, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return jose.JSONWebKey{}, fmt.Errorf("thumbprint of the signing key: %w", err)
	}
	jwk.KeyID = base64url.EncodeToString(thumbprint)
	return jwk, nil
}

// Public is the public key with its key id.
func (k *enrolledKey) Public() *jose.JSONWebKey { return &k.jwk }

// Algs lists ES256 alone.
func (k *enrolledKey) Algs() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.ES256}
}

// SignPayload signs the input of a JWS and gives r and s, 32 bytes each.
func (k *enrolledKey) SignPayload(input []byte, alg jose.SignatureAlgorithm) ([]byte, error) {
	if alg != jose.ES256 {
		return nil, jose.ErrUnsupportedAlgorithm
	}
	h := crypto.SHA256.New()
	h.Write(input)
	der, err := k.signer.Sign(k.rand, h.Sum(nil), crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("sign with the enrolled key: %w", err)
	}
	var pair struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &pair); err != nil || len(rest) > 0 ||
		pair.R.Sign() <= 0 || pair.S.Sign() <= 0 || pair.R.BitLen() > 8*coordinate || pair.S.BitLen() > 8*coordinate {
		return nil, fmt.Errorf("signing key gave no P-256 signature")
	}
	signature := make([]byte, 2*coordinate)
	pair.R.FillBytes(signature[:coordinate])
	pair.S.FillBytes(signature[coordinate:])
	return signature, nil
}

// compact signs payload as a compact JWS (RFC 7515, 7.1) with alg, kid and typ
// in its protected header.
func (k *enrolledKey) compact(typ string, payload []byte) (string, error) {
	options := (&jose.SignerOptions{}).WithType(jose.ContentType(typ))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: k}, options)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", typ, err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", typ, err)
	}
	return jws.CompactSerialize()
}
