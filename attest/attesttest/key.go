package attesttest

import (
	"crypto"
	"crypto/sha1"
)

// Key is a private key of RSA or on an elliptic curve. It is not changed after
// it was made.
type Key struct {
	rsa *rsaKey
	ec  *ecKey
}

// Info is the SubjectPublicKeyInfo in DER: rsaEncryption, or a named curve.
func (k *Key) Info() []byte {
	if k.rsa != nil {
		return Sequence(Sequence(rsaEncryption.DER(), Null()), Bits(k.Public()))
	}
	return k.InfoOn(namedCurve(k.ec.curve))
}

// InfoOn is the SubjectPublicKeyInfo of an elliptic curve key with these
// EcpkParameters in DER: Domain.DER, or OID.DER.
func (k *Key) InfoOn(parameters []byte) []byte {
	return Sequence(Sequence(ecPublicKey.DER(), parameters), Bits(k.Public()))
}

// InfoPSS is the SubjectPublicKeyInfo of an RSA key that is for RSASSA-PSS only
// (RFC 4055, 3.3).
func (k *Key) InfoPSS(a Algorithm) []byte {
	return Sequence(a.Identifier(), Bits(k.Public()))
}

// Public is the public key as SubjectPublicKeyInfo holds it in its BIT STRING:
// RSAPublicKey, or an uncompressed point.
func (k *Key) Public() []byte {
	if k.rsa != nil {
		return Sequence(BigInteger(k.rsa.n), BigInteger(k.rsa.e))
	}
	return k.ec.point.Bytes()
}

// Identifier is the key identifier: the SHA-1 of the public key (RFC 5280,
// 4.2.1.2, method 1).
func (k *Key) Identifier() []byte {
	id := sha1.Sum(k.Public())
	return id[:]
}

// Algorithm is the usual one of the key: RSASSA-PKCS1-v1_5 with SHA-256, or
// ECDSA with the hash that fits the curve.
func (k *Key) Algorithm() Algorithm {
	if k.rsa != nil {
		return PKCS1(crypto.SHA256)
	}
	switch size := k.ec.curve.Size(); {
	case size <= 32:
		return ECDSA(crypto.SHA256)
	case size <= 48:
		return ECDSA(crypto.SHA384)
	default:
		return ECDSA(crypto.SHA512)
	}
}

// Sign signs a message. It panics when the algorithm is not for the key.
func (k *Key) Sign(a Algorithm, message []byte) []byte {
	switch {
	case k.rsa != nil && a.Scheme == PKCS1Scheme:
		return k.rsa.signPKCS1(a.Hash, message)
	case k.rsa != nil && a.Scheme == PSSScheme:
		return k.rsa.signPSS(a, message)
	case k.ec != nil && a.Scheme == ECDSAScheme:
		return k.ec.sign(a.Hash, message)
	}
	panic("attesttest: algorithm is not for this key")
}
