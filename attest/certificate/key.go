package certificate

import (
	"fmt"

	"cnie.example/card/curve"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// PublicKey is the key of a certificate. A key that cannot be used is kept as
// such: Err says why, and Verify fails with the same error.
type PublicKey struct {
	rsa   rsaKey              // modulus nil for other keys
	point *curve.Point        // nil for other keys
	pss   *SignatureAlgorithm // an RSA key for PSS with these parameters only
	only  Scheme              // PSS for an RSA key that is not for PKCS #1 v1.5; else 0
	sha1  bool
	err   error
}

// Err is nil for a key that can be used, otherwise an error that wraps ErrKey,
// and ErrKeySize, ErrCurve or, for a key of an unknown algorithm, ErrAlgorithm
// when that is the cause.
func (k *PublicKey) Err() error { return k.err }

// String names algorithm and size, such as "RSA-2048" or "EC brainpoolP256r1".
// It is "unsupported" for another algorithm or curve; an RSA key whose size is
// not accepted is named all the same.
func (k *PublicKey) String() string {
	switch {
	case k.rsa.modulus != nil:
		return fmt.Sprintf("RSA-%d", k.rsa.bitLen())
	case k.point != nil:
		return "EC " + k.point.Curve().Name()
	}
	return "unsupported"
}

func unusable(reason string, cause error) *PublicKey {
	return &PublicKey{err: fmt.Errorf("%s: %w", reason, cause)}
}

// readPublicKey parses SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
func readPublicKey(input *cryptobyte.String, opts Options, n *noted) (*PublicKey, bool) {
	var body cryptobyte.String
	var bits []byte
	if !input.ReadASN1(&body, asn1.SEQUENCE) {
		return nil, false
	}
	algorithm, ok := readAlgorithmIdentifier(&body)
	if !ok || !body.ReadASN1BitStringAsBytes(&bits) || !body.Empty() {
		return nil, false
	}
	key := newPublicKey(algorithm, bits, opts, n)
	key.sha1 = opts.SHA1
	return key, true
}

func newPublicKey(algorithm AlgorithmIdentifier, bits []byte, opts Options, n *noted) *PublicKey {
	switch algorithm.Algorithm {
	case oidRSA:
		n.addIf(algorithm.Parameters == nil, AlgorithmParameters)
		if !algorithm.withoutParameters() {
			return unusable("RSA key with parameters", ErrKey)
		}
		return readRSAKey(bits, opts)
	case oidPSS:
		return readPSSKey(bits, algorithm.Parameters, opts, n)
	case oidECKey:
		return readECKey(bits, algorithm.Parameters, n)
	}
	return unusable(fmt.Sprintf("algorithm %v", algorithm.Algorithm), fmt.Errorf("%w: %w", ErrKey, ErrAlgorithm))
}

// readPSSKey parses a key that is for RSASSA-PSS only (RFC 4055, 1.2 and 3.3).
func readPSSKey(der, parameters []byte, opts Options, n *noted) *PublicKey {
	key := readRSAKey(der, opts)
	if key.err != nil {
		return key
	}
	key.only = PSS
	if parameters == nil {
		return key
	}
	pss, err := parsePSS(parameters, n)
	if err != nil {
		return unusable("RSASSA-PSS key", fmt.Errorf("%w: %w", ErrKey, err))
	}
	key.pss = &pss
	return key
}

// readECKey parses an elliptic curve key (RFC 5480, 2.1.1 and 2.2), with named
// or explicit parameters (ICAO Doc 9303-12, 4.4.2).
func readECKey(point, parameters []byte, n *noted) *PublicKey {
	if parameters == nil {
		return unusable("elliptic curve parameters are absent", ErrCurve)
	}
	c, form, err := curve.ReadParameters(parameters)
	if err != nil {
		return unusable("elliptic curve", fmt.Errorf("%w: %w", ErrCurve, err))
	}
	n.addIf(form.Named, NamedCurve)
	n.addIf(form.OtherLengths, ParameterLengths)
	p, err := c.Point(point)
	if err != nil {
		return unusable("elliptic curve point", fmt.Errorf("%w: %w", ErrCurve, err))
	}
	return &PublicKey{point: p}
}
