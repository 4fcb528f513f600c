package issuer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cnie.example/card/vcard"
)

// unicodeVersion stands in EF.COM and in the security object (ICAO Doc 9303-10,
// 4.6.1).
const unicodeVersion = "040000"

// dataGroup is where a data group lives, how it is marked (ICAO Doc 9303-10,
// 4.7) and how it is drawn up.
type dataGroup struct {
	number int
	fid    uint16
	tag    int
	draw   func(document) ([]byte, error)
}

func dataGroups() map[string]dataGroup {
	return map[string]dataGroup{
		"DG1":  {1, vcard.FIDDG1, 0x61, zone},
		"DG2":  {2, vcard.FIDDG2, 0x75, face},
		"DG3":  {3, vcard.FIDDG3, 0x63, fingers},
		"DG11": {11, vcard.FIDDG11, 0x6B, personalDetails},
		"DG12": {12, vcard.FIDDG12, 0x6C, documentDetails},
		"DG13": {13, vcard.FIDDG13, 0x6D, func(d document) ([]byte, error) { return object(0x6D, d.dg13), nil }},
		"DG14": {14, vcard.FIDDG14, 0x6E, securityInfos},
		"DG15": {15, vcard.FIDDG15, 0x6F, activeAuthenticationKey},
	}
}

// fileNames are the files that a profile may ask for.
func fileNames() []string {
	var groups []string
	for name := range dataGroups() {
		groups = append(groups, name)
	}
	slices.SortFunc(groups, func(a, b string) int { return cmp.Compare(dataGroups()[a].number, dataGroups()[b].number) })
	return append(groups, "CardSecurity", "DIR", "ATRInfo")
}

// files are the eMRTD application: the data groups of the profile, EF.COM and
// EF.SOD.
func (l *Lab) files(d document) (map[uint16][]byte, error) {
	var groups []dataGroup
	for _, name := range fileNames() {
		if g, ok := dataGroups()[name]; ok && slices.Contains(d.Files, name) {
			groups = append(groups, g)
		}
	}
	files := map[uint16][]byte{vcard.FIDCOM: commonData(d.LDSVersion, groups)}
	var signed []signedFile
	for _, g := range groups {
		content, err := g.draw(d)
		if err != nil {
			return nil, fmt.Errorf("DG%d: %w", g.number, err)
		}
		files[g.fid] = content
		signed = append(signed, signedFile{g.number, content})
	}
	sod, err := l.documentSecurityObject(d.LDSVersion, signed)
	if err != nil {
		return nil, err
	}
	files[vcard.FIDSOD] = sod
	return files, nil
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
func commonData(version string, groups []dataGroup) []byte {
	var tags []byte
	for _, g := range groups {
		tags = append(tags, byte(g.tag))
	}
	return object(0x60, object(0x5F01, []byte(version)), object(0x5F36, []byte(unicodeVersion)), object(0x5C, tags))
}

// zone is DG1, the MRZ (ICAO Doc 9303-10, 4.7.1).
func zone(d document) ([]byte, error) { return object(0x61, object(0x5F1F, []byte(d.mrz))), nil }

// fingers is DG3 without fingerprints: an empty group and a word (ICAO Doc
// 9303-10, 4.7.3.2). No terminal reads it here.
func fingers(document) ([]byte, error) {
	return object(0x63, object(0x7F61, object(0x02, []byte{0}), object(0x53, []byte("SPECIMEN")))), nil
}

// activeAuthenticationKey is DG15.
func activeAuthenticationKey(d document) ([]byte, error) {
	key, err := d.active.public()
	return object(0x6F, key), err
}

// details collects the members of DG11 and DG12 behind their tag list.
type details struct{ tags, members []byte }

func (s *details) add(tag int, value string) {
	if value == "" {
		return
	}
	s.tags = append(s.tags, byte(tag>>8), byte(tag))
	s.members = append(s.members, object(tag, []byte(value))...)
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
func personalDetails(d document) ([]byte, error) {
	name := d.FamilyName
	if len(d.GivenNames) > 0 {
		name += "<<" + strings.Join(d.GivenNames, "<")
	}
	var s details
	s.add(0x5F0E, name)
	s.addList(0x5F0F, d.OtherNames)
	s.add(0x5F2B, d.birth.full())
	s.add(0x5F11, strings.Join(d.BirthPlace, "<"))
	s.add(0x5F42, strings.Join(d.Address, "<"))
	return s.encode(0x6B), nil
}

// documentDetails is DG12 (ICAO Doc 9303-10, 4.7.12).
func documentDetails(d document) ([]byte, error) {
	var s details
	s.add(0x5F19, d.IssuingAuthority)
	s.add(0x5F26, d.issue.full())
	return s.encode(0x6C), nil
}
