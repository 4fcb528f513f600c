package certificate

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"

	"cnie.example/card/curve"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Sizes of RSA keys that are used, in bits. ICAO Doc 9303-12, 4.4.1 asks for
// 2048 at least; the upper bounds keep a verification cheap.
const (
	minRSA         = 2048
	maxRSA         = 4096
	maxRSAExponent = 32
)

// PublicKey is the key of a certificate. A key that cannot be used is kept as
// such: Err says why, and Verify fails with the same error.
type PublicKey struct {
	rsa   *rsa.PublicKey
	point *curve.Point
	pss   *SignatureAlgorithm // an RSA key for PSS with these parameters only
	only  Scheme              // PSS for an RSA key that is not for PKCS #1 v1.5; else 0
	sha1  bool
	err   error
}

// Err is nil for a key that can be used, otherwise an error that wraps ErrKey.
func (k *PublicKey) Err() error { return k.err }

// String names algorithm and size, such as "RSA-2048" or "EC brainpoolP256r1".
func (k *PublicKey) String() string {
	switch {
	case k.rsa != nil:
		return fmt.Sprintf("RSA-%d", k.rsa.N.BitLen())
	case k.point != nil:
		return "EC " + k.point.Curve().Name()
	}
	return "unsupported"
}

func unusable(reason string, cause error) *PublicKey {
	if cause != nil {
		return &PublicKey{err: fmt.Errorf("%s: %w: %w", reason, ErrKey, cause)}
	}
	return &PublicKey{err: fmt.Errorf("%s: %w", reason, ErrKey)}
}

// readPublicKey parses SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
func readPublicKey(input *cryptobyte.String) (*PublicKey, bool) {
	var body cryptobyte.String
	var bits []byte
	if !input.ReadASN1(&body, asn1.SEQUENCE) {
		return nil, false
	}
	algorithm, ok := readAlgorithmIdentifier(&body)
	if !ok || !body.ReadASN1BitStringAsBytes(&bits) || !body.Empty() {
		return nil, false
	}
	switch algorithm.Algorithm {
	case oidRSA:
		return rsaKey(bits), true
	case oidPSS:
		return pssKey(bits, algorithm.Parameters), true
	case oidECKey:
		return ecKey(bits, algorithm.Parameters), true
	}
	return unusable(fmt.Sprintf("algorithm %v", algorithm.Algorithm), nil), true
}

// rsaKey parses RSAPublicKey (RFC 8017, A.1.1).
func rsaKey(der []byte) *PublicKey {
	var body cryptobyte.String
	n, e := new(big.Int), new(big.Int)
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !input.Empty() ||
		!body.ReadASN1Integer(n) || !body.ReadASN1Integer(e) || !body.Empty() {
		return unusable("RSA key is malformed", nil)
	}
	if n.Sign() <= 0 || n.BitLen() < minRSA || n.BitLen() > maxRSA || n.Bit(0) == 0 {
		return unusable(fmt.Sprintf("RSA modulus of %d bits", n.BitLen()), nil)
	}
	// crypto/rsa holds the exponent in an int, of 32 bits on some systems.
	if e.Sign() <= 0 || e.BitLen() > maxRSAExponent-1 || e.BitLen() < 2 || e.Bit(0) == 0 {
		return unusable("RSA exponent", nil)
	}
	return &PublicKey{rsa: &rsa.PublicKey{N: n, E: int(e.Int64())}}
}

// pssKey parses a key that is for RSASSA-PSS only (RFC 4055, 1.2 and 3.3).
func pssKey(der, parameters []byte) *PublicKey {
	key := rsaKey(der)
	if key.err != nil {
		return key
	}
	key.only = PSS
	if parameters == nil {
		return key
	}
	pss, err := parsePSS(parameters)
	if err != nil {
		return unusable("RSASSA-PSS key", err)
	}
	key.pss = &pss
	return key
}

// ecKey parses an elliptic curve key (RFC 5480, 2.1.1 and 2.2), with named or
// explicit parameters (ICAO Doc 9303-12, 4.4.2).
func ecKey(point, parameters []byte) *PublicKey {
	if parameters == nil {
		return unusable("elliptic curve parameters are absent", nil)
	}
	c, err := curve.ParseParameters(parameters)
	if err != nil {
		if errors.Is(err, curve.ErrUnknownCurve) {
			return unusable("elliptic curve", err)
		}
		return unusable("elliptic curve parameters", err)
	}
	p, err := c.Point(point)
	if err != nil {
		return unusable("elliptic curve point", err)
	}
	return &PublicKey{point: p}
}
