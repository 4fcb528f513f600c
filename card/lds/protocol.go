package lds

import (
	"crypto"
	"encoding/asn1"
	"fmt"

	"cnie.example/card/sm"
)

// Agreement is the group in which keys are agreed.
type Agreement int

// Key agreements of PACE and chip authentication.
const (
	DH   Agreement = iota + 1 // finite field
	ECDH                      // elliptic curve
)

// String is the name in ICAO Doc 9303-11.
func (a Agreement) String() string {
	switch a {
	case DH:
		return "DH"
	case ECDH:
		return "ECDH"
	}
	return fmt.Sprintf("Agreement(%d)", int(a))
}

// Mapping is the mapping of PACE (ICAO Doc 9303-11, 4.4.3.3).
type Mapping int

// Mappings of PACE.
const (
	GenericMapping            Mapping = iota + 1 // GM
	IntegratedMapping                            // IM
	ChipAuthenticationMapping                    // CAM
)

// String is the abbreviation in ICAO Doc 9303-11.
func (m Mapping) String() string {
	switch m {
	case GenericMapping:
		return "GM"
	case IntegratedMapping:
		return "IM"
	case ChipAuthenticationMapping:
		return "CAM"
	}
	return fmt.Sprintf("Mapping(%d)", int(m))
}

// Arcs under bsi-de protocols smartcard, 0.4.0.127.0.7.2.2 (ICAO Doc 9303-11,
// 9.2).
const (
	arcPublicKey          = 1 // id-PK
	arcChipAuthentication = 3 // id-CA
	arcPACE               = 4 // id-PACE
)

// smartcardArcs gives the arcs below 0.4.0.127.0.7.2.2.
func smartcardArcs(oid asn1.ObjectIdentifier) ([]int, bool) {
	base := [...]int{0, 4, 0, 127, 0, 7, 2, 2}
	if len(oid) < len(base) || [len(base)]int(oid) != base {
		return nil, false
	}
	return oid[len(base):], true
}

// cipherOfArc reads the last arc of id-PACE-* and id-CA-*.
func cipherOfArc(arc int) (sm.Cipher, bool) {
	switch arc {
	case 1:
		return sm.TripleDES, true
	case 2:
		return sm.AES128, true
	case 3:
		return sm.AES192, true
	case 4:
		return sm.AES256, true
	}
	return 0, false
}

// paceOfArc reads the arc below id-PACE.
func paceOfArc(arc int) (Agreement, Mapping, bool) {
	switch arc {
	case 1:
		return DH, GenericMapping, true
	case 2:
		return ECDH, GenericMapping, true
	case 3:
		return DH, IntegratedMapping, true
	case 4:
		return ECDH, IntegratedMapping, true
	case 6:
		return ECDH, ChipAuthenticationMapping, true
	}
	return 0, 0, false
}

// agreementOfArc reads the arc below id-CA and id-PK.
func agreementOfArc(arc int) (Agreement, bool) {
	switch arc {
	case 1:
		return DH, true
	case 2:
		return ECDH, true
	}
	return 0, false
}

// oidActiveAuthentication is id-icao-mrtd-security-aaProtocolObject (ICAO Doc
// 9303-11, 9.2.4).
var oidActiveAuthentication = asn1.ObjectIdentifier{2, 23, 136, 1, 1, 5}

// hashOfSignature reads ecdsa-plain-SHA1 to ecdsa-plain-SHA512 (BSI TR-03111,
// 5.2.1.1); every other algorithm gives 0. SHA-1 is read and not judged.
func hashOfSignature(oid asn1.ObjectIdentifier) crypto.Hash {
	base := asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 1, 1, 4, 1}
	if len(oid) != len(base)+1 || !oid[:len(base)].Equal(base) {
		return 0
	}
	switch oid[len(base)] {
	case 1:
		return crypto.SHA1
	case 2:
		return crypto.SHA224
	case 3:
		return crypto.SHA256
	case 4:
		return crypto.SHA384
	case 5:
		return crypto.SHA512
	}
	return 0
}
