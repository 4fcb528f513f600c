package lds_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// reading is a card that answers READ BINARY and keeps what was asked.
type reading struct {
	files   map[lds.File][]byte
	largest int // bytes in one answer
	// tooMuch answers a length above largest; nil gives a short answer.
	tooMuch func(le int) card.Status
	atEnd   card.Status // when the file ends before Le
	current []byte
	asked   []string
}

func (r *reading) Transmit(_ context.Context, b []byte) ([]byte, error) {
	c, err := card.ParseCommand(b)
	if err != nil {
		return nil, err
	}
	r.asked = append(r.asked, fmt.Sprintf("%02X%02X %d", c.P1, c.P2, c.Le))
	return r.answer(c).Bytes(), nil
}

func (r *reading) answer(c card.Command) card.Response {
	offset := int(c.P1)<<8 | int(c.P2)
	if c.P1&0x80 != 0 {
		f, ok := r.files[lds.File(c.P1&0x1F)]
		if !ok {
			return card.Response{Status: card.StatusFileNotFound}
		}
		r.current, offset = f, int(c.P2)
	}
	if c.Le > r.largest && r.tooMuch != nil {
		return card.Response{Status: r.tooMuch(c.Le)}
	}
	if offset >= len(r.current) {
		return card.Response{Status: card.StatusOffset}
	}
	rest := r.current[offset:]
	if len(rest) < c.Le && len(rest) <= r.largest {
		return card.Response{Data: rest, Status: r.atEnd}
	}
	return card.Response{Data: rest[:min(c.Le, r.largest, len(rest))], Status: card.StatusOK}
}

func always(s card.Status) func(int) card.Status { return func(int) card.Status { return s } }

// file is a file of n bytes in all.
func file(f lds.File, n int) []byte {
	for size := n - 6; size <= n; size++ {
		value := make([]byte, max(size, 0))
		for i := range value {
			value[i] = byte(i * 7)
		}
		if b := tlv.Append(nil, f.Tag(), value); len(b) == n {
			return b
		}
	}
	panic("no file of this size")
}

func specimenFiles() map[lds.File][]byte {
	return map[lds.File][]byte{
		lds.CardAccess: file(lds.CardAccess, 60),
		lds.DG14:       file(lds.DG14, 391),
		lds.SOD:        file(lds.SOD, 2265),
		lds.DG1:        file(lds.DG1, 95),
		lds.DG11:       file(lds.DG11, 101),
	}
}

// With extended length each file must take one command: the whole login has no
// more than 14.
func TestReaderOneCommandPerFile(t *testing.T) {
	for _, atEnd := range []card.Status{card.StatusOK, card.StatusEndOfFile} {
		c := &reading{files: specimenFiles(), largest: 65536, atEnd: atEnd}
		r := lds.NewReader(c, 65536)
		for f, want := range c.files {
			c.asked = nil
			got, err := r.Read(context.Background(), f)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%v: %d bytes, %v", f, len(got), err)
			}
			if want := []string{fmt.Sprintf("%02X00 65536", 0x80|byte(f))}; !slices.Equal(c.asked, want) {
				t.Errorf("%v: asked %v, want %v", f, c.asked, want)
			}
		}
		if r.MaxLe() != 65536 {
			t.Errorf("MaxLe %d", r.MaxLe())
		}
	}
}

// The length that works must be found once and kept: a reader that forgets it
// pays a refusal for every file.
func TestReaderStepsDown(t *testing.T) {
	for name, tc := range map[string]struct {
		maxLe, largest int
		tooMuch        func(int) card.Status
		asked          []string // for SOD of 500 bytes, then DG1
		le             int
	}{
		"short answers of 256": {65536, 256, nil, []string{"9D00 65536", "0100 244", "8100 256"}, 256},
		"short answers of 240": {65536, 240, nil, []string{"9D00 65536", "00F0 240", "01E0 20", "8100 240"}, 240},
		"short answers of 100": {65536, 100, nil, []string{"9D00 65536", "0064 223", "00C8 223", "012C 200", "0190 100", "8100 223"}, 223},
		"6700 above 256":       {65536, 256, always(0x6700), []string{"9D00 65536", "9D00 256", "0100 244", "8100 256"}, 256},
		"6700 above 231":       {65536, 231, always(0x6700), []string{"9D00 65536", "9D00 256", "9D00 231", "00E7 231", "01CE 38", "8100 231"}, 231},
		"6700 above 223":       {65536, 223, always(0x6700), []string{"9D00 65536", "9D00 256", "9D00 231", "9D00 223", "00DF 223", "01BE 54", "8100 223"}, 223},
		"6C00":                 {65536, 256, always(0x6C00), []string{"9D00 65536", "9D00 256", "0100 244", "8100 256"}, 256},
		"6CE7":                 {65536, 231, always(0x6CE7), []string{"9D00 65536", "9D00 231", "00E7 231", "01CE 38", "8100 231"}, 231},
		"known before":         {231, 231, always(0x6700), []string{"9D00 231", "00E7 231", "01CE 38", "8100 231"}, 231},
		"between the steps":    {2000, 256, always(0x6700), []string{"9D00 2000", "9D00 256", "0100 244", "8100 256"}, 256},
		"below the steps":      {50, 65536, nil, []string{"9D00 50", "0032 50", "0064 50", "0096 50", "00C8 50", "00FA 50", "012C 50", "015E 50", "0190 50", "01C2 50", "8100 50", "0032 45"}, 50},
	} {
		t.Run(name, func(t *testing.T) {
			c := &reading{files: map[lds.File][]byte{lds.SOD: file(lds.SOD, 500), lds.DG1: file(lds.DG1, 95)}, largest: tc.largest, tooMuch: tc.tooMuch, atEnd: card.StatusOK}
			r := lds.NewReader(c, tc.maxLe)
			for _, f := range []lds.File{lds.SOD, lds.DG1} {
				got, err := r.Read(context.Background(), f)
				if err != nil || !bytes.Equal(got, c.files[f]) {
					t.Fatalf("%v: %d bytes, %v, asked %v", f, len(got), err, c.asked)
				}
			}
			if !slices.Equal(c.asked, tc.asked) {
				t.Errorf("asked %v\nwant  %v", c.asked, tc.asked)
			}
			if r.MaxLe() != tc.le {
				t.Errorf("MaxLe %d, want %d", r.MaxLe(), tc.le)
			}
		})
	}
}

// Sizes around the steps and around the forms of length: one byte lost or read
// twice shows here.
func TestReaderSizes(t *testing.T) {
	for _, largest := range []int{223, 231, 256, 1000, 65536} {
		for _, n := range []int{2, 3, 129, 131, 222, 223, 224, 255, 256, 257, 260, 446, 447, 511, 512, 513, 2265, 20000, 32767, 32768} {
			c := &reading{files: map[lds.File][]byte{lds.SOD: file(lds.SOD, n)}, largest: largest, atEnd: card.StatusOK}
			got, err := lds.NewReader(c, 65536).Read(context.Background(), lds.SOD)
			if err != nil || !bytes.Equal(got, c.files[lds.SOD]) {
				t.Fatalf("%d bytes, %d at a time: got %d, %v", n, largest, len(got), err)
			}
		}
	}
}

// Bytes that a card stores behind a file must not be taken for it: the hash in
// the SOD is over the file.
func TestReaderCutsWhatFollows(t *testing.T) {
	want := file(lds.DG14, 391)
	padded := append(bytes.Clone(want), make([]byte, 100)...)
	for _, largest := range []int{65536, 256} {
		c := &reading{files: map[lds.File][]byte{lds.DG14: padded}, largest: largest, atEnd: card.StatusOK}
		got, err := lds.NewReader(c, 65536).Read(context.Background(), lds.DG14)
		if err != nil || !bytes.Equal(got, want) || cap(got) != len(got) {
			t.Errorf("%d bytes, capacity %d, %v", len(got), cap(got), err)
		}
	}
}

// A file over 32 KiB comes whole in one answer, or not at all: plain offsets do
// not reach its end, and a reader that stops there gives a file cut.
func TestReaderLongFiles(t *testing.T) {
	for _, tc := range []struct {
		n, largest int
		want       error
		commands   int // at most, before giving up
	}{
		{40000, 65536, nil, 1},
		{65536, 65536, nil, 1},
		{40000, 32000, nil, 2}, // the second answer begins below 32 KiB
		{40000, 1000, lds.ErrTooLong, 1},
		{33400, 1000, lds.ErrTooLong, 33}, // the last answer would begin above 32 KiB
		{33200, 231, lds.ErrTooLong, 1},
		{65537, 65536, lds.ErrTooLong, 1},
		{1 << 20, 65536, lds.ErrTooLong, 1},
	} {
		c := &reading{files: map[lds.File][]byte{lds.DG2: file(lds.DG2, tc.n)}, largest: tc.largest, atEnd: card.StatusOK}
		got, err := lds.NewReader(c, 65536).Read(context.Background(), lds.DG2)
		if !errors.Is(err, tc.want) || err == nil && !bytes.Equal(got, c.files[lds.DG2]) {
			t.Errorf("%d bytes, %d at a time: %d bytes, %v", tc.n, tc.largest, len(got), err)
		}
		if len(c.asked) > tc.commands {
			t.Errorf("%d bytes: %d commands", tc.n, len(c.asked))
		}
	}
}

// Each status word must reach the caller as what it is.
func TestReaderStatus(t *testing.T) {
	for status, want := range map[card.Status]error{
		card.StatusFileNotFound:    card.ErrFileNotFound,
		card.StatusSecurityStatus:  card.ErrSecurityStatus,
		card.StatusWrongParameters: lds.ErrSFIRefused,
		card.StatusOffset:          lds.ErrSFIRefused,
		card.StatusNotSupported:    lds.ErrSFIRefused,
		0x6981:                     lds.ErrSFIRefused,
		0x6986:                     lds.ErrSFIRefused,
		card.StatusWrongLength:     card.ErrWrongLength,
		0x6F00:                     nil,
	} {
		answer := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return card.Response{Status: status}.Bytes(), nil })
		_, err := lds.NewReader(answer, 65536).Read(context.Background(), lds.DG1)
		var se *card.StatusError
		if !errors.As(err, &se) || se.Status != status {
			t.Errorf("%v: %v", status, err)
		}
		if want != nil && !errors.Is(err, want) {
			t.Errorf("%v: %v, want %v", status, err, want)
		}
		if errors.Is(err, lds.ErrSFIRefused) != (want == lds.ErrSFIRefused) {
			t.Errorf("%v: %v", status, err)
		}
	}
}

// A hostile or broken card must end the reading, with an error that tells which.
func TestReaderHostile(t *testing.T) {
	first := []byte{0x77, 0x82, 0x40, 0x00}
	for name, tc := range map[string]struct {
		first, next card.Response
		want        error
	}{
		"empty answer":          {card.Response{Status: 0x9000}, card.Response{}, lds.ErrTruncated},
		"empty at the end":      {card.Response{Status: 0x6282}, card.Response{}, lds.ErrTruncated},
		"never advances":        {card.Response{Data: first, Status: 0x9000}, card.Response{Status: 0x9000}, lds.ErrTruncated},
		"one byte at a time":    {card.Response{Data: first, Status: 0x9000}, card.Response{Data: []byte{1}, Status: 0x9000}, lds.ErrTruncated},
		"ends early":            {card.Response{Data: first, Status: 0x6282}, card.Response{Status: 0x6B00}, lds.ErrTruncated},
		"refuses every length":  {card.Response{Data: first, Status: 0x9000}, card.Response{Status: 0x6700}, card.ErrWrongLength},
		"corrects every length": {card.Response{Data: first, Status: 0x9000}, card.Response{Status: 0x6C01}, nil},
		"another file":          {card.Response{Data: []byte{0x61, 0x01, 0x00}, Status: 0x9000}, card.Response{}, lds.ErrFile},
		"tag of two bytes":      {card.Response{Data: []byte{0x7F, 0x77, 0x00}, Status: 0x9000}, card.Response{}, lds.ErrFile},
		"header cut":            {card.Response{Data: first[:2], Status: 0x9000}, card.Response{}, lds.ErrFile},
		"indefinite length":     {card.Response{Data: []byte{0x77, 0x80, 0x00, 0x00}, Status: 0x9000}, card.Response{}, lds.ErrFile},
		"16 MiB":                {card.Response{Data: []byte{0x77, 0x83, 0xFF, 0xFF, 0xFF}, Status: 0x9000}, card.Response{}, lds.ErrTooLong},
		"length of four bytes":  {card.Response{Data: []byte{0x77, 0x84, 0x40, 0, 0, 0}, Status: 0x9000}, card.Response{}, lds.ErrFile},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			r := lds.NewReader(card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
				if n++; n == 1 {
					return tc.first.Bytes(), nil
				}
				return tc.next.Bytes(), nil
			}), 65536)
			b, err := r.Read(context.Background(), lds.SOD)
			if err == nil || tc.want != nil && !errors.Is(err, tc.want) {
				t.Errorf("%d bytes, %v, want %v", len(b), err, tc.want)
			}
			if n > 600 {
				t.Errorf("%d commands", n)
			}
		})
	}
}

// A card that draws GET RESPONSE without end, a little under what card.Send
// puts up with, must be given up, and must not spoil the next reading: it would
// hold the reader for 512 reads of 257 commands each.
func TestReaderBoundsGetResponse(t *testing.T) {
	commands, sinceRead, hostile := 0, 0, true
	r := lds.NewReader(card.TransmitterFunc(func(_ context.Context, b []byte) ([]byte, error) {
		commands++
		sinceRead++
		switch {
		case b[1] == 0xB0 && b[2]&0x80 != 0 && hostile:
			return []byte{0x77, 0x82, 0x40, 0x00, 0x90, 0x00}, nil
		case b[1] == 0xB0 && b[2]&0x80 != 0:
			return append(file(lds.DG1, 95), 0x90, 0x00), nil
		case b[1] == 0xB0:
			sinceRead = 0
			return []byte{0x61, 0x01}, nil
		case sinceRead < 250:
			return []byte{0x61, 0x01}, nil
		}
		return []byte{0x01, 0x90, 0x00}, nil
	}), 65536)
	_, err := r.Read(context.Background(), lds.SOD)
	if !errors.Is(err, lds.ErrEndless) || !errors.Is(err, lds.ErrTruncated) {
		t.Errorf("%v", err)
	}
	if commands > 1024 {
		t.Errorf("%d commands", commands)
	}
	for hostile = false; commands < 1500; {
		if _, err := r.Read(context.Background(), lds.DG1); err != nil {
			t.Fatalf("the commands of earlier files count: %v", err)
		}
	}
}

// An answer longer than asked for must not push the offset forward.
func TestReaderTakesNoMoreThanAsked(t *testing.T) {
	c := &reading{files: map[lds.File][]byte{lds.SOD: file(lds.SOD, 1000)}, largest: 223, atEnd: card.StatusOK}
	greedy := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
		a, err := c.Transmit(ctx, b)
		if err != nil {
			return nil, err
		}
		n := len(a) - 2
		return append(append(a[:n:n], make([]byte, 50)...), 0x90, 0x00), nil
	})
	got, err := lds.NewReader(greedy, 100).Read(context.Background(), lds.SOD)
	if err != nil || !bytes.Equal(got, c.files[lds.SOD]) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// Errors of the transport must stay visible. When a secure channel broke over
// the length, the next channel must not ask for it again.
func TestReaderTransportErrors(t *testing.T) {
	fail := func(err error) card.Transmitter {
		return card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return nil, err })
	}
	r := lds.NewReader(fail(card.ErrRemoved), 65536)
	if _, err := r.Read(context.Background(), lds.DG1); !errors.Is(err, card.ErrRemoved) || r.MaxLe() != 65536 {
		t.Errorf("%v, MaxLe %d", err, r.MaxLe())
	}
	k, err := sm.DeriveKeys(sm.AES256, []byte("SPECIMEN"))
	if err != nil {
		t.Fatal(err)
	}
	bare := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return []byte{0x67, 0x00}, nil })
	r = lds.NewReader(sm.NewChannel(bare, k, 0), 65536)
	if _, err := r.Read(context.Background(), lds.DG1); !errors.Is(err, sm.ErrUnprotected) || r.MaxLe() != 256 {
		t.Errorf("%v, MaxLe %d", err, r.MaxLe())
	}
}

// Lengths that no command can say must not reach the card; a file that does not
// exist must not be asked for.
func TestNewReader(t *testing.T) {
	for le, want := range map[int]int{-1: 1, 0: 1, 1: 1, 65536: 65536, 65537: 65536, 1 << 30: 65536} {
		if got := lds.NewReader(nil, le).MaxLe(); got != want {
			t.Errorf("%d became %d", le, got)
		}
	}
	if _, err := lds.NewReader(nil, 256).Read(context.Background(), lds.File(0x11)); !errors.Is(err, lds.ErrFile) {
		t.Errorf("no file: %v", err)
	}
}

// FuzzReader: a card that says anything never panics the reader, never makes it
// read for ever, and what is read is one element of the right tag.
func FuzzReader(f *testing.F) {
	f.Add([]byte{0x61, 0x02, 0x01, 0x02}, uint16(0x9000), uint16(0x9000), byte(255))
	f.Add([]byte{0x61, 0x82, 0x01, 0x00}, uint16(0x9000), uint16(0x6282), byte(200))
	f.Add([]byte{0x61, 0x7F}, uint16(0x6C10), uint16(0x6700), byte(0))
	f.Add([]byte{0x61, 0x7F}, uint16(0x6110), uint16(0x9000), byte(16))
	f.Fuzz(func(t *testing.T, header []byte, first, later uint16, n byte) {
		commands := 0
		c := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
			commands++
			if commands == 1 {
				return card.Response{Data: header, Status: card.Status(first)}.Bytes(), nil
			}
			return card.Response{Data: make([]byte, n), Status: card.Status(later)}.Bytes(), nil
		})
		b, err := lds.NewReader(c, 65536).Read(context.Background(), lds.DG1)
		if commands > 1024 {
			t.Fatalf("%d commands", commands)
		}
		if err != nil {
			return
		}
		if _, err := tlv.Only(b, 0x61); err != nil {
			t.Fatal(err)
		}
	})
}
