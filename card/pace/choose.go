package pace

import (
	"cmp"
	"fmt"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// infoVersion is the only version of PACEInfo (ICAO Doc 9303-11, 9.2.1).
const infoVersion = 2

// suite is what one PACEInfo means, for those that are offered.
type suite struct {
	mapping lds.Mapping
	cipher  sm.Cipher
	curve   *curve.Curve
}

// newSuite resolves a PACEInfo. Domain parameters that are proprietary, absent
// or not of this module are unsupported.
func newSuite(info lds.PACEInfo) (suite, error) {
	if info.Agreement != lds.ECDH || info.Version != infoVersion || !offered(info.Mapping, info.Cipher) {
		return suite{}, fmt.Errorf("protocol %v version %d: %w", info.OID, info.Version, ErrUnsupported)
	}
	c, err := curve.ByParameterID(info.ParameterID)
	if err != nil {
		return suite{}, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return suite{mapping: info.Mapping, cipher: info.Cipher, curve: c}, nil
}

// offered tells whether the mapping exists with the cipher (ICAO Doc 9303-11,
// table 3): chip authentication mapping has no 3DES.
func offered(m lds.Mapping, c sm.Cipher) bool {
	switch m {
	case lds.GenericMapping, lds.IntegratedMapping:
		return c.KeySize() > 0
	case lds.ChipAuthenticationMapping:
		return c.KeySize() > 0 && c != sm.TripleDES
	}
	return false
}

// Preference is what a caller wants other than generic mapping.
type Preference struct {
	// Integrated lets integrated mapping be chosen, and prefers it to generic
	// mapping with a cipher of the same strength. See the package doc about
	// patents.
	Integrated bool
	// ChipAuthentication prefers chip authentication mapping to all others,
	// whatever their ciphers. Without it, that mapping is chosen only where
	// nothing else is left.
	ChipAuthentication bool
}

// rank orders protocols: first by what was asked for, then by the cipher, 3DES
// last, then integrated before generic mapping. ok is false for a protocol that
// may not be chosen.
func (p Preference) rank(s suite) (rank [3]int, ok bool) {
	rank = [3]int{1, int(s.cipher), 0}
	switch s.mapping {
	case lds.IntegratedMapping:
		rank[2] = 1
		return rank, p.Integrated
	case lds.ChipAuthenticationMapping:
		rank[0] = 0
		if p.ChipAuthentication {
			rank[0] = 2
		}
	}
	return rank, true
}

// Choose picks the PACEInfo with the strongest cipher among those that this
// package supports and p permits; of equals, the one the chip names first.
// EF.CardAccess is not authenticated at this point: whoever stands between could
// remove entries, so that a caller who wants a floor has to set it.
// ErrUnsupported when none is left: the caller is never given Basic Access
// Control instead.
func Choose(infos lds.SecurityInfos, p Preference) (lds.PACEInfo, error) {
	var best lds.PACEInfo
	var highest [3]int
	found := false
	for _, info := range infos.PACE {
		s, err := newSuite(info)
		if err != nil {
			continue
		}
		rank, ok := p.rank(s)
		if ok && (!found || compare(rank, highest) > 0) {
			best, highest, found = info, rank, true
		}
	}
	if !found {
		return lds.PACEInfo{}, ErrUnsupported
	}
	return best, nil
}

func compare(a, b [3]int) int {
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]))
}
