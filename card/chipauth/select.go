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
	OID    asn1.ObjectIdentifier // id-CA-ECDH-AES-CBC-CMAC-128, -192 or -256
	Cipher sm.Cipher             // of the session keys
	KeyID  []byte                // integer content bytes, nil when DG14 names none
	Point  *curve.Point          // the chip's static public key
}

// cipherOf tells the cipher and the strength of a protocol, stronger is larger;
// ok is false for every protocol that is not offered here.
func cipherOf(oid asn1.ObjectIdentifier) (c sm.Cipher, strength int, ok bool) {
	// id-CA-ECDH (ICAO Doc 9303-11, 9.2.5).
	prefix := asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 3, 2}
	if len(oid) != len(prefix)+1 || !oid[:len(prefix)].Equal(prefix) {
		return 0, 0, false
	}
	switch oid[len(prefix)] {
	case 2:
		return sm.AES128, 1, true
	case 3:
		return sm.AES192, 2, true
	case 4:
		return sm.AES256, 3, true
	}
	return 0, 0, false
}

// Select chooses the strongest ChipAuthenticationInfo that has one public key
// with the same key id, or one key without id when it names none (ICAO Doc
// 9303-11, 9.2.5 and 9.2.6). It fails with ErrUnsupported when there is none,
// and with ErrPoint when the chosen key is not a point of its curve: a weaker
// choice is not made instead.
func Select(infos lds.SecurityInfos) (Key, error) {
	var best Key
	var point []byte
	var on *curve.Curve
	most := 0
	for _, info := range infos.ChipAuthentication {
		cipher, strength, ok := cipherOf(info.OID)
		if !ok || info.Version != infoVersion || strength <= most {
			continue
		}
		public, ok := publicKey(infos, info.KeyID)
		if !ok {
			continue
		}
		most, point, on = strength, public.Point, public.Curve
		best = Key{OID: info.OID, Cipher: cipher, KeyID: info.KeyID}
	}
	if on == nil {
		return Key{}, ErrUnsupported
	}
	p, err := on.Point(point)
	if err != nil {
		return Key{}, fmt.Errorf("chip's public key: %w: %w", ErrPoint, err)
	}
	best.Point = p
	return best, nil
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
