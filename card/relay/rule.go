package relay

import (
	"bytes"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

// Header of the one command that may pass: READ BINARY with an even
// instruction, secure messaging with the header authenticated, channel 0, no
// chaining (ISO/IEC 7816-4, 5.1.1 and 7.2.3).
const (
	claProtected  = 0x0C
	insReadBinary = 0xB0
)

// P1 of READ BINARY (ISO/IEC 7816-4, 7.2.2): bit 8 set announces a short file
// identifier in bits 5 to 1 and requires bits 7 and 6 to be zero.
const (
	shortIdentifier = 0x80
	reservedBits    = 0x60
	identifierBits  = 0x1F
)

// Secure messaging data objects that may pass, in this order (ICAO Doc
// 9303-11, 9.8.5).
const (
	tagLe  tlv.Tag = 0x97
	tagMAC tlv.Tag = 0x8E
	macLen         = 8
)

// read is what the agent can see of a wrapped READ BINARY.
type read struct {
	file  lds.File
	plain bool // by offset in the file read before, no short identifier
	le    int  // plain Le of DO'97'
}

// parseRead accepts exactly CLA 0C, INS B0, P1 P2, Lc, DO'97' of one or two
// bytes, DO'8E' of eight bytes, Le of all zeros; nothing before, between or
// after.
func parseRead(command []byte) (read, bool) {
	c, err := card.ParseCommand(command)
	if err != nil || c.CLA != claProtected || c.INS != insReadBinary {
		return read{}, false
	}
	// The outer Le asks for as much as the length fields can say: 00, or 0000
	// when extended.
	if c.Extended && c.Le != card.MaxExtendedLe || !c.Extended && c.Le != card.MaxShortLe {
		return read{}, false
	}
	if again, err := c.Bytes(); err != nil || !bytes.Equal(again, command) {
		return read{}, false
	}
	le, ok := parseObjects(c.Data)
	if !ok {
		return read{}, false
	}
	if c.P1&shortIdentifier == 0 {
		return read{plain: true, le: le}, true
	}
	return read{file: lds.File(c.P1 & identifierBits), le: le}, c.P1&reservedBits == 0
}

// parseObjects reads DO'97' and DO'8E' and gives the Le of the first, where
// zero stands for the largest that its one or two bytes can say.
func parseObjects(data []byte) (le int, ok bool) {
	value, rest, err := tlv.Expect(data, tagLe)
	if err != nil {
		return 0, false
	}
	switch len(value) {
	case 1:
		le = int(value[0])
		if le == 0 {
			le = card.MaxShortLe
		}
	case 2:
		le = int(value[0])<<8 | int(value[1])
		if le == 0 {
			le = card.MaxExtendedLe
		}
	default:
		return 0, false
	}
	mac, err := tlv.Only(rest, tagMAC)
	return le, err == nil && len(mac) == macLen
}
