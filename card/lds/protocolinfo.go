package lds

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"cnie.example/card/tlv"
)

// add reads one SecurityInfo: protocol, required data, optional data.
func (s *SecurityInfos) add(b []byte) error {
	oid, rest, err := readOID(b)
	if err != nil {
		return err
	}
	arcs, ok := smartcardArcs(oid)
	switch {
	case oid.Equal(oidActiveAuthentication):
		return s.addActiveAuthentication(rest)
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
	info, err := readPublicKeyInfo(spki)
	if err != nil {
		return fmt.Errorf("ChipAuthenticationPublicKeyInfo: %w", err)
	}
	c, point, err := info.point()
	if errors.Is(err, ErrUnknownKey) {
		s.Unknown = append(s.Unknown, oid)
		return nil
	}
	if err != nil {
		return fmt.Errorf("ChipAuthenticationPublicKeyInfo: %w", err)
	}
	s.ChipAuthenticationKeys = append(s.ChipAuthenticationKeys, ChipAuthenticationPublicKeyInfo{Curve: c, Point: point, KeyID: keyID})
	return nil
}

// addActiveAuthentication reads version and signature algorithm.
func (s *SecurityInfos) addActiveAuthentication(b []byte) (err error) {
	var a ActiveAuthenticationInfo
	if a.Version, b, err = readSmall(b, maxVersion); err != nil {
		return fmt.Errorf("ActiveAuthenticationInfo: %w", err)
	}
	if a.OID, b, err = readOID(b); err != nil {
		return fmt.Errorf("ActiveAuthenticationInfo: %w", err)
	}
	if err = end("ActiveAuthenticationInfo", b); err != nil {
		return err
	}
	a.Hash = hashOfSignature(a.OID)
	s.ActiveAuthentication = append(s.ActiveAuthentication, a)
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
