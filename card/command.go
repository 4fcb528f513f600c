package card

import (
	"errors"
	"fmt"
)

// Largest lengths of a command APDU (ISO/IEC 7816-4, 5.1).
const (
	MaxShortData    = 255   // Nc of a short command
	MaxShortLe      = 256   // Ne of a short command
	MaxExtendedData = 65535 // Nc of an extended command
	MaxExtendedLe   = 65536 // Ne of an extended command
)

// ChainingBit is set in CLA on every command of a chain but the last
// (ISO/IEC 7816-4, 5.1.1.1).
const ChainingBit = 0x10

// ErrCommand is the cause of every error about the form of a command APDU.
var ErrCommand = errors.New("malformed command APDU")

// Command is a command APDU (ISO/IEC 7816-4, 5.1).
//
// Le is the number of response bytes asked for, Ne: 0 asks for none, 256 is
// the most a short command can ask, 65536 the most of an extended one. The
// encoding is short when data and Le allow it, extended otherwise or when
// Extended is set.
type Command struct {
	CLA, INS, P1, P2 byte
	Data             []byte
	Le               int
	Extended         bool
}

// String gives header, length of data and Le, never the data.
func (c Command) String() string {
	return fmt.Sprintf("%02X %02X %02X %02X Nc=%d Ne=%d", c.CLA, c.INS, c.P1, c.P2, len(c.Data), c.Le)
}

// isExtended says whether the command needs or asks for extended length fields.
func (c Command) isExtended() bool {
	return c.Extended || len(c.Data) > MaxShortData || c.Le > MaxShortLe
}

// Bytes encodes the command. It fails with ErrCommand when data or Le are
// longer than an extended command can say.
func (c Command) Bytes() ([]byte, error) {
	nc, ne := len(c.Data), c.Le
	if nc > MaxExtendedData || ne < 0 || ne > MaxExtendedLe {
		return nil, fmt.Errorf("encode %v: %w", c, ErrCommand)
	}
	b := make([]byte, 0, 4+3+nc+3)
	b = append(b, c.CLA, c.INS, c.P1, c.P2)
	if !c.isExtended() {
		if nc > 0 {
			b = append(b, byte(nc))
			b = append(b, c.Data...)
		}
		if ne > 0 {
			b = append(b, byte(ne)) // 256 is written 00
		}
		return b, nil
	}
	if nc > 0 {
		b = append(b, 0, byte(nc>>8), byte(nc))
		b = append(b, c.Data...)
	}
	if ne > 0 {
		if nc == 0 {
			b = append(b, 0)
		}
		b = append(b, byte(ne>>8), byte(ne)) // 65536 is written 0000
	}
	return b, nil
}

// ParseCommand decodes a command APDU of any of the seven cases of ISO/IEC
// 7816-3, 12.1.3. Data aliases b. Bytes that do not match their own lengths
// are refused with ErrCommand; so are encodings with Lc of zero.
func ParseCommand(b []byte) (Command, error) {
	if len(b) < 4 {
		return Command{}, fmt.Errorf("parse: %d bytes: %w", len(b), ErrCommand)
	}
	c := Command{CLA: b[0], INS: b[1], P1: b[2], P2: b[3]}
	body := b[4:]
	var err error
	switch {
	case len(body) == 0:
	case body[0] == 0 && len(body) > 1:
		err = c.parseExtended(body[1:])
	default:
		err = c.parseShort(body)
	}
	if err != nil {
		return Command{}, err
	}
	return c, nil
}

func (c *Command) parseShort(body []byte) error {
	if len(body) == 1 {
		c.Le = lengthOr(int(body[0]), MaxShortLe)
		return nil
	}
	nc, rest := int(body[0]), body[1:]
	switch len(rest) - nc {
	case 0:
	case 1:
		c.Le = lengthOr(int(rest[nc]), MaxShortLe)
	default:
		return fmt.Errorf("parse: Lc %d in a body of %d bytes: %w", nc, len(body), ErrCommand)
	}
	c.Data = rest[:nc:nc]
	return nil
}

func (c *Command) parseExtended(body []byte) error {
	c.Extended = true
	if len(body) < 2 {
		return fmt.Errorf("parse: extended length cut: %w", ErrCommand)
	}
	n, rest := int(body[0])<<8|int(body[1]), body[2:]
	if len(rest) == 0 {
		c.Le = lengthOr(n, MaxExtendedLe)
		return nil
	}
	switch {
	case n == 0:
		return fmt.Errorf("parse: extended Lc is zero: %w", ErrCommand)
	case len(rest) == n:
	case len(rest) == n+2:
		c.Le = lengthOr(int(rest[n])<<8|int(rest[n+1]), MaxExtendedLe)
	default:
		return fmt.Errorf("parse: extended Lc %d in a body of %d bytes: %w", n, len(body), ErrCommand)
	}
	c.Data = rest[:n:n]
	return nil
}

// lengthOr reads an encoded Le, where zero stands for the largest.
func lengthOr(n, largest int) int {
	if n == 0 {
		return largest
	}
	return n
}
