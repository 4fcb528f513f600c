package pinpad

import (
	"context"
	"fmt"
)

// Flags of bConfirmPIN (PC/SC part 10, 2.5.3).
const (
	confirmNew byte = 1 << 0
	askCurrent byte = 1 << 1
)

// modifyStructure is PIN_MODIFY_STRUCTURE (PC/SC part 10, 2.5.3). With the
// current PIN the command carries two blocks, the new PIN in the second (P1 =
// 00), else one (P1 = 01).
func (p PIN) modifyStructure(withCurrent bool) []byte {
	flags, offsetNew, p1, messages := confirmNew, byte(0), byte(0x01), []byte{1, 2, 0}
	blocks, number := 1, byte(2) // the new PIN and its confirmation
	if withCurrent {
		flags, offsetNew, p1, messages = flags|askCurrent, byte(len(p.Format.block)), 0x00, []byte{0, 1, 2}
		blocks, number = 2, 3
	}
	b := append(p.head(), 0, offsetNew) // bInsertionOffsetOld, bInsertionOffsetNew
	b = append(b, p.digits()...)
	b = append(b, flags, validationKey, number) // bConfirmPIN, bEntryValidationCondition, bNumberMessage
	b = append(b, p.language()...)
	b = append(b, messages...) // bMsgIndex1 to bMsgIndex3
	return append(b, p.tail(insChange, p1, blocks)...)
}

// Modify lets the person enter a new PIN twice, after the current one when
// withCurrent is set, and the card take it (MODIFY_PIN_DIRECT). New PINs that
// differ are ErrMismatch; all else is as with Verify.
func (p *Pad) Modify(ctx context.Context, pin PIN, withCurrent bool) error {
	const op = "change the PIN"
	if err := pin.check(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	answer, err := p.run(ctx, ModifyPINDirect, pin.modifyStructure(withCurrent))
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return result(op, answer)
}
