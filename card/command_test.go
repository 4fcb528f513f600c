package card_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cnie.example/card"
)

func fill(n int) []byte { return bytes.Repeat([]byte{0xA5}, n) }

// concat joins an encoding that is written in pieces.
func concat(parts ...[]byte) []byte { return slices.Concat(parts...) }

var header = []byte{0x00, 0xB0, 0x12, 0x34}

// commandCases are the seven encodings of ISO/IEC 7816-3, 12.1.3, with the
// lengths at which one turns into another.
func commandCases() map[string]struct {
	nc, ne   int
	extended bool
	body     []byte
} {
	return map[string]struct {
		nc, ne   int
		extended bool
		body     []byte
	}{
		"1":                     {0, 0, false, nil},
		"2S Ne 1":               {0, 1, false, []byte{0x01}},
		"2S Ne 255":             {0, 255, false, []byte{0xFF}},
		"2S Ne 256":             {0, 256, false, []byte{0x00}},
		"2E Ne 1, asked for":    {0, 1, true, []byte{0x00, 0x00, 0x01}},
		"2E Ne 256, asked for":  {0, 256, true, []byte{0x00, 0x01, 0x00}},
		"2E Ne 257":             {0, 257, true, []byte{0x00, 0x01, 0x01}},
		"2E Ne 65535":           {0, 65535, true, []byte{0x00, 0xFF, 0xFF}},
		"2E Ne 65536":           {0, 65536, true, []byte{0x00, 0x00, 0x00}},
		"3S Nc 1":               {1, 0, false, concat([]byte{0x01}, fill(1))},
		"3S Nc 255":             {255, 0, false, concat([]byte{0xFF}, fill(255))},
		"3E Nc 1, asked for":    {1, 0, true, concat([]byte{0x00, 0x00, 0x01}, fill(1))},
		"3E Nc 256":             {256, 0, true, concat([]byte{0x00, 0x01, 0x00}, fill(256))},
		"3E Nc 65279":           {65279, 0, true, concat([]byte{0x00, 0xFE, 0xFF}, fill(65279))},
		"3E Nc 65280":           {65280, 0, true, concat([]byte{0x00, 0xFF, 0x00}, fill(65280))},
		"3E Nc 65535":           {65535, 0, true, concat([]byte{0x00, 0xFF, 0xFF}, fill(65535))},
		"4S Nc 1 Ne 1":          {1, 1, false, concat([]byte{0x01}, fill(1), []byte{0x01})},
		"4S Nc 255 Ne 256":      {255, 256, false, concat([]byte{0xFF}, fill(255), []byte{0x00})},
		"4E Nc 1 Ne 257":        {1, 257, true, concat([]byte{0x00, 0x00, 0x01}, fill(1), []byte{0x01, 0x01})},
		"4E Nc 256 Ne 1":        {256, 1, true, concat([]byte{0x00, 0x01, 0x00}, fill(256), []byte{0x00, 0x01})},
		"4E Nc 65535 Ne 65535":  {65535, 65535, true, concat([]byte{0x00, 0xFF, 0xFF}, fill(65535), []byte{0xFF, 0xFF})},
		"4E Nc 65535 Ne 65536":  {65535, 65536, true, concat([]byte{0x00, 0xFF, 0xFF}, fill(65535), []byte{0x00, 0x00})},
		"4E Nc 1 Ne 1, asked":   {1, 1, true, concat([]byte{0x00, 0x00, 0x01}, fill(1), []byte{0x00, 0x01})},
		"4E Nc 255 Ne 65536":    {255, 65536, true, concat([]byte{0x00, 0x00, 0xFF}, fill(255), []byte{0x00, 0x00})},
		"4E Nc 256 Ne 256":      {256, 256, true, concat([]byte{0x00, 0x01, 0x00}, fill(256), []byte{0x01, 0x00})},
		"4S Nc 1 Ne 255":        {1, 255, false, concat([]byte{0x01}, fill(1), []byte{0xFF})},
		"3S Nc 254":             {254, 0, false, concat([]byte{0xFE}, fill(254))},
		"4E Nc 65280 Ne 256":    {65280, 256, true, concat([]byte{0x00, 0xFF, 0x00}, fill(65280), []byte{0x01, 0x00})},
		"2E Ne 65280":           {0, 65280, true, []byte{0x00, 0xFF, 0x00}},
		"4E Nc 65279 Ne 65279":  {65279, 65279, true, concat([]byte{0x00, 0xFE, 0xFF}, fill(65279), []byte{0xFE, 0xFF})},
		"4E Nc 257 Ne 65536":    {257, 65536, true, concat([]byte{0x00, 0x01, 0x01}, fill(257), []byte{0x00, 0x00})},
		"3E Nc 257":             {257, 0, true, concat([]byte{0x00, 0x01, 0x01}, fill(257))},
		"4E Nc 65535 Ne 1":      {65535, 1, true, concat([]byte{0x00, 0xFF, 0xFF}, fill(65535), []byte{0x00, 0x01})},
		"4E Nc 65535 Ne 256":    {65535, 256, true, concat([]byte{0x00, 0xFF, 0xFF}, fill(65535), []byte{0x01, 0x00})},
		"4E Nc 255 Ne 257":      {255, 257, true, concat([]byte{0x00, 0x00, 0xFF}, fill(255), []byte{0x01, 0x01})},
		"4S Nc 255 Ne 255":      {255, 255, false, concat([]byte{0xFF}, fill(255), []byte{0xFF})},
		"4E Nc 1 Ne 256, asked": {1, 256, true, concat([]byte{0x00, 0x00, 0x01}, fill(1), []byte{0x01, 0x00})},
	}
}

// A length written in the wrong form or byte order, or a form chosen one byte
// too late, changes the bytes.
func TestCommandEncoding(t *testing.T) {
	for name, tc := range commandCases() {
		t.Run(name, func(t *testing.T) {
			c := card.Command{CLA: 0x00, INS: 0xB0, P1: 0x12, P2: 0x34, Data: fill(tc.nc), Le: tc.ne, Extended: tc.extended}
			got, err := c.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			want := concat(header, tc.body)
			if !bytes.Equal(got, want) {
				t.Fatalf("%d bytes, begin %X, want %d, begin %X", len(got), got[:min(8, len(got))], len(want), want[:min(8, len(want))])
			}
			back, err := card.ParseCommand(got)
			if err != nil {
				t.Fatal(err)
			}
			if len(back.Data) != tc.nc || back.Le != tc.ne || back.Extended != tc.extended {
				t.Errorf("parsed %v extended=%v", back, back.Extended)
			}
		})
	}
}

// An encoder that does not choose the extended form by itself would cut the
// lengths of these commands.
func TestCommandChoosesForm(t *testing.T) {
	for _, tc := range []struct{ nc, ne, size int }{
		{255, 256, 4 + 1 + 255 + 1},
		{256, 0, 4 + 3 + 256},
		{255, 257, 4 + 3 + 255 + 2},
		{0, 257, 4 + 3},
		{0, 65536, 4 + 3},
	} {
		b, err := card.Command{Data: fill(tc.nc), Le: tc.ne}.Bytes()
		if err != nil || len(b) != tc.size {
			t.Errorf("Nc=%d Ne=%d: %d bytes, %v, want %d", tc.nc, tc.ne, len(b), err, tc.size)
		}
	}
}

// Lengths beyond an extended command would wrap around silently.
func TestCommandTooLong(t *testing.T) {
	for _, c := range []card.Command{
		{Data: make([]byte, 65536)},
		{Le: 65537},
		{Le: -1},
	} {
		if _, err := c.Bytes(); !errors.Is(err, card.ErrCommand) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// A parser that trusts Lc, or accepts two readings of the same bytes, takes
// one of these.
func TestParseCommandRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty":                    {},
		"cut header":               {0x00, 0xB0, 0x00},
		"data cut":                 {0x00, 0xA4, 0x00, 0x00, 0x02, 0x01},
		"data and Le, one more":    {0x00, 0xA4, 0x00, 0x00, 0x01, 0x01, 0x00, 0x00},
		"extended length cut":      {0x00, 0xB0, 0x00, 0x00, 0x00, 0x01},
		"extended Lc 0":            {0x00, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01},
		"extended data cut":        {0x00, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x02, 0x01},
		"extended Le of one byte":  {0x00, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x01, 0x01, 0x00},
		"extended Le, one more":    {0x00, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00},
		"short Lc, extended Le":    {0x00, 0xB0, 0x00, 0x00, 0x01, 0x01, 0x01, 0x00},
		"extended Lc far too much": {0x00, 0xB0, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0x01},
	} {
		if c, err := card.ParseCommand(b); !errors.Is(err, card.ErrCommand) {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
}

// Data of a parsed command must not be able to grow over what follows it.
func TestParsedDataDoesNotGrow(t *testing.T) {
	b := []byte{0x00, 0xA4, 0x00, 0x00, 0x01, 0x11, 0x22}
	c, err := card.ParseCommand(b)
	if err != nil {
		t.Fatal(err)
	}
	_ = append(c.Data, 0xFF)
	if b[6] != 0x22 {
		t.Error("append to Data overwrote Le")
	}
}

// The text of a command ends up in error messages: data in it would leak.
func TestCommandStringHasNoData(t *testing.T) {
	c := card.Command{INS: 0x20, Data: []byte("0123456789")}
	for _, s := range []string{c.String(), fmt.Sprintf("%v", c), fmt.Sprintf("%+v", c)} {
		if strings.Contains(s, "0123") || strings.Contains(s, "30 31") || strings.Contains(s, "3031") || strings.Contains(s, "48 49") {
			t.Errorf("%q shows data", s)
		}
	}
}

// FuzzCommand: what parses is written back the same, byte for byte.
func FuzzCommand(f *testing.F) {
	for _, tc := range commandCases() {
		if len(tc.body) < 1000 {
			f.Add(concat(header, tc.body))
		}
	}
	f.Add([]byte{0x00, 0xB0, 0x00, 0x00, 0x00, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := card.ParseCommand(b)
		if err != nil {
			if !errors.Is(err, card.ErrCommand) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		back, err := c.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(back, b) {
			t.Fatalf("%X became %X", b, back)
		}
	})
}

// FuzzCommandFields: what is written is read back the same, so no two commands
// share an encoding.
func FuzzCommandFields(f *testing.F) {
	f.Add(byte(0), byte(0xB0), uint16(0), uint32(256), false)
	f.Add(byte(0), byte(0xB0), uint16(65535), uint32(65536), true)
	f.Add(byte(0x0C), byte(0xA4), uint16(256), uint32(0), false)
	f.Fuzz(func(t *testing.T, cla, ins byte, nc uint16, ne uint32, extended bool) {
		c := card.Command{CLA: cla, INS: ins, P1: ins, P2: cla, Data: fill(int(nc)), Le: int(ne % 65537), Extended: extended}
		b, err := c.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		back, err := card.ParseCommand(b)
		if err != nil {
			t.Fatal(err)
		}
		if back.CLA != cla || back.INS != ins || back.Le != c.Le || !bytes.Equal(back.Data, c.Data) {
			t.Fatalf("%v became %v", c, back)
		}
	})
}
