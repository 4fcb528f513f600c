package lds

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"

	"cnie.example/card/curve"
	"cnie.example/card/tlv"
)

// Sizes of RSA keys that are read. Documents have 1024 to 4096 bits; the limits
// bound what a verifier computes.
const (
	minRSABits  = 1024
	maxRSABits  = 8192
	maxExponent = 1<<31 - 1
)

// ActiveAuthenticationKey is the key of DG15: either RSA, or Curve and Point,
// is set.
type ActiveAuthenticationKey struct {
	RSA   *rsa.PublicKey // modulus of 1024 to 8192 bits, odd as the exponent is
	Curve *curve.Curve
	Point []byte // 04, X, Y; on the curve
}

// ParseDG15 reads DG15, the public key of active authentication (ICAO Doc
// 9303-10, 4.7.15): RSA, or a curve of package curve by name, by its
// parameters or by its number. b is not kept. A key of another kind is
// ErrUnknownKey, with curve.ErrUnknownCurve when its curve is the cause; all
// other errors wrap ErrFile.
func ParseDG15(b []byte) (ActiveAuthenticationKey, error) {
	content, err := DG15.content(b)
	if err != nil {
		return ActiveAuthenticationKey{}, err
	}
	key, err := parseActiveAuthenticationKey(content)
	switch {
	case errors.Is(err, ErrUnknownKey):
		return ActiveAuthenticationKey{}, fmt.Errorf("%v: %w", DG15, err)
	case err != nil:
		return ActiveAuthenticationKey{}, DG15.malformed(err)
	}
	return key, nil
}

func parseActiveAuthenticationKey(b []byte) (k ActiveAuthenticationKey, err error) {
	content, err := tlv.Only(b, tagSequence)
	if err != nil {
		return k, err
	}
	info, err := readPublicKeyInfo(content)
	if err != nil {
		return k, err
	}
	if info.algorithm.Equal(oidRSAEncryption) {
		k.RSA, err = info.rsa()
		return k, err
	}
	k.Curve, k.Point, err = info.point()
	return k, err
}

// rsa reads RSAPublicKey (RFC 8017, A.1.1). The parameters are NULL; some
// issuers leave them out.
func (p publicKeyInfo) rsa() (*rsa.PublicKey, error) {
	if len(p.parameters) > 0 {
		if null, err := tlv.Only(p.parameters, tagNull); err != nil || len(null) > 0 {
			return nil, fmt.Errorf("parameters of an RSA key: %w", tlv.ErrSyntax)
		}
	}
	content, err := tlv.Only(p.key, tagSequence)
	if err != nil {
		return nil, err
	}
	modulus, rest, err := readIntegerBytes(content)
	if err != nil {
		return nil, err
	}
	exponent, rest, err := readIntegerBytes(rest)
	if err != nil {
		return nil, err
	}
	if err = end("RSAPublicKey", rest); err != nil {
		return nil, err
	}
	return rsaKey(modulus, exponent)
}

// rsaKey checks sizes before the numbers are made.
func rsaKey(modulus, exponent []byte) (*rsa.PublicKey, error) {
	if len(modulus) > maxRSABits/8+1 || modulus[0]&0x80 != 0 {
		return nil, fmt.Errorf("modulus of %d bytes: %w", len(modulus), tlv.ErrSyntax)
	}
	if len(exponent) > 4 || exponent[0]&0x80 != 0 {
		return nil, fmt.Errorf("exponent of %d bytes: %w", len(exponent), tlv.ErrSyntax)
	}
	n, e := new(big.Int).SetBytes(modulus), new(big.Int).SetBytes(exponent).Int64()
	if bits := n.BitLen(); bits < minRSABits || bits > maxRSABits || n.Bit(0) == 0 {
		return nil, fmt.Errorf("modulus of %d bits, or even: %w", bits, tlv.ErrSyntax)
	}
	if e < 3 || e > maxExponent || e&1 == 0 {
		return nil, fmt.Errorf("exponent is even, too small or too large: %w", tlv.ErrSyntax)
	}
	return &rsa.PublicKey{N: n, E: int(e)}, nil
}
