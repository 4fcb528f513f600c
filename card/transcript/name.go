package transcript

import (
	"encoding/binary"
	"fmt"
)

// Instructions (ISO/IEC 7816-4, table 5), as far as they have a part in reading
// a document or are asked of one.
const (
	insVerify       = 0x20
	insMSE          = 0x22
	insChange       = 0x24
	insPSO          = 0x2A
	insReset        = 0x2C
	insExternal     = 0x82
	insChallenge    = 0x84
	insGeneral      = 0x86
	insInternal     = 0x88
	insSelect       = 0xA4
	insReadBinary   = 0xB0
	insReadBinaryBO = 0xB1 // offset in a data object
	insGetResponse  = 0xC0
	insGetData      = 0xCA
)

const (
	secureMessagingBits = 0x0C // of CLA, first interindustry values
	shortFileBit        = 0x80 // of P1 of READ BINARY: the low bits are a short identifier
)

// Name tells the command for people, by its header alone: “READ BINARY SFI 1D,
// protected”.
func (x Exchange) Name() string {
	h, ok := x.header()
	if !ok {
		return "no command"
	}
	name := instruction(h)
	if h[0]&secureMessagingBits != 0 && h[0]&0x80 == 0 {
		name += ", protected"
	}
	return name
}

// header is the header of the command, if it is there and known.
func (x Exchange) header() (h [4]byte, ok bool) {
	v := newView(x.Command)
	if len(v.b) < len(h) || !v.knows(0, len(h)) {
		return h, false
	}
	return [4]byte(v.b), true
}

func instruction(h [4]byte) string {
	switch h[1] {
	case insReadBinary:
		if h[2]&shortFileBit != 0 {
			return fmt.Sprintf("READ BINARY SFI %02X", h[2]&0x1F)
		}
		return fmt.Sprintf("READ BINARY from %d", binary.BigEndian.Uint16(h[2:]))
	case insReadBinaryBO:
		return "READ BINARY with offset object"
	case insSelect:
		if h[2] == 0x04 {
			return "SELECT application"
		}
		return "SELECT file"
	}
	names := map[byte]string{
		insVerify: "VERIFY", insMSE: "MANAGE SECURITY ENVIRONMENT", insChange: "CHANGE REFERENCE DATA",
		insPSO: "PERFORM SECURITY OPERATION", insReset: "RESET RETRY COUNTER", insExternal: "EXTERNAL AUTHENTICATE",
		insChallenge: "GET CHALLENGE", insGeneral: "GENERAL AUTHENTICATE", insInternal: "INTERNAL AUTHENTICATE",
		insGetResponse: "GET RESPONSE", insGetData: "GET DATA",
	}
	if name, ok := names[h[1]]; ok {
		return name
	}
	return fmt.Sprintf("instruction %02X", h[1])
}
