package issuer

import (
	"encoding/asn1"
	"fmt"
	"math/big"

	"cnie.example/card/vcard"
)

// Object identifiers of security infos (ICAO Doc 9303-11, 9.2). The last
// number of a protocol with AES is 2, 3 or 4.
func oidPACE(c vcard.Cipher) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 4, 2, int(c) + 1}
}

func oidChipAuthentication(c vcard.Cipher) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 3, 2, int(c) + 1}
}

func oidPublicKeyECDH() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 1, 2}
}

// paceInfo is PACEInfo (ICAO Doc 9303-11, 9.2.1).
type paceInfo struct {
	Protocol    asn1.ObjectIdentifier
	Version     int
	ParameterID int
}

// chipAuthenticationInfo is ChipAuthenticationInfo (9.2.5). KeyID has no
// pointer form in encoding/asn1: an absent one has no bytes.
type chipAuthenticationInfo struct {
	Protocol asn1.ObjectIdentifier
	Version  int
	KeyID    asn1.RawValue `asn1:"optional"`
}

// chipAuthenticationPublicKeyInfo is ChipAuthenticationPublicKeyInfo (9.2.6).
type chipAuthenticationPublicKeyInfo struct {
	Protocol  asn1.ObjectIdentifier
	PublicKey subjectPublicKeyInfo
	KeyID     asn1.RawValue `asn1:"optional"`
}

type subjectPublicKeyInfo struct {
	Algorithm algorithm
	PublicKey asn1.BitString
}

type algorithm struct {
	Algorithm  asn1.ObjectIdentifier
	Parameters asn1.RawValue `asn1:"optional"`
}

// explicitParameters is ECParameters of a prime field curve (BSI TR-03111,
// 5.1.1.1, after ANSI X9.62).
type explicitParameters struct {
	Version int
	Field   struct {
		Type  asn1.ObjectIdentifier
		Prime *big.Int
	}
	Curve    struct{ A, B []byte }
	Base     []byte
	Order    *big.Int
	Cofactor int
}

// cardAccess is EF.CardAccess: the one PACE protocol the chip speaks.
func cardAccess(d document) ([]byte, error) { return setOf(pace(d)) }

func pace(d document) paceInfo { return paceInfo{oidPACE(d.cipher), 2, int(d.curve)} }

// securityInfos is DG14: the chip's key with explicit domain parameters, the
// protocol that uses it, and PACE again where it is signed (ICAO Doc 9303-11,
// 9.2.11).
func securityInfos(d document, chipKey []byte) ([]byte, error) {
	key, err := publicKey(d.curve, chipKey)
	if err != nil {
		return nil, err
	}
	var id asn1.RawValue
	if d.keyID != nil {
		id = asn1.RawValue{Tag: asn1.TagInteger, Bytes: d.keyID}
	}
	infos, err := setOf(
		pace(d),
		chipAuthenticationInfo{oidChipAuthentication(d.cipher), 1, id},
		chipAuthenticationPublicKeyInfo{oidPublicKeyECDH(), key, id})
	return object(0x6E, infos), err
}

func publicKey(c vcard.Curve, private []byte) (subjectPublicKeyInfo, error) {
	point, err := c.PublicKey(private)
	if err != nil {
		return subjectPublicKeyInfo{}, err
	}
	p, err := c.Parameters()
	if err != nil {
		return subjectPublicKeyInfo{}, err
	}
	e := explicitParameters{Version: 1, Base: p.Generator, Order: new(big.Int).SetBytes(p.Order), Cofactor: 1}
	e.Field.Type = asn1.ObjectIdentifier{1, 2, 840, 10045, 1, 1} // prime-field
	e.Field.Prime = new(big.Int).SetBytes(p.P)
	e.Curve.A, e.Curve.B = p.A, p.B
	parameters, err := asn1.Marshal(e)
	if err != nil {
		return subjectPublicKeyInfo{}, fmt.Errorf("encode domain parameters: %w", err)
	}
	return subjectPublicKeyInfo{
		Algorithm: algorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}, asn1.RawValue{FullBytes: parameters}},
		PublicKey: asn1.BitString{Bytes: point, BitLength: 8 * len(point)},
	}, nil
}

// setOf is a SET OF in DER: its members are sorted.
func setOf(members ...any) ([]byte, error) {
	raw := make([]asn1.RawValue, len(members))
	for i, m := range members {
		b, err := asn1.Marshal(m)
		if err != nil {
			return nil, fmt.Errorf("encode member of a set: %w", err)
		}
		raw[i].FullBytes = b
	}
	b, err := asn1.MarshalWithParams(raw, "set")
	if err != nil {
		return nil, fmt.Errorf("encode set: %w", err)
	}
	return b, nil
}
