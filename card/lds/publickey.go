package lds

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"cnie.example/card/curve"
	"cnie.example/card/tlv"
)

// ErrUnknownKey: a public key that is well formed as far as it was read, of an
// algorithm or on a curve that is not known here. It is no ErrFile.
var ErrUnknownKey = errors.New("public key of a kind that is not known")

// Algorithms of public keys: id-ecPublicKey and rsaEncryption (RFC 3279, 2.3),
// and standardizedDomainParameters (ICAO Doc 9303-11, 9.5.1).
var (
	oidECPublicKey        = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidRSAEncryption      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidStandardParameters = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 1, 2}
)

// publicKeyInfo is a SubjectPublicKeyInfo taken apart (RFC 5280, 4.1). The
// slices alias it.
type publicKeyInfo struct {
	algorithm  asn1.ObjectIdentifier
	parameters []byte // one element or none
	key        []byte
}

// readPublicKeyInfo reads the content of a SubjectPublicKeyInfo.
func readPublicKeyInfo(b []byte) (p publicKeyInfo, err error) {
	algorithm, rest, err := tlv.Expect(b, tagSequence)
	if err != nil {
		return p, err
	}
	bits, err := tlv.Only(rest, tagBitString)
	if err != nil {
		return p, err
	}
	if len(bits) == 0 || bits[0] != 0 {
		return p, fmt.Errorf("public key is no whole number of bytes: %w", tlv.ErrSyntax)
	}
	p.key = bits[1:]
	p.algorithm, p.parameters, err = readOID(algorithm)
	return p, err
}

// curve finds the curve that the parameters name or describe (RFC 5480, 2; BSI
// TR-03111, 5.2.1; ICAO Doc 9303-11, 9.5.1). Everything else is ErrUnknownKey.
func (p publicKeyInfo) curve() (*curve.Curve, error) {
	var c *curve.Curve
	var err error
	switch {
	case p.algorithm.Equal(oidECPublicKey):
		c, err = curve.ParseParameters(p.parameters)
	case p.algorithm.Equal(oidStandardParameters):
		var id int
		var rest []byte
		if id, rest, err = readSmall(p.parameters, maxParameterID); err != nil {
			return nil, fmt.Errorf("domain parameters: %w", err)
		}
		if err = end("domain parameters", rest); err != nil {
			return nil, err
		}
		c, err = curve.ByParameterID(id)
	default:
		return nil, fmt.Errorf("algorithm %v: %w", p.algorithm, ErrUnknownKey)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnknownKey, err)
	}
	return c, nil
}

// point gives the key as a point of its curve, 04‖X‖Y, in bytes of its own.
func (p publicKeyInfo) point() (*curve.Curve, []byte, error) {
	c, err := p.curve()
	if err != nil {
		return nil, nil, err
	}
	point, err := c.Point(p.key)
	if err != nil {
		return nil, nil, fmt.Errorf("public key: %w", err)
	}
	return c, point.Bytes(), nil
}
