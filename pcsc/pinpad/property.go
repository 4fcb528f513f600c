package pinpad

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// Property is the tag of a property of the reader (PC/SC part 10, 2.6.14).
type Property byte

// Properties and the size of their values in bytes, little endian.
const (
	LCDLayout                Property = 1  // wLcdLayout, 2
	EntryValidationCondition Property = 2  // bEntryValidationCondition, 1
	TimeOut2                 Property = 3  // bTimeOut2, 1
	LCDMaxCharacters         Property = 4  // wLcdMaxCharacters, 2
	LCDMaxLines              Property = 5  // wLcdMaxLines, 2
	MinPINSize               Property = 6  // bMinPINSize, 1
	MaxPINSize               Property = 7  // bMaxPINSize, 1
	FirmwareID               Property = 8  // sFirmwareID, text of any length
	PPDUSupport              Property = 9  // bPPDUSupport, 1
	MaxAPDUDataSize          Property = 10 // dwMaxAPDUDataSize, 4
	VendorID                 Property = 11 // wIdVendor, 2
	ProductID                Property = 12 // wIdProduct, 2
)

// size of the value in bytes; zero for a text and for a property unknown here.
func (p Property) size() int {
	switch p {
	case EntryValidationCondition, TimeOut2, MinPINSize, MaxPINSize, PPDUSupport:
		return 1
	case LCDLayout, LCDMaxCharacters, LCDMaxLines, VendorID, ProductID:
		return 2
	case MaxAPDUDataSize:
		return 4
	}
	return 0
}

// Properties are the values of the properties a reader tells, as it sent them.
// A property that this package does not name is kept under its tag.
type Properties map[Property][]byte

// Number is the value of a property that is a number, and whether the reader
// tells it.
func (p Properties) Number(tag Property) (value uint32, ok bool) {
	b, told := p[tag]
	if !told || len(b) != tag.size() || len(b) == 0 {
		return 0, false
	}
	for i, octet := range b {
		value |= uint32(octet) << (8 * i)
	}
	return value, true
}

// ParseProperties parses the answer to FEATURE_GET_TLV_PROPERTIES: a list of
// tag, length in one byte and value. A value of the wrong length, a tag told
// twice and a list cut short are ErrAnswer. The values are copies.
func ParseProperties(b []byte) (Properties, error) {
	p := Properties{}
	for len(b) > 0 {
		if len(b) < 2 || len(b) < 2+int(b[1]) {
			return nil, fmt.Errorf("property cut short: %w", ErrAnswer)
		}
		tag, value := Property(b[0]), b[2:2+int(b[1])]
		if size := tag.size(); size != 0 && size != len(value) {
			return nil, fmt.Errorf("property %d of %d bytes: %w", tag, len(value), ErrAnswer)
		}
		if _, twice := p[tag]; twice {
			return nil, fmt.Errorf("property %d twice: %w", tag, ErrAnswer)
		}
		p[tag] = append([]byte{}, value...)
		b = b[2+len(value):]
	}
	return p, nil
}

// Marshal encodes the properties in ascending order of their tags.
func (p Properties) Marshal() []byte {
	var b []byte
	for _, tag := range slices.Sorted(maps.Keys(p)) {
		b = append(b, byte(tag), byte(len(p[tag])))
		b = append(b, p[tag]...)
	}
	return b
}

// Properties asks the reader for its properties; ErrUnsupported when it has
// none to tell. Texts in them come from the reader and are to be shown as such.
func (p *Pad) Properties(ctx context.Context) (Properties, error) {
	answer, err := p.run(ctx, GetTLVProperties, nil)
	if err != nil {
		return nil, err
	}
	return ParseProperties(answer)
}

func littleEndian16(n int) []byte { return binary.LittleEndian.AppendUint16(nil, uint16(n)) }
