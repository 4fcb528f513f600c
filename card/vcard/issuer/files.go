package issuer

import (
	"strings"

	"cnie.example/card/vcard"
)

// Versions in EF.COM and in the security object (ICAO Doc 9303-10, 4.6.1).
const (
	ldsVersion     = "0108"
	unicodeVersion = "040000"
)

// dataGroup is where a data group lives and how it is marked (ICAO Doc
// 9303-10, 4.7).
type dataGroup struct {
	number int
	fid    uint16
	tag    int
}

func dataGroups() map[string]dataGroup {
	return map[string]dataGroup{
		"DG1":  {1, vcard.FIDDG1, 0x61},
		"DG2":  {2, vcard.FIDDG2, 0x75},
		"DG11": {11, vcard.FIDDG11, 0x6B},
		"DG12": {12, vcard.FIDDG12, 0x6C},
		"DG14": {14, vcard.FIDDG14, 0x6E},
	}
}

// object is one data object; values are joined.
func object(tag int, values ...[]byte) []byte {
	var b, value []byte
	for _, v := range values {
		value = append(value, v...)
	}
	if tag > 0xFF {
		b = append(b, byte(tag>>8))
	}
	b = append(b, byte(tag))
	switch n := len(value); {
	case n < 0x80:
		b = append(b, byte(n))
	case n < 0x100:
		b = append(b, 0x81, byte(n))
	case n < 0x10000:
		b = append(b, 0x82, byte(n>>8), byte(n))
	default:
		b = append(b, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(b, value...)
}

// commonData is EF.COM, which lists the data groups (ICAO Doc 9303-10, 4.6.1).
func commonData(groups []dataGroup) []byte {
	var tags []byte
	for _, g := range groups {
		tags = append(tags, byte(g.tag))
	}
	return object(0x60, object(0x5F01, []byte(ldsVersion)), object(0x5F36, []byte(unicodeVersion)), object(0x5C, tags))
}

// zone is DG1, the MRZ (ICAO Doc 9303-10, 4.7.1).
func zone(d document) []byte { return object(0x61, object(0x5F1F, []byte(d.mrz))) }

// details collects the members of DG11 and DG12 behind their tag list.
type details struct{ tags, members []byte }

func (s *details) add(tag int, value []byte) {
	if len(value) == 0 {
		return
	}
	s.tags = append(s.tags, byte(tag>>8), byte(tag))
	s.members = append(s.members, object(tag, value)...)
}

// addList adds members that may occur more than once, in their template
// behind their number.
func (s *details) addList(tag int, values []string) {
	if len(values) == 0 {
		return
	}
	list := object(0x02, []byte{byte(len(values))})
	for _, v := range values {
		list = append(list, object(tag, []byte(v))...)
	}
	s.tags = append(s.tags, byte(tag>>8), byte(tag))
	s.members = append(s.members, object(0xA0, list)...)
}

func (s *details) encode(tag int) []byte { return object(tag, object(0x5C, s.tags), s.members) }

// personalDetails is DG11 (ICAO Doc 9303-10, 4.7.11), in UTF-8. The parts of a
// place and of an address are parted by a filler.
func personalDetails(d document) []byte {
	var s details
	s.add(0x5F0E, []byte(d.FamilyName+"<<"+strings.Join(d.GivenNames, "<")))
	s.addList(0x5F0F, d.OtherNames)
	s.add(0x5F2B, []byte(d.birth.Format("20060102")))
	s.add(0x5F11, []byte(strings.Join(d.BirthPlace, "<")))
	s.add(0x5F42, []byte(strings.Join(d.Address, "<")))
	return s.encode(0x6B)
}

// documentDetails is DG12 (ICAO Doc 9303-10, 4.7.12).
func documentDetails(d document) []byte {
	var s details
	s.add(0x5F19, []byte(d.IssuingAuthority))
	s.add(0x5F26, []byte(d.issue.Format("20060102")))
	return s.encode(0x6C)
}
