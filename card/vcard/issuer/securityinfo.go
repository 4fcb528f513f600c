package issuer

import (
	"encoding/asn1"
	"fmt"
	"math/big"

	"cnie.example/card/vcard"
)

// bsi is the arc of the protocols (ICAO Doc 9303-11, 9.2).
func bsi(numbers ...int) asn1.ObjectIdentifier {
	return append(asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2}, numbers...)
}

// cipherNumber is the last number of a protocol.
func cipherNumber(c vcard.Cipher) int {
	return map[vcard.Cipher]int{vcard.TripleDES: 1, vcard.AES128: 2, vcard.AES192: 3, vcard.AES256: 4}[c]
}

// oidPACE is id-PACE-ECDH-GM, -IM or -CAM with a cipher.
func oidPACE(p vcard.PACEProtocol) asn1.ObjectIdentifier {
	mapping := map[vcard.Mapping]int{vcard.GenericMapping: 2, vcard.IntegratedMapping: 4, vcard.ChipAuthenticationMapping: 6}[p.Mapping]
	return bsi(4, mapping, cipherNumber(p.Cipher))
}

// oidChipAuthentication is id-CA-ECDH with a cipher.
func oidChipAuthentication(c vcard.Cipher) asn1.ObjectIdentifier {
	return bsi(3, 2, cipherNumber(c))
}

// oidPublicKeyECDH is id-PK-ECDH.
func oidPublicKeyECDH() asn1.ObjectIdentifier { return bsi(1, 2) }

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

// cardAccess is EF.CardAccess: the PACE protocols that the chip speaks (ICAO
// Doc 9303-11, 9.2.11).
func cardAccess(d document) ([]byte, error) {
	return setOf(paceInfos(d)...)
}

func paceInfos(d document) (infos []any) {
	for _, p := range d.pace {
		infos = append(infos, paceInfo{oidPACE(p), 2, int(p.Curve)})
	}
	return infos
}

// optionalInteger is an INTEGER that encoding/asn1 leaves out when it is absent.
func optionalInteger(content []byte) asn1.RawValue {
	if content == nil {
		return asn1.RawValue{}
	}
	return asn1.RawValue{Tag: asn1.TagInteger, Bytes: content}
}

// chipInfos are the public keys of the chip with explicit domain parameters
// and the protocols that use them.
func chipInfos(d document) (infos []any, err error) {
	for _, k := range d.keys {
		id := optionalInteger(k.id)
		key, err := publicKey(k.curve, k.private)
		if err != nil {
			return nil, err
		}
		if k.info {
			infos = append(infos, chipAuthenticationInfo{oidChipAuthentication(k.cipher), 1, id})
		}
		infos = append(infos, chipAuthenticationPublicKeyInfo{oidPublicKeyECDH(), key, id})
	}
	return infos, nil
}

// securityInfos is DG14: the chip's keys, the protocols that use them, ECDSA
// of active authentication, and PACE again where it is signed (ICAO Doc
// 9303-11, 9.2.11).
func securityInfos(d document) ([]byte, error) {
	keys, err := chipInfos(d)
	if err != nil {
		return nil, err
	}
	infos := append(paceInfos(d), keys...)
	if d.active != nil && !d.active.rsa() {
		infos = append(infos, d.active.info())
	}
	set, err := setOf(infos...)
	return object(0x6E, set), err
}

// cardSecurity is EF.CardSecurity: PACE and the chip's keys, signed by the
// document signer as id-SecurityObject (ICAO Doc 9303-11, 9.2.11; BSI
// TR-03110-3, A.1.2.5). The keys are written as in appendix I.1 of ICAO Doc
// 9303-11: by the number of the domain parameters, which is also the identifier
// of a key that has none.
func (l *Lab) cardSecurity(d document) ([]byte, error) {
	infos := paceInfos(d)
	for _, k := range d.keys {
		point, err := k.curve.PublicKey(k.private)
		if err != nil {
			return nil, err
		}
		number := integer(int(k.curve))
		id := k.id
		if id == nil {
			id = number
		}
		infos = append(infos, chipAuthenticationPublicKeyInfo{
			Protocol: oidPublicKeyECDH(),
			PublicKey: subjectPublicKeyInfo{
				Algorithm: algorithm{oidStandardParameters(), optionalInteger(number)},
				PublicKey: asn1.BitString{Bytes: point, BitLength: 8 * len(point)},
			},
			KeyID: optionalInteger(id),
		})
	}
	set, err := setOf(infos...)
	if err != nil {
		return nil, err
	}
	return l.signContent(asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 3, 2, 1}, set)
}

// oidStandardParameters is standardizedDomainParameters (ICAO Doc 9303-11,
// 9.5.1).
func oidStandardParameters() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 1, 2}
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
