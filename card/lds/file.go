package lds

import (
	"errors"
	"fmt"

	"cnie.example/card/tlv"
)

// ErrFile is the cause of every error about the content of a file.
var ErrFile = errors.New("malformed file of the document")

// File is a file of a travel document. Its low five bits are the short EF
// identifier (ICAO Doc 9303-10, 3.11.3, table 38); the top bit tells files of
// the master file from those of the application that have the same one.
type File byte

// Files of the eMRTD application.
const (
	DG1  File = 0x01
	DG2  File = 0x02
	DG3  File = 0x03
	DG4  File = 0x04
	DG5  File = 0x05
	DG6  File = 0x06
	DG7  File = 0x07
	DG8  File = 0x08
	DG9  File = 0x09
	DG10 File = 0x0A
	DG11 File = 0x0B
	DG12 File = 0x0C
	DG13 File = 0x0D
	DG14 File = 0x0E
	DG15 File = 0x0F
	DG16 File = 0x10
	SOD  File = 0x1D
	COM  File = 0x1E
)

// Files of the master file (ICAO Doc 9303-10, 3.11).
const (
	CardAccess   File = 0x1C
	CardSecurity File = masterFile | 0x1D
	DIR          File = masterFile | 0x1E
	ATRInfo      File = masterFile | 0x01
)

const (
	masterFile = 0x80
	sfiBits    = 0x1F
)

// entry says what is fixed about a file.
type entry struct {
	file File
	name string
	fid  uint16
	tag  tlv.Tag
}

func table() [22]entry {
	return [...]entry{
		{DG1, "DG1", 0x0101, 0x61},
		{DG2, "DG2", 0x0102, 0x75},
		{DG3, "DG3", 0x0103, 0x63},
		{DG4, "DG4", 0x0104, 0x76},
		{DG5, "DG5", 0x0105, 0x65},
		{DG6, "DG6", 0x0106, 0x66},
		{DG7, "DG7", 0x0107, 0x67},
		{DG8, "DG8", 0x0108, 0x68},
		{DG9, "DG9", 0x0109, 0x69},
		{DG10, "DG10", 0x010A, 0x6A},
		{DG11, "DG11", 0x010B, 0x6B},
		{DG12, "DG12", 0x010C, 0x6C},
		{DG13, "DG13", 0x010D, 0x6D},
		{DG14, "DG14", 0x010E, 0x6E},
		{DG15, "DG15", 0x010F, 0x6F},
		{DG16, "DG16", 0x0110, 0x70},
		{CardAccess, "CardAccess", 0x011C, 0x31},
		{SOD, "SOD", 0x011D, 0x77},
		{COM, "COM", 0x011E, 0x60},
		{CardSecurity, "CardSecurity", 0x011D, 0x30},
		{DIR, "DIR", 0x2F00, 0x61},
		{ATRInfo, "ATRInfo", 0x2F01, 0},
	}
}

// entry finds what is fixed about f; ok is false for a File that is not in the
// lists above.
func (f File) entry() (e entry, ok bool) {
	for _, e := range table() {
		if e.file == f {
			return e, true
		}
	}
	return entry{}, false
}

// String is the name without "EF.": "DG1", "SOD", "CardAccess". EF.ATR/INFO is
// "ATRInfo".
func (f File) String() string {
	if e, ok := f.entry(); ok {
		return e.name
	}
	return fmt.Sprintf("File(%02X)", byte(f))
}

// SFI is the short EF identifier, 5 bits.
func (f File) SFI() byte { return byte(f) & sfiBits }

// FID is the file identifier; 0 for a file that is not in the lists above.
func (f File) FID() uint16 {
	e, _ := f.entry()
	return e.fid
}

// Tag is the tag of the one element that the file consists of. EF.DIR has any
// number of elements with its tag. It is 0 for EF.ATR/INFO, whose elements have
// different ones, and for a file that is not in the lists above.
func (f File) Tag() tlv.Tag {
	e, _ := f.entry()
	return e.tag
}

// InMasterFile says whether the file is in the master file, and not in the
// eMRTD application.
func (f File) InMasterFile() bool { return f == CardAccess || f&masterFile != 0 }

// IsDataGroup says whether the file is one of DG1 to DG16.
func (f File) IsDataGroup() bool { return f >= DG1 && f <= DG16 }

// isOneElement tells the files that say themselves how long they are.
func (f File) isOneElement() bool { return f != DIR && f != ATRInfo }

// ParseFile is the inverse of String. The error does not repeat a long name.
func ParseFile(name string) (File, error) {
	for _, e := range table() {
		if e.name == name {
			return e.file, nil
		}
	}
	return 0, fmt.Errorf("no file of a travel document is named %.16q", name)
}

// dataGroupWithTag finds the data group that begins with tag.
func dataGroupWithTag(tag tlv.Tag) (File, bool) {
	for _, e := range table() {
		if e.tag == tag && e.file.IsDataGroup() {
			return e.file, true
		}
	}
	return 0, false
}

// content opens the one element a file consists of.
func (f File) content(b []byte) ([]byte, error) {
	v, err := tlv.Only(b, f.Tag())
	if err != nil {
		return nil, f.malformed(err)
	}
	return v, nil
}

// malformed wraps the cause of a parse error for the file.
func (f File) malformed(err error) error {
	if errors.Is(err, ErrFile) {
		return fmt.Errorf("%v: %w", f, err)
	}
	return fmt.Errorf("%v: %w: %w", f, ErrFile, err)
}
