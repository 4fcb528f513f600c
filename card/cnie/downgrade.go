package cnie

import (
	"fmt"
	"slices"

	"cnie.example/card/lds"
	"cnie.example/card/pace"
)

// compareDG14 closes the Card when the PACEInfos that DG14 repeats would have
// led to another protocol than those of EF.CardAccess, which nobody signs, have.
// ICAO Doc 9303-11, 9.2.11 wants all of EF.CardAccess in DG14; what makes no
// difference to the choice is let pass, since documents may be less exact. What
// is compared is of worth once passive authentication has vouched for DG14. A
// DG14 that cannot be read as one is for whoever uses it to refuse.
func (c *Card) compareDG14() error {
	infos, err := lds.ParseDG14(c.dg14)
	if err != nil {
		return nil
	}
	return c.compare(infos.PACE, lds.DG14)
}

// compare does so for the PACEInfos of a file. A file without any is let pass,
// against 9.2.11, as a document without DG14 is: there the choice of PACE stays
// unsigned. After Basic Access Control there is nothing to compare.
func (c *Card) compare(signed []lds.PACEInfo, f lds.File) error {
	if len(c.offered) == 0 || len(signed) == 0 {
		return nil
	}
	ran, err := pace.Choose(lds.SecurityInfos{PACE: c.offered}, c.preference)
	if err == nil && slices.ContainsFunc(signed, func(info lds.PACEInfo) bool { return same(info, ran) }) {
		// Of equals the first is chosen, and the order of a set says nothing.
		meant, err := pace.Choose(lds.SecurityInfos{PACE: append([]lds.PACEInfo{ran}, signed...)}, c.preference)
		if err == nil && same(meant, ran) {
			return nil
		}
	}
	c.Close()
	return fmt.Errorf("PACE of %v: %w", f, ErrDowngrade)
}

func same(a, b lds.PACEInfo) bool {
	return a.OID.Equal(b.OID) && a.Version == b.Version && a.ParameterID == b.ParameterID
}
