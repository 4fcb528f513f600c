package lds

import (
	"encoding/asn1"
	"errors"
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
// Doc 9303-11, 9.2.5).
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

// SecurityInfos is the set of protocols that a chip announces (ICAO Doc
// 9303-11, 9.2), in the order of the file. Duplicates are kept.
type SecurityInfos struct {
	PACE                   []PACEInfo
	ChipAuthentication     []ChipAuthenticationInfo
	ChipAuthenticationKeys []ChipAuthenticationPublicKeyInfo

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

// add reads one SecurityInfo: protocol, required data, optional data.
func (s *SecurityInfos) add(b []byte) error {
	oid, rest, err := readOID(b)
	if err != nil {
		return err
	}
	arcs, ok := smartcardArcs(oid)
	switch {
	case ok && len(arcs) == 3 && arcs[0] == arcPACE:
		if agreement, mapping, ok := paceOfArc(arcs[1]); ok {
			return s.addPACE(PACEInfo{OID: oid, Agreement: agreement, Mapping: mapping}, arcs[2], rest)
		}
	case ok && len(arcs) == 3 && arcs[0] == arcChipAuthentication:
		if agreement, ok := agreementOfArc(arcs[1]); ok {
			return s.addChipAuthentication(ChipAuthenticationInfo{OID: oid, Agreement: agreement}, arcs[2], rest)
		}
	case ok && len(arcs) == 2 && arcs[0] == arcPublicKey:
		if agreement, ok := agreementOfArc(arcs[1]); ok && agreement == ECDH {
			return s.addPublicKey(oid, rest)
		}
	}
	return s.addUnknown(oid, rest)
}

func (s *SecurityInfos) addPACE(p PACEInfo, arc int, b []byte) (err error) {
	var ok bool
	if p.Cipher, ok = cipherOfArc(arc); !ok {
		return s.addUnknown(p.OID, b)
	}
	if p.Version, b, err = readSmall(b, maxVersion); err != nil {
		return fmt.Errorf("PACEInfo: %w", err)
	}
	p.ParameterID = NoParameterID
	if len(b) > 0 {
		if p.ParameterID, b, err = readSmall(b, maxParameterID); err != nil {
			return fmt.Errorf("PACEInfo: %w", err)
		}
	}
	if err = end("PACEInfo", b); err != nil {
		return err
	}
	s.PACE = append(s.PACE, p)
	return nil
}

func (s *SecurityInfos) addChipAuthentication(c ChipAuthenticationInfo, arc int, b []byte) (err error) {
	var ok bool
	if c.Cipher, ok = cipherOfArc(arc); !ok {
		return s.addUnknown(c.OID, b)
	}
	if c.Version, b, err = readSmall(b, maxVersion); err != nil {
		return fmt.Errorf("ChipAuthenticationInfo: %w", err)
	}
	if c.KeyID, err = readKeyID(b); err != nil {
		return fmt.Errorf("ChipAuthenticationInfo: %w", err)
	}
	s.ChipAuthentication = append(s.ChipAuthentication, c)
	return nil
}

func (s *SecurityInfos) addPublicKey(oid asn1.ObjectIdentifier, b []byte) error {
	spki, rest, err := tlv.Expect(b, tagSequence)
	if err != nil {
		return fmt.Errorf("ChipAuthenticationPublicKeyInfo: %w", err)
	}
	keyID, err := readKeyID(rest)
	if err != nil {
		return fmt.Errorf("ChipAuthenticationPublicKeyInfo: %w", err)
	}
	key, err := parsePublicKey(spki)
	if errors.Is(err, curve.ErrUnknownCurve) {
		s.Unknown = append(s.Unknown, oid)
		return nil
	}
	if err != nil {
		return fmt.Errorf("ChipAuthenticationPublicKeyInfo: %w", err)
	}
	key.KeyID = keyID
	s.ChipAuthenticationKeys = append(s.ChipAuthenticationKeys, key)
	return nil
}

// addUnknown keeps the protocol when its data is required data and at most one
// optional element.
func (s *SecurityInfos) addUnknown(oid asn1.ObjectIdentifier, b []byte) error {
	_, _, rest, err := tlv.Read(b)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		if _, _, rest, err = tlv.Read(rest); err != nil {
			return err
		}
	}
	if err = end("SecurityInfo", rest); err != nil {
		return err
	}
	s.Unknown = append(s.Unknown, oid)
	return nil
}

// readKeyID reads the optional key identifier that ends an info, as a copy.
func readKeyID(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, nil
	}
	v, rest, err := readIntegerBytes(b)
	if err != nil {
		return nil, err
	}
	if len(v) > maxKeyIDBytes {
		return nil, fmt.Errorf("key identifier of %d bytes: %w", len(v), tlv.ErrSyntax)
	}
	if err = end("key identifier", rest); err != nil {
		return nil, err
	}
	return append([]byte(nil), v...), nil
}
