package pinpad

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"cnie.example/card"
)

// Would catch: a field of PIN_VERIFY_STRUCTURE or PIN_MODIFY_STRUCTURE (PC/SC
// part 10, 2.5.2 and 2.5.3) at the wrong place or in the wrong byte order. The
// format 2 block with its 89, 47 and 04 is the one in use with Belgian cards.
func TestStructuresKnownAnswers(t *testing.T) {
	ascii := PIN{Reference: 0x81, Format: ASCII(0xFF), Min: 4, Max: 8, Timeout: 30 * time.Second, Language: 0x040C}
	bcd := PIN{Reference: 0x01, Format: Format2(), Min: 4, Max: 12}
	for _, test := range []struct {
		name string
		run  func(*Pad) error
		code uint32
		want string
	}{
		{
			"verify, ASCII", func(p *Pad) error { return p.Verify(t.Context(), ascii) }, verifyCode,
			"1E 00 82 08 00 0804 02 01 0C04 00 000000 0D000000 00200081 08 FFFFFFFFFFFFFFFF",
		},
		{
			"verify, format 2", func(p *Pad) error { return p.Verify(t.Context(), bcd) }, verifyCode,
			"00 00 89 47 04 0C04 02 01 0904 00 000000 0D000000 00200001 08 20FFFFFFFFFFFFFF",
		},
		{
			"change, ASCII", func(p *Pad) error { return p.Modify(t.Context(), ascii, true) }, modifyCode,
			"1E 00 82 08 00 00 08 0804 03 02 03 0C04 00 01 02 000000 15000000 00240081 10 FFFFFFFFFFFFFFFF FFFFFFFFFFFFFFFF",
		},
		{
			"set, format 2", func(p *Pad) error { return p.Modify(t.Context(), bcd, false) }, modifyCode,
			"00 00 89 47 04 00 00 0C04 01 02 02 0904 01 02 00 000000 0D000000 00240101 08 20FFFFFFFFFFFFFF",
		},
	} {
		p, s := newPad(t, "9000")
		if err := test.run(p); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if want := unhex(t, test.want); s.code != test.code || !bytes.Equal(s.sent, want) {
			t.Errorf("%s: code %X\n got %X\nwant %X", test.name, s.code, s.sent, want)
		}
	}
}

// Would catch: a cancelled entry told as a wrong PIN, or a wrong PIN without
// the tries left, or anything but 9000 told as success.
func TestEntryNamesItsFailures(t *testing.T) {
	pin := PIN{Reference: 0x81, Format: ASCII(0), Min: 4, Max: 8}
	for answer, want := range map[string]error{
		"9000": nil, "6400": ErrTimeout, "6401": ErrCancelled, "6402": ErrMismatch, "6403": ErrLength, "6B80": ErrRequest,
		"63C2": card.ErrAuthenticationFailed, "63C0": card.ErrAuthenticationFailed, "6300": card.ErrAuthenticationFailed,
		"6983": card.ErrBlocked, "": ErrAnswer, "90": ErrAnswer, "009000": ErrAnswer,
	} {
		p, _ := newPad(t, answer)
		for name, err := range map[string]error{"verify": p.Verify(t.Context(), pin), "modify": p.Modify(t.Context(), pin, true)} {
			if !errors.Is(err, want) {
				t.Errorf("%s, %q: %v, want %v", name, answer, err, want)
			}
		}
	}
	p, _ := newPad(t, "63C2")
	var refused *card.StatusError
	if err := p.Verify(t.Context(), pin); !errors.As(err, &refused) {
		t.Fatal(err)
	}
	if left, ok := refused.Status.Tries(); !ok || left != 2 {
		t.Errorf("%d tries left, %v", left, ok)
	}
	p, s := newPad(t, "9000")
	for _, cause := range []error{card.ErrRemoved, card.ErrReset, card.ErrUnresponsive} {
		if s.err = cause; !errors.Is(p.Verify(t.Context(), pin), cause) {
			t.Errorf("%v is lost", cause)
		}
	}
}

// Would catch: a structure whose digits run over the block, or whose timeout
// wraps around to another.
func TestPINThatDoesNotFit(t *testing.T) {
	for name, pin := range map[string]PIN{
		"no format":        {Min: 4, Max: 8},
		"no digits":        {Format: ASCII(0), Min: 0, Max: 8},
		"less than least":  {Format: ASCII(0), Min: 6, Max: 4},
		"more than block":  {Format: ASCII(0), Min: 4, Max: 9},
		"more than BCD":    {Format: Format2(), Min: 4, Max: 13},
		"timeout too long": {Format: ASCII(0), Min: 4, Max: 8, Timeout: 256 * time.Second},
		"timeout negative": {Format: ASCII(0), Min: 4, Max: 8, Timeout: -time.Second},
		"timeout broken":   {Format: ASCII(0), Min: 4, Max: 8, Timeout: 1500 * time.Millisecond},
	} {
		p, s := newPad(t, "9000")
		s.sent = nil
		if err := p.Verify(t.Context(), pin); !errors.Is(err, ErrRequest) || s.sent != nil {
			t.Errorf("%s: verify: %v, sent %X", name, err, s.sent)
		}
		if err := p.Modify(t.Context(), pin, true); !errors.Is(err, ErrRequest) || s.sent != nil {
			t.Errorf("%s: modify: %v, sent %X", name, err, s.sent)
		}
	}
}
