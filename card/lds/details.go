package lds

import (
	"fmt"

	"cnie.example/card/tlv"
)

// maxDetails bounds the elements of DG11 and DG12; the standard knows fewer
// than 20, and names may be repeated.
const maxDetails = 64

// tagNames is the template around several names in DG11 and DG12.
const tagNames tlv.Tag = 0xA0

// readDetails takes DG11 and DG12 apart: the tag list, then elements in any
// order, each given to set. Only repeated may occur more than once.
func readDetails(content []byte, repeated tlv.Tag, set func(tlv.Tag, []byte) error) error {
	list, rest, err := tlv.Expect(content, tagTagList)
	if err != nil {
		return err
	}
	if err = checkTagList(list); err != nil {
		return err
	}
	seen := map[tlv.Tag]bool{}
	for n := 0; len(rest) > 0; n++ {
		var tag tlv.Tag
		var value []byte
		if tag, value, rest, err = tlv.Read(rest); err != nil {
			return err
		}
		if n == maxDetails || seen[tag] && tag != repeated {
			return fmt.Errorf("element %v again, or too many: %w", tag, ErrFile)
		}
		seen[tag] = true
		if err = set(tag, value); err != nil {
			return fmt.Errorf("element %v: %w", tag, err)
		}
	}
	return nil
}

// checkTagList wants a list of well formed tags. Cards differ in whether the
// list names A0 or the names inside, so it is not compared with the elements.
func checkTagList(list []byte) error {
	for len(list) > 0 {
		n := 1
		if list[0]&0x1F == 0x1F {
			n = 2
		}
		if len(list) < n || list[0] == 0 {
			return fmt.Errorf("tag list: %w", ErrFile)
		}
		list = list[n:]
	}
	return nil
}

// parseNames reads the content of A0: a number of one byte, then as many names
// with the tag.
func parseNames(b []byte, tag tlv.Tag) ([]Name, error) {
	count, rest, err := tlv.Expect(b, tagInteger)
	if err != nil {
		return nil, err
	}
	if len(count) != 1 {
		return nil, fmt.Errorf("number of names in %d bytes: %w", len(count), ErrFile)
	}
	var names []Name
	for range count[0] {
		var v []byte
		if v, rest, err = tlv.Expect(rest, tag); err != nil {
			return nil, err
		}
		n, err := parseName(v)
		if err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	return names, end("names", rest)
}

// addName reads a name outside the template A0, as several issuers write them.
func addName(names *[]Name, v []byte) error {
	n, err := parseName(v)
	*names = append(*names, n)
	return err
}
