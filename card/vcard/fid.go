package vcard

// Elementary files of the master file by their file identifier (ICAO Doc
// 9303-10, 3.11). Their short identifiers are 1C, 1D, 1E and 01.
const (
	FIDCardAccess   uint16 = 0x011C
	FIDCardSecurity uint16 = 0x011D // readable after PACE
	FIDDIR          uint16 = 0x2F00
	FIDATRInfo      uint16 = 0x2F01
)

// Elementary files of the eMRTD application by their file identifier (ICAO Doc
// 9303-10, 4.2). The low byte is the short identifier.
const (
	FIDDG1  uint16 = 0x0101
	FIDDG2  uint16 = 0x0102
	FIDDG3  uint16 = 0x0103 // fingerprints: never readable here
	FIDDG4  uint16 = 0x0104 // iris: never readable here
	FIDDG5  uint16 = 0x0105
	FIDDG6  uint16 = 0x0106
	FIDDG7  uint16 = 0x0107
	FIDDG8  uint16 = 0x0108
	FIDDG9  uint16 = 0x0109
	FIDDG10 uint16 = 0x010A
	FIDDG11 uint16 = 0x010B
	FIDDG12 uint16 = 0x010C
	FIDDG13 uint16 = 0x010D
	FIDDG14 uint16 = 0x010E
	FIDDG15 uint16 = 0x010F
	FIDDG16 uint16 = 0x0110
	FIDSOD  uint16 = 0x011D
	FIDCOM  uint16 = 0x011E
)

// MaxFileSize is the longest file of a card, in bytes.
const MaxFileSize = 1 << 20

// masterShortIdentifier is the file of a short identifier in the master file.
func masterShortIdentifier(sfi byte) uint16 {
	switch sfi {
	case 0x1C:
		return FIDCardAccess
	case 0x1D:
		return FIDCardSecurity
	case 0x1E:
		return FIDDIR
	case 0x01:
		return FIDATRInfo
	}
	return 0
}
