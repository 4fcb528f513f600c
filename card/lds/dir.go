package lds

import (
	"fmt"

	"cnie.example/card/tlv"
)

// Tags of EF.DIR (ISO/IEC 7816-4, 12.2).
const (
	tagApplication      tlv.Tag = 0x61
	tagApplicationID    tlv.Tag = 0x4F
	tagApplicationLabel tlv.Tag = 0x50
)

// Limits of EF.DIR: an application identifier has 1 to 16 bytes (ISO/IEC
// 7816-4, 12.2).
const (
	maxApplications  = 32
	maxApplicationID = 16
)

// Application is an application that EF.DIR announces.
type Application struct {
	ID    []byte // 1 to 16 bytes, a copy
	Label []byte // text for people in an encoding of the issuer's, a copy; nil when absent
}

// ParseDIR reads EF.DIR, the applications of the card in the order of the file
// (ICAO Doc 9303-10, 3.11.2): application templates, or application identifiers
// alone. Padding after the last one is skipped. b is not kept. Errors wrap
// ErrFile.
func ParseDIR(b []byte) ([]Application, error) {
	var applications []Application
	for b = trimPadding(b); len(b) > 0; {
		if len(applications) == maxApplications {
			return nil, DIR.malformed(fmt.Errorf("more than %d applications: %w", maxApplications, ErrFile))
		}
		tag, value, rest, err := tlv.Read(b)
		if err != nil {
			return nil, DIR.malformed(err)
		}
		a, err := parseApplication(tag, value)
		if err != nil {
			return nil, DIR.malformed(err)
		}
		applications, b = append(applications, a), trimPadding(rest)
	}
	return applications, nil
}

func parseApplication(tag tlv.Tag, value []byte) (a Application, err error) {
	switch tag {
	case tagApplicationID:
		a.ID = value
	case tagApplication:
		if a.ID, err = field(value, tagApplicationID); err != nil {
			return Application{}, err
		}
		if a.Label, _, err = optionalField(value, tagApplicationLabel); err != nil {
			return Application{}, err
		}
	default:
		return Application{}, fmt.Errorf("tag %v where an application is due: %w", tag, ErrFile)
	}
	if n := len(a.ID); n == 0 || n > maxApplicationID {
		return Application{}, fmt.Errorf("application identifier of %d bytes: %w", n, ErrFile)
	}
	return Application{ID: append([]byte(nil), a.ID...), Label: append([]byte(nil), a.Label...)}, nil
}

// isPadding tells the bytes that may stand before, between and after elements
// and begin none (ISO/IEC 7816-4, 5.2.2).
func isPadding(b byte) bool { return b == 0x00 || b == 0xFF }

// trimPadding skips them at the beginning.
func trimPadding(b []byte) []byte {
	for len(b) > 0 && isPadding(b[0]) {
		b = b[1:]
	}
	return b
}
