package cnie_test

import (
	"context"
	"encoding/hex"
	"strings"
	"testing"

	"cnie.example/card"
	"cnie.example/card/cnie"
)

// answers is a card that gives what the input says, an answer per line, and
// 6F00 at its end.
type answers struct {
	left     [][]byte
	commands int
}

func newAnswers(input []byte) *answers {
	a := &answers{}
	for len(input) > 0 {
		n := min(int(input[0]), len(input)-1)
		a.left = append(a.left, input[1:1+n])
		input = input[1+n:]
	}
	return a
}

func (a *answers) Transmit(context.Context, []byte) ([]byte, error) {
	a.commands++
	if len(a.left) == 0 {
		return []byte{0x6F, 0x00}, nil
	}
	next := a.left[0]
	a.left = a.left[1:]
	return append([]byte(nil), next...), nil
}

// FuzzOpen requires that a card that says anything at all, and does not know the
// password, is never opened, draws no more commands than it gives answers and
// the retries after its last one, and makes nothing panic.
func FuzzOpen(f *testing.F) {
	line := func(answers ...string) []byte {
		var b []byte
		for _, a := range answers {
			raw, err := hex.DecodeString(strings.ReplaceAll(a, " ", ""))
			must(f, err)
			b = append(append(b, byte(len(raw))), raw...)
		}
		return b
	}
	const access = "31143012060A04007F0007020204020402010202010D9000"
	f.Add(byte(0), []byte{})
	f.Add(byte(0), line(access, "9000", "7C128010000102030405060708090A0B0C0D0E0F9000", "7C0082009000"))
	f.Add(byte(1), line("6700", "6C10", access, "63C1"))
	f.Add(byte(2), line("6A82", "9000", "00010203040506079000", "9000"))
	f.Add(byte(3), line("9000", "61FF"))
	f.Add(byte(0), line("6A82", "9000", access, "9000", "6300"))
	f.Fuzz(func(t *testing.T, how byte, input []byte) {
		chip := newAnswers(input)
		given := len(chip.left)
		s := subject{profile: "passport", bac: how&2 != 0}
		a := s.access(t, 0)
		if how&1 != 0 {
			a.MaxLe = card.MaxShortLe
		}
		c, err := cnie.Open(t.Context(), chip, a)
		if err == nil {
			c.Close()
			t.Fatal("opened")
		}
		if chip.commands > given+2*8 {
			t.Fatalf("%d commands for %d answers", chip.commands, given)
		}
	})
}
