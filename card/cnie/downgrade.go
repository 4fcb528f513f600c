package cnie

import (
	"fmt"
	"slices"

	"cnie.example/card/lds"
)

// compareDG14 closes the Card when DG14 repeats the choice of PACE and repeats
// it otherwise than EF.CardAccess gave it, which nobody signs (ICAO Doc 9303-11,
// 9.2.11). What is compared is of worth once passive authentication has vouched
// for DG14. A DG14 that cannot be read as one is for whoever uses it to refuse.
func (c *Card) compareDG14() error {
	infos, err := lds.ParseDG14(c.dg14)
	if err != nil {
		return nil
	}
	return c.compare(infos.PACE, lds.DG14)
}

// compare does so for the PACEInfo of a file. A file without any says nothing;
// after Basic Access Control there is nothing to compare.
func (c *Card) compare(signed []lds.PACEInfo, f lds.File) error {
	if len(c.offered) == 0 || len(signed) == 0 {
		return nil
	}
	if covers(signed, c.offered) && covers(c.offered, signed) {
		return nil
	}
	c.Close()
	return fmt.Errorf("PACE of %v: %w", f, ErrDowngrade)
}

// covers says whether every protocol of b is one of a.
func covers(a, b []lds.PACEInfo) bool {
	for _, wanted := range b {
		if !slices.ContainsFunc(a, func(have lds.PACEInfo) bool { return same(have, wanted) }) {
			return false
		}
	}
	return true
}

func same(a, b lds.PACEInfo) bool {
	return a.OID.Equal(b.OID) && a.Version == b.Version && a.ParameterID == b.ParameterID
}
