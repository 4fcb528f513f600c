package pace

import (
	"encoding/asn1"
	"fmt"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// infoVersion is the only version of PACEInfo (ICAO Doc 9303-11, 9.2.1).
const infoVersion = 2

// suite is what one PACEInfo means, for those that are offered.
type suite struct {
	oid    asn1.ObjectIdentifier
	cipher sm.Cipher
	curve  *curve.Curve
}

// cipherOf tells the cipher of a PACE protocol and its strength, stronger is
// larger; ok is false for every protocol that is not offered here.
func cipherOf(oid asn1.ObjectIdentifier) (c sm.Cipher, strength int, ok bool) {
	// id-PACE-ECDH-GM (ICAO Doc 9303-11, 9.2.1).
	prefix := asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 4, 2}
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

// newSuite resolves a PACEInfo. Domain parameters that are proprietary, absent
// or not of this module are unsupported.
func newSuite(info lds.PACEInfo) (suite, error) {
	cipher, _, ok := cipherOf(info.OID)
	if !ok || info.Version != infoVersion {
		return suite{}, fmt.Errorf("protocol %v version %d: %w", info.OID, info.Version, ErrUnsupported)
	}
	c, err := curve.ByParameterID(info.ParameterID)
	if err != nil {
		return suite{}, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return suite{oid: info.OID, cipher: cipher, curve: c}, nil
}

// Choose picks the PACEInfo with the strongest cipher among those this package
// supports; of equals, the one the chip names first. EF.CardAccess is not
// authenticated at this point: whoever stands between could remove entries, so
// that a caller who wants a floor has to set it. ErrUnsupported when none is
// left.
func Choose(infos lds.SecurityInfos) (lds.PACEInfo, error) {
	var best lds.PACEInfo
	most := 0
	for _, info := range infos.PACE {
		if _, err := newSuite(info); err != nil {
			continue
		}
		if _, strength, _ := cipherOf(info.OID); strength > most {
			best, most = info, strength
		}
	}
	if most == 0 {
		return lds.PACEInfo{}, ErrUnsupported
	}
	return best, nil
}
