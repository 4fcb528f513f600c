package issuer

import (
	"fmt"
	"slices"

	"cnie.example/card/vcard"
)

// masterFiles are the files outside the application: EF.CardAccess of a chip
// with PACE, and those that the profile asks for.
func (l *Lab) masterFiles(d document) (map[uint16][]byte, error) {
	files := map[uint16][]byte{}
	if len(d.pace) > 0 {
		access, err := cardAccess(d)
		if err != nil {
			return nil, fmt.Errorf("EF.CardAccess: %w", err)
		}
		files[vcard.FIDCardAccess] = access
	}
	if slices.Contains(d.Files, "CardSecurity") {
		security, err := l.cardSecurity(d)
		if err != nil {
			return nil, fmt.Errorf("EF.CardSecurity: %w", err)
		}
		files[vcard.FIDCardSecurity] = security
	}
	if slices.Contains(d.Files, "DIR") {
		files[vcard.FIDDIR] = directory()
	}
	if slices.Contains(d.Files, "ATRInfo") {
		files[vcard.FIDATRInfo] = capabilities(d.ExtendedLength)
	}
	return files, nil
}

// directory is EF.DIR: the eMRTD application (ICAO Doc 9303-10, 3.11).
func directory() []byte {
	return object(0x61, object(0x4F, []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}))
}

// Card capabilities (ISO/IEC 7816-4, 12.1.1.9): an application is selected by
// its name, files have short identifiers; sizes count bytes; extended length
// and its limits in EF.ATR/INFO.
const (
	selectionMethods = 0x84
	dataCoding       = 0x01
	extendedFields   = 0x60
)

// capabilities is EF.ATR/INFO (ICAO Doc 9303-10, 3.11): the capabilities of
// the card and, with extended length, the longest command and response.
func capabilities(extended bool) []byte {
	if !extended {
		return object(0x47, []byte{selectionMethods, dataCoding, 0})
	}
	const longest = 0x7FFF
	limit := object(0x02, integer(longest))
	return append(object(0x47, []byte{selectionMethods, dataCoding, extendedFields}), object(0x7F66, limit, limit)...)
}
