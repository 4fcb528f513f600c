package certificate

import (
	"crypto"
	"fmt"

	"cnie.example/card/curve"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Verify checks a signature over message. Signatures of ECDSA are
// Ecdsa-Sig-Value in DER. Errors are ErrKey when the key cannot be used,
// ErrAlgorithm when the scheme is not for this key or the hash is not accepted
// (ErrSHA1 for SHA-1, also that of MGF1), and ErrSignature when the signature is
// not this key's.
func (k *PublicKey) Verify(a SignatureAlgorithm, message, signature []byte) error {
	if k.err != nil {
		return k.err
	}
	if a.MaskHash == 0 {
		a.MaskHash = a.Hash
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
		valid = k.rsa.verifyPKCS1v15(a.Hash, digest, signature)
	case PSS:
		valid = k.rsa.verifyPSS(a, digest, signature)
	case ECDSA:
		valid = verifyECDSA(k.point, digest, signature)
	}
	if !valid {
		return ErrSignature
	}
	return nil
}

// accepts says whether the algorithm is for this key and its hashes are allowed.
func (k *PublicKey) accepts(a SignatureAlgorithm) error {
	for _, hash := range []crypto.Hash{a.Hash, a.MaskHash} {
		if hash == crypto.SHA1 && !k.sha1 {
			return ErrSHA1
		}
		if _, ok := digestOID(hash); !ok {
			return fmt.Errorf("hash: %w", ErrAlgorithm)
		}
	}
	if !k.fits(a) {
		return fmt.Errorf("signature scheme does not fit the key: %w", ErrAlgorithm)
	}
	return nil
}

// fits says whether the key is one for the scheme.
func (k *PublicKey) fits(a SignatureAlgorithm) bool {
	switch a.Scheme {
	case PKCS1v15:
		return k.rsa.modulus != nil && k.only != PSS
	case PSS:
		if k.rsa.modulus == nil || a.SaltLength < 0 {
			return false
		}
		// The salt of a key's parameters is the least one (RFC 4055, 3.3).
		return k.pss == nil || k.pss.Hash == a.Hash && k.pss.MaskHash == a.MaskHash && a.SaltLength >= k.pss.SaltLength
	case ECDSA:
		return k.point != nil
	}
	return false
}

// verifyECDSA parses Ecdsa-Sig-Value (RFC 3279, 2.2.3) and verifies it.
func verifyECDSA(public *curve.Point, digest, der []byte) bool {
	var body cryptobyte.String
	var r, s []byte
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !input.Empty() ||
		!body.ReadASN1Integer(&r) || !body.ReadASN1Integer(&s) || !body.Empty() {
		return false
	}
	size := public.Curve().ScalarSize()
	if len(r) > size || len(s) > size {
		return false
	}
	plain := make([]byte, 2*size)
	copy(plain[size-len(r):], r)
	copy(plain[2*size-len(s):], s)
	return curve.Verify(public, digest, plain)
}
