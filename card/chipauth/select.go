package chipauth

import (
	"bytes"
	"encoding/asn1"
	"fmt"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// infoVersion is the only version of ChipAuthenticationInfo (ICAO Doc 9303-11,
// 9.2.5): version 2 is not defined for travel documents.
const infoVersion = 1

// Key is the chip's authentication key with the protocol it is used in.
type Key struct {
	// OID is the protocol of ChipAuthenticationInfo, id-CA-ECDH-*; nil when
	// DG14 has no ChipAuthenticationInfo. 3DES does without it.
	OID    asn1.ObjectIdentifier
	Cipher sm.Cipher    // of the session keys
	KeyID  []byte       // content bytes of the INTEGER, nil when DG14 names none
	Point  *curve.Point // the chip's static public key
}

// supported says whether the key can be presented to a chip.
func (k Key) supported() bool {
	return k.Point != nil && (k.Cipher == sm.TripleDES || k.Cipher.KeySize() != 0 && len(k.OID) != 0)
}

// Select chooses the strongest ChipAuthenticationInfo that has one public key
// with the same key id, or one key without id when it names none (ICAO Doc
// 9303-11, 9.2.5 and 9.2.6): AES before 3DES, longer keys before shorter ones,
// the first in the file among equals.
//
// A DG14 with a key but without any ChipAuthenticationInfo, as French passports
// have it, means 3DES, the one cipher that chip authentication had before the
// structure told it.
//
// It fails with ErrUnsupported when there is no such choice, and with ErrPoint
// when the chosen key is not a point of its curve: a weaker choice is not made
// instead.
func Select(infos lds.SecurityInfos) (Key, error) {
	key, public, ok := strongest(infos)
	if !ok {
		key, public, ok = unannounced(infos)
	}
	if !ok {
		return Key{}, ErrUnsupported
	}
	p, err := public.Curve.Point(public.Point)
	if err != nil {
		return Key{}, fmt.Errorf("chip's public key: %w: %w", ErrPoint, err)
	}
	key.Point = p
	return key, nil
}

// strongest chooses among the ChipAuthenticationInfo of DG14.
func strongest(infos lds.SecurityInfos) (best Key, public lds.ChipAuthenticationPublicKeyInfo, ok bool) {
	for _, info := range infos.ChipAuthentication {
		if info.Agreement != lds.ECDH || info.Version != infoVersion || info.Cipher.KeySize() == 0 || info.Cipher <= best.Cipher {
			continue
		}
		found, one := publicKey(infos, info.KeyID)
		if !one {
			continue
		}
		best = Key{OID: info.OID, Cipher: info.Cipher, KeyID: info.KeyID}
		public, ok = found, true
	}
	return best, public, ok
}

// unannounced finds the key of a DG14 without ChipAuthenticationInfo. Where the
// chip offers chip authentication mapping, such a key is for PACE (ICAO Doc
// 9303-11, 9.2.6) and not for the protocol of this package.
func unannounced(infos lds.SecurityInfos) (Key, lds.ChipAuthenticationPublicKeyInfo, bool) {
	if len(infos.ChipAuthentication) != 0 {
		return Key{}, lds.ChipAuthenticationPublicKeyInfo{}, false
	}
	for _, info := range infos.PACE {
		if info.Mapping == lds.ChipAuthenticationMapping {
			return Key{}, lds.ChipAuthenticationPublicKeyInfo{}, false
		}
	}
	for _, k := range infos.ChipAuthenticationKeys {
		if public, one := publicKey(infos, k.KeyID); one {
			return Key{Cipher: sm.TripleDES, KeyID: k.KeyID}, public, true
		}
	}
	return Key{}, lds.ChipAuthenticationPublicKeyInfo{}, false
}

// publicKey finds the one elliptic-curve key with the id. Two keys with one id
// are ambiguous and count as none.
func publicKey(infos lds.SecurityInfos, id []byte) (lds.ChipAuthenticationPublicKeyInfo, bool) {
	var found lds.ChipAuthenticationPublicKeyInfo
	n := 0
	for _, k := range infos.ChipAuthenticationKeys {
		if (k.KeyID == nil) != (id == nil) || !bytes.Equal(k.KeyID, id) || k.Curve == nil {
			continue
		}
		found = k
		n++
	}
	return found, n == 1
}
