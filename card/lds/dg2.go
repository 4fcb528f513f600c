package lds

import (
	"bytes"
	"fmt"

	"cnie.example/card/tlv"
)

// Tags of the biometric information of DG2 (ICAO Doc 9303-10, 4.7.2; ISO/IEC
// 7816-11).
const (
	tagBiometricGroup       tlv.Tag = 0x7F61
	tagBiometricTemplate    tlv.Tag = 0x7F60
	tagBiometricHeader      tlv.Tag = 0xA1
	tagBiometricData        tlv.Tag = 0x5F2E
	tagBiometricConstructed tlv.Tag = 0x7F2E
)

// maxFaces bounds the templates of DG2 (ICAO Doc 9303-10, 4.7.2).
const maxFaces = 9

// Formats of Face.
const (
	FormatISO19794 = "ISO 19794-5"
	FormatISO39794 = "ISO 39794-5"
)

// Media types of Face.
const (
	TypeJPEG     = "image/jpeg"
	TypeJPEG2000 = "image/jp2" // also of a codestream without a JP2 file around it
)

// Face is the face image of DG2.
type Face struct {
	Image  []byte // aliases the file
	Type   string // TypeJPEG or TypeJPEG2000, as the record and the image itself say
	Width  int    // pixels as the record says; 0 when it does not
	Height int    // as Width
	Format string // FormatISO19794 or FormatISO39794
}

// ParseDG2 finds the face image of DG2 (ICAO Doc 9303-10, 4.7.2): the first
// one, when there are several. Image aliases b. The image is not decoded, and
// nothing is known about it but its first bytes: whoever decodes it decodes
// what a card sent. A type that the record states and the image does not have
// is refused. Errors wrap ErrFile.
func ParseDG2(b []byte) (Face, error) {
	content, err := DG2.content(b)
	if err != nil {
		return Face{}, err
	}
	face, err := parseBiometricGroup(content)
	if err != nil {
		return Face{}, DG2.malformed(err)
	}
	return face, nil
}

// parseBiometricGroup reads the group template: the number of templates, then
// as many.
func parseBiometricGroup(b []byte) (Face, error) {
	group, err := tlv.Only(b, tagBiometricGroup)
	if err != nil {
		return Face{}, err
	}
	count, rest, err := readSmall(group, maxFaces)
	if err != nil {
		return Face{}, err
	}
	first, rest, err := tlv.Expect(rest, tagBiometricTemplate)
	if err != nil {
		return Face{}, err
	}
	for n := 1; n < count; n++ {
		if _, rest, err = tlv.Expect(rest, tagBiometricTemplate); err != nil {
			return Face{}, err
		}
	}
	if err = end("the biometric templates", rest); err != nil {
		return Face{}, err
	}
	if count == 0 {
		return Face{}, fmt.Errorf("a biometric template, but their number is 0: %w", tlv.ErrSyntax)
	}
	return parseBiometricTemplate(first)
}

// parseBiometricTemplate reads the header, whose elements say nothing that the
// data does not say itself, and the data in one of its two forms. Several
// issuers put the older record in the constructed element, so that its first
// bytes decide.
func parseBiometricTemplate(b []byte) (Face, error) {
	header, rest, err := tlv.Expect(b, tagBiometricHeader)
	if err != nil {
		return Face{}, err
	}
	if err = wellFormed(header); err != nil {
		return Face{}, fmt.Errorf("biometric header: %w", err)
	}
	tag, data, rest, err := tlv.Read(rest)
	if err != nil {
		return Face{}, err
	}
	if err = end("the biometric data", rest); err != nil {
		return Face{}, err
	}
	switch {
	case tag != tagBiometricData && tag != tagBiometricConstructed:
		return Face{}, fmt.Errorf("tag %v where biometric data is due: %w", tag, tlv.ErrSyntax)
	case bytes.HasPrefix(data, facialFormat()):
		return parseFace19794(data)
	case tag == tagBiometricConstructed:
		return parseFace39794(data)
	}
	return Face{}, fmt.Errorf("biometric data is no facial record: %w", ErrFile)
}

// wellFormed wants elements and nothing else.
func wellFormed(b []byte) (err error) {
	for len(b) > 0 && err == nil {
		_, _, b, err = tlv.Read(b)
	}
	return err
}

// newFace compares the type that the record states with the first bytes of the
// image.
func newFace(f Face) (Face, error) {
	if got := typeOf(f.Image); got != f.Type {
		return Face{}, fmt.Errorf("image is not %s as its record says: %w", f.Type, ErrFile)
	}
	return f, nil
}

// typeOf knows JPEG (ISO/IEC 10918-1, B.2), the JP2 file and the JPEG 2000
// codestream (ISO/IEC 15444-1, I.5.1 and A.4).
func typeOf(image []byte) string {
	switch {
	case bytes.HasPrefix(image, []byte{0xFF, 0xD8, 0xFF}):
		return TypeJPEG
	case bytes.HasPrefix(image, []byte("\x00\x00\x00\x0CjP  \r\n\x87\n")), bytes.HasPrefix(image, []byte{0xFF, 0x4F, 0xFF, 0x51}):
		return TypeJPEG2000
	}
	return ""
}
