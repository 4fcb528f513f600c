package certificate

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"math/big"

	"cnie.example/card/curve"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Verify checks a signature over message. Signatures of ECDSA are
// Ecdsa-Sig-Value in DER. Errors are ErrKey when the key cannot be used,
// ErrAlgorithm when the scheme is not for this key or the hash is not accepted,
// and ErrSignature when the signature is not this key's.
func (k *PublicKey) Verify(a SignatureAlgorithm, message, signature []byte) error {
	if k.err != nil {
		return k.err
	}
	if err := k.accepts(a); err != nil {
		return err
	}
	h := a.Hash.New()
	h.Write(message)
	digest := h.Sum(nil)
	valid := false
	switch a.Scheme {
	case PKCS1v15:
		valid = rsa.VerifyPKCS1v15(k.rsa, a.Hash, digest, signature) == nil
	case PSS:
		valid = rsa.VerifyPSS(k.rsa, a.Hash, digest, signature, &rsa.PSSOptions{SaltLength: a.SaltLength, Hash: a.Hash}) == nil
	case ECDSA:
		valid = verifyECDSA(k.point, digest, signature)
	}
	if !valid {
		return ErrSignature
	}
	return nil
}

// accepts says whether the algorithm is for this key and its hash is allowed.
func (k *PublicKey) accepts(a SignatureAlgorithm) error {
	if a.Hash == crypto.SHA1 && !k.sha1 {
		return fmt.Errorf("SHA-1 is not accepted: %w", ErrAlgorithm)
	}
	if !a.Hash.Available() {
		return fmt.Errorf("hash: %w", ErrAlgorithm)
	}
	mismatch := fmt.Errorf("signature scheme does not fit the key: %w", ErrAlgorithm)
	switch a.Scheme {
	case PKCS1v15:
		if k.rsa == nil || k.only == PSS {
			return mismatch
		}
	case PSS:
		if k.rsa == nil || a.SaltLength < 1 {
			return mismatch
		}
		// The salt of a key's parameters is the least one (RFC 4055, 3.3).
		if k.pss != nil && (k.pss.Hash != a.Hash || a.SaltLength < k.pss.SaltLength) {
			return mismatch
		}
	case ECDSA:
		if k.point == nil {
			return mismatch
		}
	default:
		return mismatch
	}
	return nil
}

// verifyECDSA parses Ecdsa-Sig-Value (RFC 3279, 2.2.3) and verifies it.
func verifyECDSA(public *curve.Point, digest, der []byte) bool {
	var body cryptobyte.String
	r, s := new(big.Int), new(big.Int)
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !input.Empty() ||
		!body.ReadASN1Integer(r) || !body.ReadASN1Integer(s) || !body.Empty() {
		return false
	}
	size := public.Curve().ScalarSize()
	if r.Sign() <= 0 || s.Sign() <= 0 || r.BitLen() > 8*size || s.BitLen() > 8*size {
		return false
	}
	plain := make([]byte, 2*size)
	r.FillBytes(plain[:size])
	s.FillBytes(plain[size:])
	return curve.Verify(public, digest, plain)
}
