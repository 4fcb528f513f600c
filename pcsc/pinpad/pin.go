package pinpad

import (
	"context"
	"fmt"
	"time"
)

// PIN says which PIN is entered, and how.
type PIN struct {
	Reference byte // P2 of the command, such as 81
	Format    Format
	Min, Max  int           // digits; at least 1, at most what Format has room for
	Timeout   time.Duration // for the whole entry, up to 255 s in whole seconds; 0 is the reader's own
	Language  uint16        // wLangId of the reader's messages, such as 040C for French; 0 for English
}

const (
	maxTimeout = 255 * time.Second
	english    = 0x0409
	// validationKey says that the person ends the entry with the key for it.
	validationKey = 0x02

	insVerify = 0x20 // ISO/IEC 7816-4, 11.5.6
	insChange = 0x24 // CHANGE REFERENCE DATA, 11.5.7
)

func (p PIN) check() error {
	switch {
	case p.Format.block == nil:
		return fmt.Errorf("PIN without a format: %w", ErrRequest)
	case p.Min < 1 || p.Max < p.Min || p.Max > p.Format.most:
		return fmt.Errorf("PIN of %d to %d digits: %w", p.Min, p.Max, ErrRequest)
	case p.Timeout < 0 || p.Timeout > maxTimeout || p.Timeout%time.Second != 0:
		return fmt.Errorf("timeout %v: %w", p.Timeout, ErrRequest)
	}
	return nil
}

// head is what both structures begin with: bTimeOut, bTimeOut2 (none of its
// own), bmFormatString, bmPINBlockString, bmPINLengthFormat.
func (p PIN) head() []byte {
	return []byte{byte(p.Timeout / time.Second), 0, p.Format.format, p.Format.blockString, p.Format.lengthFormat}
}

// digits is wPINMaxExtraDigit: the least number in the high byte.
func (p PIN) digits() []byte { return []byte{byte(p.Max), byte(p.Min)} }

func (p PIN) language() []byte {
	if p.Language == 0 {
		return littleEndian16(english)
	}
	return littleEndian16(int(p.Language))
}

// tail is what both structures end with: bTeoPrologue, ulDataLength, abData.
func (p PIN) tail(ins, p1 byte, blocks int) []byte {
	apdu := []byte{0x00, ins, p1, p.Reference, byte(blocks * len(p.Format.block))}
	for range blocks {
		apdu = append(apdu, p.Format.block...)
	}
	return append([]byte{0, 0, 0, byte(len(apdu)), 0, 0, 0}, apdu...)
}

// verifyStructure is PIN_VERIFY_STRUCTURE (PC/SC part 10, 2.5.2).
func (p PIN) verifyStructure() []byte {
	b := append(p.head(), p.digits()...)
	b = append(b, validationKey, 1) // bEntryValidationCondition, bNumberMessage
	b = append(b, p.language()...)
	b = append(b, 0) // bMsgIndex
	return append(b, p.tail(insVerify, 0x00, 1)...)
}

// Verify lets the person enter a PIN and the card verify it (VERIFY_PIN_DIRECT).
// A wrong PIN is a *card.StatusError with the tries left; else ErrCancelled,
// ErrTimeout, ErrLength, ErrRequest, ErrUnsupported or the error of the
// connection. When ctx ends first, the reader goes on to ask for the PIN and
// the connection is of no more use.
func (p *Pad) Verify(ctx context.Context, pin PIN) error {
	const op = "verify the PIN"
	if err := pin.check(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	answer, err := p.run(ctx, VerifyPINDirect, pin.verifyStructure())
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return result(op, answer)
}
