package vcard

import "errors"

// status is a status word (ISO/IEC 7816-4, 5.1.3).
type status uint16

const (
	statusOK                   status = 0x9000
	statusEndOfFile            status = 0x6282
	statusDeactivated          status = 0x6283
	statusAuthenticationFailed status = 0x6300
	statusTries                status = 0x63C0 // and the number of tries left
	statusWrongLength          status = 0x6700
	statusLastOfChainExpected  status = 0x6883
	statusChaining             status = 0x6884
	statusSecurity             status = 0x6982
	statusBlocked              status = 0x6983
	statusNotUsable            status = 0x6984 // the reference data
	statusConditions           status = 0x6985
	statusNoCurrentFile        status = 0x6986
	statusSMMissing            status = 0x6987
	statusSMIncorrect          status = 0x6988
	statusWrongData            status = 0x6A80
	statusFileNotFound         status = 0x6A82
	statusParameters           status = 0x6A86
	statusReferenceNotFound    status = 0x6A88
	statusOffset               status = 0x6B00
	statusInstruction          status = 0x6D00
	statusClass                status = 0x6E00
	statusFailure              status = 0x6F00
)

// Bits of CLA in the first interindustry range (ISO/IEC 7816-4, 5.4.1).
const (
	claChaining = 0x10
	claSecure   = 0x0C // secure messaging, header authenticated
)

// The instructions of the chip.
const (
	insManageEnvironment    = 0x22
	insResetRetryCounter    = 0x2C
	insExternalAuthenticate = 0x82
	insGetChallenge         = 0x84
	insGeneralAuthenticate  = 0x86
	insInternalAuthenticate = 0x88
	insSelect               = 0xA4
	insReadBinary           = 0xB0
	insReadBinaryOdd        = 0xB1
)

// command is a command APDU, plain or after its protection is taken off.
type command struct {
	cla, ins, p1, p2 byte
	data             []byte
	ne               int // response bytes asked for, 0 to 65536
	extended         bool
}

// response is what the chip has to say to a command.
type response struct {
	data []byte
	sw   status
}

func refuse(sw status) response { return response{sw: sw} }

func (r response) bytes() []byte {
	b := make([]byte, 0, len(r.data)+2)
	b = append(b, r.data...)
	return append(b, byte(r.sw>>8), byte(r.sw))
}

var errAPDU = errors.New("malformed APDU")

// parseCommand reads the seven forms of ISO/IEC 7816-3, 12.1.3. The data
// aliases b.
func parseCommand(b []byte) (command, error) {
	if len(b) < 4 {
		return command{}, errAPDU
	}
	c := command{cla: b[0], ins: b[1], p1: b[2], p2: b[3]}
	width, largest := 1, 256
	b = b[4:]
	if len(b) >= 3 && b[0] == 0 {
		c.extended = true
		width, largest = 2, 65536
		b = b[1:]
	}
	if len(b) > width {
		n := number(b[:width])
		b = b[width:]
		if n == 0 || n > len(b) {
			return command{}, errAPDU
		}
		c.data, b = b[:n:n], b[n:]
	}
	switch len(b) {
	case 0:
	case width:
		if c.ne = number(b); c.ne == 0 {
			c.ne = largest
		}
	default:
		return command{}, errAPDU
	}
	return c, nil
}

// number reads at most four bytes, big-endian.
func number(b []byte) int {
	n := 0
	for _, x := range b {
		n = n<<8 | int(x)
	}
	return n
}
