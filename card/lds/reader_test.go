package lds_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// reading is a card that answers READ BINARY and SELECT and keeps what was asked.
type reading struct {
	files   map[lds.File][]byte
	largest int // bytes in one answer
	// tooMuch answers a length above largest; nil gives a short answer.
	tooMuch func(le int) card.Status
	atEnd   card.Status // when the file ends before Le

	noSFI    card.Status // answers a short identifier
	noOdd    card.Status // answers the odd instruction
	exact    card.Status // answers an Le beyond the end of the file
	crossing card.Status // answers an even read that ends above 32 KiB
	header   int         // bytes of the length of DO'53'; 0 for the shortest form

	current []byte
	asked   []string
}

func (r *reading) Transmit(_ context.Context, b []byte) ([]byte, error) {
	c, err := card.ParseCommand(b)
	if err != nil {
		return nil, err
	}
	return r.answer(c).Bytes(), nil
}

func (r *reading) answer(c card.Command) card.Response {
	switch c.INS {
	case 0xA4:
		r.asked = append(r.asked, fmt.Sprintf("select %02X%02X %X %d", c.P1, c.P2, c.Data, c.Le))
		return r.pick(func(f lds.File) bool { return fmt.Sprintf("%04X", f.FID()) == fmt.Sprintf("%X", c.Data) })
	case 0xB1:
		return r.odd(c)
	}
	r.asked = append(r.asked, fmt.Sprintf("%02X%02X %d", c.P1, c.P2, c.Le))
	offset := int(c.P1)<<8 | int(c.P2)
	if c.P1&0x80 != 0 {
		if r.noSFI != 0 {
			return card.Response{Status: r.noSFI}
		}
		if a := r.pick(func(f lds.File) bool { return f.SFI() == c.P1&0x1F }); a.Status != card.StatusOK {
			return a
		}
		offset = int(c.P2)
	}
	if r.crossing != 0 && offset > 0 && offset+c.Le > 0x8000 {
		return card.Response{Status: r.crossing}
	}
	return r.from(offset, c.Le)
}

// pick makes a file the current one.
func (r *reading) pick(is func(lds.File) bool) card.Response {
	for f, content := range r.files {
		if is(f) {
			r.current = content
			return card.Response{Status: card.StatusOK}
		}
	}
	return card.Response{Status: card.StatusFileNotFound}
}

func (r *reading) from(offset, le int) card.Response {
	if le > r.largest && r.tooMuch != nil {
		return card.Response{Status: r.tooMuch(le)}
	}
	if offset >= len(r.current) {
		return card.Response{Status: card.StatusOffset}
	}
	rest := r.current[offset:]
	if len(rest) < le && r.exact != 0 {
		return card.Response{Status: r.exact}
	}
	if len(rest) < le && len(rest) <= r.largest {
		return card.Response{Data: rest, Status: r.atEnd}
	}
	return card.Response{Data: rest[:min(le, r.largest, len(rest))], Status: card.StatusOK}
}

// odd answers READ BINARY with the offset in DO'54'. Le counts the header of
// DO'53'.
func (r *reading) odd(c card.Command) card.Response {
	if r.noOdd != 0 {
		return card.Response{Status: r.noOdd}
	}
	value, err := tlv.Only(c.Data, 0x54)
	if err != nil || c.P1 != 0 || c.P2 != 0 || len(value) < 2 || len(value) > 3 {
		return card.Response{Status: card.StatusWrongData}
	}
	offset := 0
	for _, b := range value {
		offset = offset<<8 | int(b)
	}
	r.asked = append(r.asked, fmt.Sprintf("odd %X %d", value, c.Le))
	if r.header == 0 {
		for n := min(c.Le, r.largest); ; n-- {
			a := r.from(offset, n)
			do := tlv.Append(nil, 0x53, a.Data)
			if len(a.Data) == 0 || len(do) <= min(c.Le, r.largest) {
				return card.Response{Data: do, Status: a.Status}
			}
		}
	}
	a := r.from(offset, min(c.Le, r.largest)-2-r.header)
	do := []byte{0x53, 0x80 | byte(r.header)}
	for i := r.header - 1; i >= 0; i-- {
		do = append(do, byte(len(a.Data)>>(8*i)))
	}
	return card.Response{Data: append(do, a.Data...), Status: a.Status}
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

// Files over 32 KiB must come whole, whatever the card can do with offsets: a
// reader that stops there gives a face image cut in the middle.
func TestReaderLongFiles(t *testing.T) {
	for name, tc := range map[string]struct {
		n        int
		c        reading
		want     error
		commands int // at most
	}{
		"one answer":                 {40000, reading{largest: 65536}, nil, 1},
		"the longest answer":         {65536, reading{largest: 65536}, nil, 1},
		"two answers":                {40000, reading{largest: 32000, noOdd: 0x6D00}, nil, 2}, // the second begins below 32 KiB
		"crossing, no odd":           {32900, reading{largest: 1000, noOdd: 0x6D00}, nil, 33},
		"odd":                        {40000, reading{largest: 1000}, nil, 42},
		"odd, protected":             {40000, reading{largest: 231}, nil, 175},
		"odd, short":                 {33200, reading{largest: 223, tooMuch: always(0x6700)}, nil, 160},
		"odd, 3 bytes of offset":     {70000, reading{largest: 65536}, nil, 3},
		"odd, long header":           {70000, reading{largest: 1000, header: 3}, nil, 75},
		"odd, header of two":         {40000, reading{largest: 200, header: 2}, nil, 210},
		"crossing refused":           {40000, reading{largest: 1000, crossing: 0x6B00}, nil, 43},
		"the limit":                  {lds.MaxFileSize, reading{largest: 65536}, nil, 18},
		"the limit, short":           {lds.MaxFileSize, reading{largest: 223, header: 1}, nil, 4900},
		"above the limit":            {lds.MaxFileSize + 1, reading{largest: 65536}, lds.ErrTooLong, 1},
		"no odd":                     {40000, reading{largest: 1000, noOdd: 0x6D00}, lds.ErrTooLong, 34},
		"no odd, other word":         {40000, reading{largest: 1000, noOdd: 0x6A81}, lds.ErrTooLong, 34},
		"crossing refused, no odd":   {40000, reading{largest: 1000, crossing: 0x6700, noOdd: 0x6D00}, lds.ErrTooLong, 60},
		"odd, forbidden":             {40000, reading{largest: 1000, noOdd: 0x6982}, card.ErrSecurityStatus, 34},
		"odd, end before the length": {40000, reading{largest: 1000, noOdd: 0x6B00}, lds.ErrTruncated, 34},
	} {
		t.Run(name, func(t *testing.T) {
			want := file(lds.DG2, tc.n)
			c := tc.c
			c.files, c.atEnd = map[lds.File][]byte{lds.DG2: want}, card.StatusOK
			r := lds.NewReader(&c, 65536)
			got, err := r.Read(context.Background(), lds.DG2)
			if !errors.Is(err, tc.want) || err == nil && !bytes.Equal(got, want) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if len(c.asked) > tc.commands {
				t.Errorf("%d commands: %v", len(c.asked), c.asked[:min(len(c.asked), 50)])
			}
			if want := min(tc.c.largest, 65536); err == nil && r.MaxLe() < min(want, 223) {
				t.Errorf("MaxLe %d", r.MaxLe())
			}
		})
	}
}

// The bytes of the odd instruction: offset in DO'54', P1-P2 zero for the current
// file, and room in Le for the header of the answer.
func TestReaderOddCommand(t *testing.T) {
	c := &reading{files: map[lds.File][]byte{lds.DG2: file(lds.DG2, 70000)}, largest: 33000, atEnd: card.StatusOK}
	if _, err := lds.NewReader(c, 65536).Read(context.Background(), lds.DG2); err != nil {
		t.Fatal(err)
	}
	// 33000, then 32996 after the header of DO'53', then the rest.
	if want := []string{"8200 65536", "odd 80E8 33000", "odd 0101CC 4009"}; !slices.Equal(c.asked, want) {
		t.Errorf("asked %v, want %v", c.asked, want)
	}
}

// What is no DO'53', or says another length than it has, must not be taken for
// the file: the bytes of its header would be in the image.
func TestReaderOddRefuses(t *testing.T) {
	content := file(lds.DG2, 40000)
	for name, answer := range map[string][]byte{
		"bare data":         content[33000:33100],
		"another tag":       tlv.Append(nil, 0x54, content[33000:33100]),
		"nothing":           {},
		"tag only":          {0x53},
		"no data":           {0x53, 0x00},
		"length cut":        {0x53, 0x82, 0x01},
		"indefinite":        {0x53, 0x80, 0x01, 0x02},
		"longer than it is": {0x53, 0x05, 0x01, 0x02},
		"shorter":           {0x53, 0x01, 0x01, 0x02},
		"long length":       {0x53, 0x84, 0x00, 0x00, 0x00, 0x01, 0x01},
	} {
		c := card.TransmitterFunc(func(_ context.Context, b []byte) ([]byte, error) {
			if b[1] == 0xB0 {
				return append(bytes.Clone(content[:33000]), 0x90, 0x00), nil
			}
			return append(bytes.Clone(answer), 0x90, 0x00), nil
		})
		if b, err := lds.NewReader(c, 65536).Read(context.Background(), lds.DG2); !errors.Is(err, lds.ErrTruncated) || errors.Is(err, lds.ErrEndless) {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}

// A card without short identifiers must be read by selection when that is
// allowed, be remembered, and be refused with its own error when it is not.
func TestReaderSelects(t *testing.T) {
	files := specimenFiles()
	for _, refusal := range []card.Status{0x6981, 0x6986, 0x6A81, 0x6A86, 0x6B00} {
		c := &reading{files: files, largest: 65536, atEnd: card.StatusEndOfFile, noSFI: refusal}
		if _, err := lds.NewReader(c, 65536).Read(context.Background(), lds.DG1); !errors.Is(err, lds.ErrSFIRefused) {
			t.Errorf("%v: %v", refusal, err)
		}
		r := lds.NewReader(c, 65536, lds.SelectFallback())
		c.asked = nil
		for _, f := range []lds.File{lds.DG1, lds.SOD} {
			if got, err := r.Read(context.Background(), f); err != nil || !bytes.Equal(got, files[f]) || !r.UsesSelect() {
				t.Errorf("%v, %v: %d bytes, %v", refusal, f, len(got), err)
			}
		}
		want := []string{"8100 65536", "select 020C 0101 0", "0000 65536", "select 020C 011D 0", "0000 65536"}
		if !slices.Equal(c.asked, want) {
			t.Errorf("%v: asked %v, want %v", refusal, c.asked, want)
		}
		if _, err := r.Read(context.Background(), lds.DG2); !errors.Is(err, card.ErrFileNotFound) {
			t.Errorf("%v, no such file: %v", refusal, err)
		}
	}
}

// Files that are merely forbidden or absent must not make the reader select
// them: that is another command, which the consent per file does not know.
func TestReaderSelectsOnlyWhenRefused(t *testing.T) {
	for _, refusal := range []card.Status{0x6982, 0x6A82, 0x6700, 0x6F00} {
		c := &reading{files: specimenFiles(), largest: 65536, noSFI: refusal}
		r := lds.NewReader(c, 65536, lds.SelectFallback())
		var status *card.StatusError
		if _, err := r.Read(context.Background(), lds.DG1); !errors.As(err, &status) || status.Status != refusal || r.UsesSelect() {
			t.Errorf("%v: %v", refusal, err)
		}
		if slices.ContainsFunc(c.asked, func(s string) bool { return s[0] == 's' }) {
			t.Errorf("%v: asked %v", refusal, c.asked)
		}
	}
	ok := &reading{files: specimenFiles(), largest: 65536, atEnd: card.StatusOK}
	if r := lds.NewReader(ok, 65536, lds.SelectFallback()); true {
		if _, err := r.Read(context.Background(), lds.DG1); err != nil || r.UsesSelect() || len(ok.asked) != 1 {
			t.Errorf("%v, asked %v", err, ok.asked)
		}
	}
	// A file that no selection finds leaves the reader as it was.
	none := &reading{largest: 65536, noSFI: 0x6A86}
	if r := lds.NewReader(none, 65536, lds.SelectFallback()); true {
		if _, err := r.Read(context.Background(), lds.DG1); !errors.Is(err, card.ErrFileNotFound) || r.UsesSelect() {
			t.Errorf("%v", err)
		}
	}
	// After a secure channel has ended there is no card to select on.
	broken := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
		return nil, fmt.Errorf("channel: %w", &card.StatusError{Op: "READ BINARY", Status: 0x6A86})
	})
	if r := lds.NewReader(broken, 65536, lds.SelectFallback()); true {
		if _, err := r.Read(context.Background(), lds.DG1); !errors.Is(err, lds.ErrSFIRefused) {
			t.Errorf("%v", err)
		}
	}
}

// Faults of cards that other readers give up on, or cut the file at.
func TestReaderFaultsOfCards(t *testing.T) {
	files := specimenFiles()
	for name, tc := range map[string]struct {
		c     reading
		asked []string // for DG14 of 391 bytes, then DG1 of 95; nil when of no interest
	}{
		// 6282 says that the file ends; the length in its header says more.
		"6282 early":          {reading{largest: 100, atEnd: card.StatusEndOfFile}, nil},
		"one byte at a time":  {reading{largest: 1, atEnd: card.StatusOK}, nil},
		"two bytes at a time": {reading{largest: 2, atEnd: card.StatusEndOfFile}, nil},
		"7 bytes at a time":   {reading{largest: 7, atEnd: card.StatusOK}, nil},
		"Le beyond the end is 6700": {
			reading{largest: 65536, exact: 0x6700},
			[]string{"8E00 65536", "8E00 256", "0100 135", "8100 256", "8100 231", "8100 223", "8100 4", "0004 91"},
		},
		"Le beyond the end is 6C00": {
			reading{largest: 256, exact: 0x6C00, tooMuch: always(0x6C00)}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := tc.c
			c.files = files
			r := lds.NewReader(&c, 65536)
			for _, f := range []lds.File{lds.DG14, lds.DG1} {
				got, err := r.Read(context.Background(), f)
				if err != nil || !bytes.Equal(got, files[f]) {
					t.Fatalf("%v: %d bytes, %v, asked %v", f, len(got), err, c.asked[:min(20, len(c.asked))])
				}
			}
			if tc.asked != nil && !slices.Equal(c.asked, tc.asked) {
				t.Errorf("asked %v\nwant  %v", c.asked, tc.asked)
			}
			// Once the card is known to refuse, the header is asked for at once.
			c.asked = nil
			if got, err := r.Read(context.Background(), lds.DG11); err != nil || !bytes.Equal(got, files[lds.DG11]) {
				t.Errorf("DG11: %d bytes, %v", len(got), err)
			}
			if tc.asked != nil && !slices.Equal(c.asked, []string{"8B00 4", "0004 97"}) {
				t.Errorf("asked %v", c.asked)
			}
		})
	}
}

// EF.DIR and EF.ATR/INFO do not say how long they are. Taken for one element
// they lose what follows; read without an end they never stop.
func TestReaderFilesOfElements(t *testing.T) {
	dir := append(element(0x61, "\x4F\x02\xA0\x01"), element(0x61, "\x4F\x02\xA0\x02")...)
	info := append(element(0x47, "\x00\x00\xC0"), element(0x7F66, "\x02\x02\x01\x00\x02\x02\x01\x00")...)
	for name, tc := range map[string]struct {
		c       reading
		padding []byte
		asked   int // reads of EF.DIR, at most
	}{
		"6282":              {reading{largest: 256, atEnd: card.StatusEndOfFile}, nil, 1},
		"9000, then 6B00":   {reading{largest: 256, atEnd: card.StatusOK}, nil, 2},
		"padded with 00":    {reading{largest: 256, atEnd: card.StatusOK}, make([]byte, 500), 1},
		"padded with FF":    {reading{largest: 256, atEnd: card.StatusOK}, bytes.Repeat([]byte{0xFF}, 500), 1},
		"one byte a read":   {reading{largest: 1, atEnd: card.StatusOK}, nil, 13},
		"five bytes, 6282":  {reading{largest: 5, atEnd: card.StatusEndOfFile}, nil, 5},
		"Le refused":        {reading{largest: 65536, exact: 0x6700}, nil, 30},
		"extended, no 6282": {reading{largest: 65536, atEnd: card.StatusOK}, nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			c := tc.c
			c.files = map[lds.File][]byte{lds.DIR: append(bytes.Clone(dir), tc.padding...), lds.ATRInfo: append(bytes.Clone(info), tc.padding...)}
			r := lds.NewReader(&c, 65536)
			if got, err := r.Read(context.Background(), lds.DIR); err != nil || !bytes.Equal(got, dir) {
				t.Errorf("DIR: %X, %v, asked %v", got, err, c.asked)
			}
			if len(c.asked) > tc.asked {
				t.Errorf("asked %v", c.asked)
			}
			if got, err := r.Read(context.Background(), lds.ATRInfo); err != nil || !bytes.Equal(got, info) {
				t.Errorf("ATRInfo: %X, %v", got, err)
			}
		})
	}
	for name, content := range map[string][]byte{
		"cut":        dir[:9],
		"header cut": append(bytes.Clone(dir), 0x61),
	} {
		c := &reading{files: map[lds.File][]byte{lds.DIR: content}, largest: 256, atEnd: card.StatusEndOfFile}
		if got, err := lds.NewReader(c, 256).Read(context.Background(), lds.DIR); !errors.Is(err, lds.ErrTruncated) {
			t.Errorf("%s: %X, %v", name, got, err)
		}
	}
	several := file(lds.DIR, 200)
	for n := range byte(6) {
		several = append(several, tlv.Append(nil, 0x61, bytes.Repeat([]byte{n + 1}, 200))...)
	}
	for _, end := range []card.Status{card.StatusEndOfFile, card.StatusOK} {
		c := &reading{files: map[lds.File][]byte{lds.DIR: several}, largest: 256, atEnd: end}
		if got, err := lds.NewReader(c, 256).Read(context.Background(), lds.DIR); err != nil || !bytes.Equal(got, several) {
			t.Errorf("%d bytes of %d in several reads: %v", len(got), len(several), err)
		}
	}
	long := append(tlv.Append(nil, 0x61, make([]byte, 40000)), dir...)
	c := &reading{files: map[lds.File][]byte{lds.DIR: long}, largest: 256, atEnd: card.StatusOK}
	if _, err := lds.NewReader(c, 256).Read(context.Background(), lds.DIR); !errors.Is(err, lds.ErrTooLong) {
		t.Errorf("40000 bytes: %v", err)
	}
}

// Memory must follow what the card sends, not what it announces: a header of
// four bytes must not cost a megabyte.
func TestReaderMemory(t *testing.T) {
	n := 0
	c := card.TransmitterFunc(func(_ context.Context, b []byte) ([]byte, error) {
		switch n++; n {
		case 1:
			return []byte{0x75, 0x83, 0x0F, 0xFF, 0x00, 0x90, 0x00}, nil
		case 2:
			return append(make([]byte, 100), 0x90, 0x00), nil
		}
		return []byte{0x6B, 0x00}, nil
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := lds.NewReader(c, 65536).Read(context.Background(), lds.DG2)
	runtime.ReadMemStats(&after)
	if !errors.Is(err, lds.ErrTruncated) {
		t.Error(err)
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 32<<10 {
		t.Errorf("%d bytes of memory for 105 bytes of file", taken)
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
		"header cut":            {card.Response{Data: first[:2], Status: 0x9000}, card.Response{Status: 0x6B00}, lds.ErrTruncated},
		"header of 5, cut":      {card.Response{Data: []byte{0x77, 0x83, 0x01}, Status: 0x9000}, card.Response{Status: 0x9000}, lds.ErrTruncated},
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
	f.Add([]byte{0x61, 0x83, 0x01, 0x00, 0x00}, uint16(0x9000), uint16(0x9000), byte(250))
	f.Fuzz(func(t *testing.T, header []byte, first, later uint16, n byte) {
		commands := 0
		c := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
			commands++
			if commands == 1 {
				return card.Response{Data: header, Status: card.Status(first)}.Bytes(), nil
			}
			return card.Response{Data: make([]byte, n), Status: card.Status(later)}.Bytes(), nil
		})
		r := lds.NewReader(c, 65536, lds.SelectFallback())
		b, err := r.Read(context.Background(), lds.DG1)
		if sent := len(header) + commands*int(n); commands > 1025+sent/32 || len(b) > sent {
			t.Fatalf("%d bytes in %d commands", len(b), commands)
		}
		commands = 0
		if list, err := r.Read(context.Background(), lds.ATRInfo); len(list) > len(header)+commands*int(n) {
			t.Fatalf("%d bytes of EF.ATR/INFO in %d commands, %v", len(list), commands, err)
		}
		if err != nil {
			return
		}
		if _, err := tlv.Only(b, 0x61); err != nil {
			t.Fatal(err)
		}
	})
}
