package lds

import (
	"crypto"
	"encoding/asn1"
	"fmt"

	"cnie.example/card/curve"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// Limits of SecurityInfos. Cards seen have up to a dozen.
const (
	maxSecurityInfos = 64
	maxKeyIDBytes    = 64
	maxParameterID   = 1 << 16
	maxVersion       = 255
)

// NoParameterID is PACEInfo.ParameterID when the element is absent.
const NoParameterID = -1

// PACEInfo announces one variant of PACE (ICAO Doc 9303-11, 9.2.1).
type PACEInfo struct {
	OID         asn1.ObjectIdentifier
	Agreement   Agreement
	Mapping     Mapping
	Cipher      sm.Cipher
	Version     int
	ParameterID int // ICAO Doc 9303-11, 9.5.1; NoParameterID when absent
}

// ChipAuthenticationInfo announces one variant of chip authentication (ICAO
// Doc 9303-11, 9.2.5). A key identifier above 127 begins with the sign octet of
// DER: 128 is 00 80.
type ChipAuthenticationInfo struct {
	OID       asn1.ObjectIdentifier
	Agreement Agreement
	Cipher    sm.Cipher
	Version   int
	KeyID     []byte // content bytes of the INTEGER, nil when absent
}

// ChipAuthenticationPublicKeyInfo is a static key of the chip on a curve known
// here (ICAO Doc 9303-11, 9.2.6).
type ChipAuthenticationPublicKeyInfo struct {
	Curve *curve.Curve
	Point []byte // 04, X, Y; on the curve
	KeyID []byte // content bytes of the INTEGER, nil when absent
}

// ActiveAuthenticationInfo names the signature algorithm of active
// authentication on an elliptic curve (ICAO Doc 9303-11, 9.2.4).
type ActiveAuthenticationInfo struct {
	OID     asn1.ObjectIdentifier // of the signature algorithm
	Version int
	Hash    crypto.Hash // of ecdsa-plain-*, available; 0 when the algorithm is another
}

// SecurityInfos is the set of protocols that a chip announces (ICAO Doc
// 9303-11, 9.2), in the order of the file. Duplicates are kept.
type SecurityInfos struct {
	PACE                   []PACEInfo
	ChipAuthentication     []ChipAuthenticationInfo
	ChipAuthenticationKeys []ChipAuthenticationPublicKeyInfo
	ActiveAuthentication   []ActiveAuthenticationInfo

	// Unknown has the protocols not read here: other object identifiers, keys
	// in finite fields and keys on unknown curves.
	Unknown []asn1.ObjectIdentifier
}

// ParseCardAccess reads EF.CardAccess (ICAO Doc 9303-10, 3.11.3). b is not
// kept. Errors wrap ErrFile.
func ParseCardAccess(b []byte) (SecurityInfos, error) {
	infos, err := parseSecurityInfos(b)
	if err != nil {
		return SecurityInfos{}, CardAccess.malformed(err)
	}
	return infos, nil
}

// ParseDG14 reads DG14 (ICAO Doc 9303-10, 4.7.14). b is not kept. Errors wrap
// ErrFile.
func ParseDG14(b []byte) (SecurityInfos, error) {
	set, err := DG14.content(b)
	if err != nil {
		return SecurityInfos{}, err
	}
	infos, err := parseSecurityInfos(set)
	if err != nil {
		return SecurityInfos{}, DG14.malformed(err)
	}
	return infos, nil
}

// parseSecurityInfos reads SET OF SecurityInfo. The order of DER is not asked
// for: cards do not keep it.
func parseSecurityInfos(b []byte) (SecurityInfos, error) {
	var infos SecurityInfos
	rest, err := tlv.Only(b, tagSet)
	if err != nil {
		return SecurityInfos{}, err
	}
	for n := 0; len(rest) > 0; n++ {
		if n == maxSecurityInfos {
			return SecurityInfos{}, fmt.Errorf("more than %d SecurityInfo: %w", maxSecurityInfos, ErrFile)
		}
		var info []byte
		if info, rest, err = tlv.Expect(rest, tagSequence); err != nil {
			return SecurityInfos{}, err
		}
		if err = infos.add(info); err != nil {
			return SecurityInfos{}, fmt.Errorf("SecurityInfo %d: %w", n+1, err)
		}
	}
	return infos, nil
}
