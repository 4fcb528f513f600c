package card

import (
	"errors"
	"fmt"
)

// Status is the status word SW1-SW2 of a response (ISO/IEC 7816-4, 5.1.3).
type Status uint16

// Status words used in this module (ISO/IEC 7816-4, table 6 and 7).
const (
	StatusOK                   Status = 0x9000
	StatusEndOfFile            Status = 0x6282 // end of file reached before Ne bytes
	StatusAuthenticationFailed Status = 0x6300 // no further information
	StatusWrongLength          Status = 0x6700
	StatusSecurityStatus       Status = 0x6982 // security status not satisfied
	StatusBlocked              Status = 0x6983 // authentication method blocked
	StatusConditions           Status = 0x6985 // conditions of use not satisfied
	StatusSMMissing            Status = 0x6987 // expected secure messaging objects missing
	StatusSMIncorrect          Status = 0x6988 // incorrect secure messaging objects
	StatusWrongData            Status = 0x6A80
	StatusNotSupported         Status = 0x6A81
	StatusFileNotFound         Status = 0x6A82
	StatusWrongParameters      Status = 0x6A86 // incorrect P1-P2
	StatusReferenceNotFound    Status = 0x6A88
	StatusOffset               Status = 0x6B00 // wrong P1-P2: offset outside the file
	StatusInstruction          Status = 0x6D00
	StatusClass                Status = 0x6E00
)

// Sentinels for the status words a caller acts on. StatusError unwraps into
// them, so errors.Is works and the text still shows the status word.
var (
	ErrAuthenticationFailed = errors.New("authentication failed")
	ErrBlocked              = errors.New("authentication method blocked")
	ErrFileNotFound         = errors.New("file or application not found")
	ErrSecurityStatus       = errors.New("security status not satisfied")
	ErrSecureMessaging      = errors.New("card refused the secure messaging of the command")
	ErrWrongLength          = errors.New("wrong length")
)

// SW1 is the high byte.
func (s Status) SW1() byte { return byte(s >> 8) }

// SW2 is the low byte.
func (s Status) SW2() byte { return byte(s) }

// String is the status word in four hexadecimal digits.
func (s Status) String() string { return fmt.Sprintf("%04X", uint16(s)) }

// Tries reports the tries left that a 63Cx status word announces.
func (s Status) Tries() (left int, ok bool) {
	if s&0xFFF0 != 0x63C0 {
		return 0, false
	}
	return int(s & 0x000F), true
}

// StatusError is a status word other than the one the operation needs.
type StatusError struct {
	Op     string // what was asked of the card, for people
	Status Status
}

// Error names the operation and the status word.
func (e *StatusError) Error() string {
	if cause := e.Unwrap(); cause != nil {
		return fmt.Sprintf("%s: %v (SW %v)", e.Op, cause, e.Status)
	}
	return fmt.Sprintf("%s: card answered SW %v", e.Op, e.Status)
}

// Unwrap gives the sentinel for the status word, or nil.
func (e *StatusError) Unwrap() error {
	if _, ok := e.Status.Tries(); ok {
		return ErrAuthenticationFailed
	}
	switch e.Status {
	case StatusAuthenticationFailed:
		return ErrAuthenticationFailed
	case StatusBlocked:
		return ErrBlocked
	case StatusFileNotFound:
		return ErrFileNotFound
	case StatusSecurityStatus:
		return ErrSecurityStatus
	case StatusSMMissing, StatusSMIncorrect:
		return ErrSecureMessaging
	case StatusWrongLength:
		return ErrWrongLength
	}
	return nil
}
