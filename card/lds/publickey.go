package lds

import (
	"encoding/asn1"
	"fmt"

	"cnie.example/card/curve"
	"cnie.example/card/tlv"
)

// parsePublicKey reads the content of a SubjectPublicKeyInfo with a key on an
// elliptic curve (RFC 5480, 2; BSI TR-03111, 5.2.1). Keys on curves not known
// here fail with curve.ErrUnknownCurve.
func parsePublicKey(b []byte) (ChipAuthenticationPublicKeyInfo, error) {
	algorithm, rest, err := tlv.Expect(b, tagSequence)
	if err != nil {
		return ChipAuthenticationPublicKeyInfo{}, err
	}
	bits, rest, err := tlv.Expect(rest, tagBitString)
	if err != nil {
		return ChipAuthenticationPublicKeyInfo{}, err
	}
	if err = end("SubjectPublicKeyInfo", rest); err != nil {
		return ChipAuthenticationPublicKeyInfo{}, err
	}
	if len(bits) == 0 || bits[0] != 0 {
		return ChipAuthenticationPublicKeyInfo{}, fmt.Errorf("public key is no whole number of bytes: %w", tlv.ErrSyntax)
	}
	c, err := parseAlgorithm(algorithm)
	if err != nil {
		return ChipAuthenticationPublicKeyInfo{}, err
	}
	point, err := c.Point(bits[1:])
	if err != nil {
		return ChipAuthenticationPublicKeyInfo{}, fmt.Errorf("public key: %w", err)
	}
	return ChipAuthenticationPublicKeyInfo{Curve: c, Point: point.Bytes()}, nil
}

// parseAlgorithm wants id-ecPublicKey and the parameters of a known curve.
func parseAlgorithm(b []byte) (*curve.Curve, error) {
	oid, parameters, err := readOID(b)
	if err != nil {
		return nil, err
	}
	if !oid.Equal(asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}) {
		return nil, fmt.Errorf("algorithm of the key is not id-ecPublicKey: %w", curve.ErrUnknownCurve)
	}
	return curve.ParseParameters(parameters)
}
