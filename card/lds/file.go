package lds

import (
	"errors"
	"fmt"

	"cnie.example/card/tlv"
)

// ErrFile is the cause of every error about the content of a file.
var ErrFile = errors.New("malformed file of the document")

// File is a file of a travel document by its short EF identifier (ICAO Doc
// 9303-10, 3.11.3, table 38).
type File byte

// Files by their short EF identifiers. CardAccess is in the master file, all
// others are in the eMRTD application.
const (
	DG1        File = 0x01
	DG2        File = 0x02
	DG3        File = 0x03
	DG4        File = 0x04
	DG5        File = 0x05
	DG6        File = 0x06
	DG7        File = 0x07
	DG8        File = 0x08
	DG9        File = 0x09
	DG10       File = 0x0A
	DG11       File = 0x0B
	DG12       File = 0x0C
	DG13       File = 0x0D
	DG14       File = 0x0E
	DG15       File = 0x0F
	DG16       File = 0x10
	CardAccess File = 0x1C
	SOD        File = 0x1D
	COM        File = 0x1E
)

// entry says what is fixed about a file.
type entry struct {
	file File
	name string
	tag  tlv.Tag
}

func table() [19]entry {
	return [...]entry{
		{DG1, "DG1", 0x61},
		{DG2, "DG2", 0x75},
		{DG3, "DG3", 0x63},
		{DG4, "DG4", 0x76},
		{DG5, "DG5", 0x65},
		{DG6, "DG6", 0x66},
		{DG7, "DG7", 0x67},
		{DG8, "DG8", 0x68},
		{DG9, "DG9", 0x69},
		{DG10, "DG10", 0x6A},
		{DG11, "DG11", 0x6B},
		{DG12, "DG12", 0x6C},
		{DG13, "DG13", 0x6D},
		{DG14, "DG14", 0x6E},
		{DG15, "DG15", 0x6F},
		{DG16, "DG16", 0x70},
		{CardAccess, "CardAccess", 0x31},
		{SOD, "SOD", 0x77},
		{COM, "COM", 0x60},
	}
}

// String is the name without "EF.": "DG1", "SOD", "COM", "CardAccess".
func (f File) String() string {
	for _, e := range table() {
		if e.file == f {
			return e.name
		}
	}
	return fmt.Sprintf("File(%02X)", byte(f))
}

// FID is the file identifier.
func (f File) FID() uint16 { return 0x0100 | uint16(f) }

// Tag is the tag of the one element that the file consists of; 0 for a file
// that is not in the list above.
func (f File) Tag() tlv.Tag {
	for _, e := range table() {
		if e.file == f {
			return e.tag
		}
	}
	return 0
}

// IsDataGroup says whether the file is one of DG1 to DG16.
func (f File) IsDataGroup() bool { return f >= DG1 && f <= DG16 }

// ParseFile is the inverse of String. The error does not repeat a long name.
func ParseFile(name string) (File, error) {
	for _, e := range table() {
		if e.name == name {
			return e.file, nil
		}
	}
	return 0, fmt.Errorf("no file of a travel document is named %.16q", name)
}

// fileWithTag finds the file that begins with tag.
func fileWithTag(tag tlv.Tag) (File, bool) {
	for _, e := range table() {
		if e.tag == tag {
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
