package lds

import (
	"fmt"

	"cnie.example/card/tlv"
)

// Tags of EF.COM (ICAO Doc 9303-10, 4.6.1).
const (
	tagLDSVersion     tlv.Tag = 0x5F01
	tagUnicodeVersion tlv.Tag = 0x5F36
	tagTagList        tlv.Tag = 0x5C
)

// Common is EF.COM: versions and the data groups present (ICAO Doc 9303-10,
// 4.6.1). It is not signed; the security object is what counts.
type Common struct {
	LDSVersion     string // "0107", "0108"
	UnicodeVersion string // "040000"
	Files          []File // in the order of the tag list, each once
}

// ParseCOM reads EF.COM. b is not kept. Errors wrap ErrFile.
func ParseCOM(b []byte) (Common, error) {
	rest, err := COM.content(b)
	if err != nil {
		return Common{}, err
	}
	var c Common
	if c.LDSVersion, rest, err = readDigits(rest, tagLDSVersion, 4); err != nil {
		return Common{}, COM.malformed(err)
	}
	if c.UnicodeVersion, rest, err = readDigits(rest, tagUnicodeVersion, 6); err != nil {
		return Common{}, COM.malformed(err)
	}
	list, err := tlv.Only(rest, tagTagList)
	if err != nil {
		return Common{}, COM.malformed(err)
	}
	if c.Files, err = parseFileTags(list); err != nil {
		return Common{}, COM.malformed(err)
	}
	return c, nil
}

// parseFileTags reads the tags of data groups, one byte each.
func parseFileTags(list []byte) ([]File, error) {
	var files []File
	seen := map[File]bool{}
	for _, t := range list {
		f, ok := dataGroupWithTag(tlv.Tag(t))
		if !ok {
			return nil, fmt.Errorf("tag list: no data group has tag %02X: %w", t, ErrFile)
		}
		if seen[f] {
			return nil, fmt.Errorf("tag list: %v twice: %w", f, ErrFile)
		}
		seen[f] = true
		files = append(files, f)
	}
	return files, nil
}

// readDigits takes an element of n decimal digits off b.
func readDigits(b []byte, tag tlv.Tag, n int) (string, []byte, error) {
	v, rest, err := tlv.Expect(b, tag)
	if err != nil {
		return "", nil, err
	}
	if len(v) != n || !allDigits(v) {
		return "", nil, fmt.Errorf("%v is not %d digits: %w", tag, n, ErrFile)
	}
	return string(v), rest, nil
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
