package lds

import (
	"fmt"

	"cnie.example/card/tlv"
)

// Tags of EF.ATR/INFO (ISO/IEC 7816-4, 12.1.1 and 12.7.1).
const (
	tagCapabilities    tlv.Tag = 0x47
	tagHistoricalBytes tlv.Tag = 0x5F52
	tagExtendedLength  tlv.Tag = 0x7F66
)

// Bits of the third byte of the card capabilities (ISO/IEC 7816-4,
// 12.1.1.9).
const (
	capabilityChaining       = 0x80
	capabilityExtendedLength = 0x40
)

// Limits of EF.ATR/INFO.
const (
	maxInfoElements = 32
	maxCapabilities = 3
	maxSizeBytes    = 4 // of an INTEGER of the extended length information
)

// CardInformation is EF.ATR/INFO (ICAO Doc 9303-10, 3.11.1; ISO/IEC 7816-4,
// 12.2). Elements that are absent leave the zero value. The file is not
// signed: it is a hint for lengths and no more.
type CardInformation struct {
	HistoricalBytes []byte // a copy
	Capabilities    []byte // card capabilities as the file has them, 1 to 3 bytes, a copy

	CommandChaining bool // by the capabilities
	ExtendedLength  bool // Lc and Le of three bytes, by the capabilities

	// MaxCommand and MaxResponse are the largest command APDU and the largest
	// response APDU in bytes, headers and status word included, from the
	// extended length information.
	MaxCommand, MaxResponse int
}

// ParseATRInfo reads EF.ATR/INFO. Elements that are not in CardInformation are
// skipped, as is padding. b is not kept. Errors wrap ErrFile.
func ParseATRInfo(b []byte) (CardInformation, error) {
	var c CardInformation
	seen := map[tlv.Tag]bool{}
	for b = trimPadding(b); len(b) > 0; b = trimPadding(b) {
		var tag tlv.Tag
		var value []byte
		var err error
		if tag, value, b, err = tlv.Read(b); err != nil {
			return CardInformation{}, ATRInfo.malformed(err)
		}
		if seen[tag] || len(seen) == maxInfoElements {
			return CardInformation{}, ATRInfo.malformed(fmt.Errorf("element %v again, or too many: %w", tag, ErrFile))
		}
		seen[tag] = true
		if err = c.set(tag, value); err != nil {
			return CardInformation{}, ATRInfo.malformed(fmt.Errorf("element %v: %w", tag, err))
		}
	}
	return c, nil
}

func (c *CardInformation) set(tag tlv.Tag, v []byte) (err error) {
	switch tag {
	case tagHistoricalBytes:
		c.HistoricalBytes = append([]byte(nil), v...)
	case tagCapabilities:
		if len(v) == 0 || len(v) > maxCapabilities {
			return fmt.Errorf("%d bytes: %w", len(v), ErrFile)
		}
		c.Capabilities = append([]byte(nil), v...)
		if len(v) == maxCapabilities {
			c.CommandChaining, c.ExtendedLength = v[2]&capabilityChaining != 0, v[2]&capabilityExtendedLength != 0
		}
	case tagExtendedLength:
		if c.MaxCommand, v, err = readSize(v); err != nil {
			return err
		}
		if c.MaxResponse, v, err = readSize(v); err != nil {
			return err
		}
		return end("extended length information", v)
	}
	return nil
}

// readSize takes an INTEGER off b as a positive number. Cards differ in whether
// they write the sign octet and leading zeros.
func readSize(b []byte) (n int, rest []byte, err error) {
	v, rest, err := tlv.Expect(b, tagInteger)
	if err != nil {
		return 0, nil, err
	}
	if len(v) == 0 || len(v) > maxSizeBytes || len(v) == maxSizeBytes && v[0] != 0 {
		return 0, nil, fmt.Errorf("size in %d bytes: %w", len(v), ErrFile)
	}
	for _, c := range v {
		n = n<<8 | int(c)
	}
	return n, rest, nil
}
