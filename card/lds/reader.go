package lds

import (
	"context"
	"errors"
	"fmt"

	"cnie.example/card"
)

// Causes of errors of Reader.
var (
	// ErrSFIRefused: the card does not read by short EF identifier.
	ErrSFIRefused = errors.New("card refuses the short file identifier")
	// ErrTooLong: the file is longer than MaxFileSize, or than card and reader
	// can give.
	ErrTooLong = errors.New("file is too long")
	// ErrTruncated: the card ends before the length that the file announces, or
	// does not advance.
	ErrTruncated = errors.New("card does not give the whole file")
	// ErrEndless: the card draws more commands than any file takes. It is an
	// ErrTruncated too.
	ErrEndless = fmt.Errorf("too many commands for one file: %w", ErrTruncated)
)

// MaxFileSize is the longest file that is read, in bytes. The longest ones are
// face images: tens of kilobytes.
const MaxFileSize = 1 << 20

// Reader reads files with READ BINARY (ISO/IEC 7816-4, 11.3.3): the first
// command names the file by its short identifier and asks for as much as card
// and reader are known to give, the length is taken from the answer, and plain
// offsets fetch the rest, if any. A file that fits in one response takes one
// command. Beyond 32 KiB, where an offset no longer fits the header, the odd
// instruction carries it as data.
//
// Reader remembers what worked. It is not for concurrent use.
type Reader struct {
	card *counted
	le   int

	selects  bool // files have to be selected before they are read
	fallback bool // and may be: SelectFallback
	probes   bool // the card refuses an Le longer than the file
}

// ReaderOption changes a Reader under construction.
type ReaderOption func(*Reader)

// SelectFallback lets the reader select a file by its identifier when the card
// refuses the short one (ISO/IEC 7816-4, 11.2.2, P1 02). Without it such a
// refusal is ErrSFIRefused.
func SelectFallback() ReaderOption { return func(r *Reader) { r.fallback = true } }

// NewReader reads over t, a card or a secure channel. maxLe is the largest
// length to ask for, from 1 to 65536; anything else is taken as the nearest of
// the two. Without knowledge of card and reader it is 65536: refusals are
// answered by asking for 256, 231 and 223 bytes, and then for no more than the
// header of the file.
func NewReader(t card.Transmitter, maxLe int, options ...ReaderOption) *Reader {
	r := &Reader{card: &counted{Transmitter: t}, le: min(max(maxLe, 1), card.MaxExtendedLe)}
	for _, option := range options {
		option(r)
	}
	return r
}

// MaxLe is the largest length that card and reader have not refused.
func (r *Reader) MaxLe() int { return r.le }

// UsesSelect says whether the card refused a short file identifier and was read
// by selection since.
func (r *Reader) UsesSelect() bool { return r.selects }

// Read fetches a file whole: exactly the element it consists of, without what
// a card may store behind, or for EF.DIR and EF.ATR/INFO all their elements.
// The caller owns the bytes. Memory and commands are bounded by what the card
// sends, never by what it announces.
//
// The file must be below the directory or application that is selected. A
// status word that ends the reading is a *card.StatusError; ErrSFIRefused,
// ErrTooLong, ErrTruncated and ErrEndless tell the cases that a caller may act
// on, and a wrong tag is ErrFile. When the transport fails with 6700, as a
// secure channel does if the chip refuses the length without protection, MaxLe
// is one step lower afterwards, for a Reader over the next channel.
func (r *Reader) Read(ctx context.Context, f File) ([]byte, error) {
	b, err := r.read(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("read EF.%v: %w", f, err)
	}
	return b, nil
}

func (r *Reader) read(ctx context.Context, f File) ([]byte, error) {
	if _, ok := f.entry(); !ok {
		return nil, fmt.Errorf("no such file: %w", ErrFile)
	}
	r.card.begin()
	first, err := r.first(ctx, f)
	if err != nil {
		return nil, err
	}
	if f.isOneElement() {
		return r.element(ctx, f, first)
	}
	return r.elements(ctx, first)
}

// element reads on until the file has the length that it announces. A short
// answer in the midst of a file shows how much card and reader give at a time.
func (r *Reader) element(ctx context.Context, f File, got part) ([]byte, error) {
	b := got.data
	for {
		size, err := f.size(b)
		if err != nil {
			return nil, err
		}
		if len(b) >= size {
			return b[:size:size], nil
		}
		r.learn(got.answered)
		if got, err = r.next(ctx, len(b), size-len(b)); err != nil {
			return nil, truncated(err)
		}
		b = append(b, got.data...)
	}
}

// elements reads on while another element may follow. A file that ends where
// an element ends is whole.
func (r *Reader) elements(ctx context.Context, got part) ([]byte, error) {
	b := got.data
	for {
		n, at := extent(b)
		switch {
		case n > maxOffset:
			return nil, fmt.Errorf("%d bytes: %w", n, ErrTooLong)
		case at == closed, at == boundary && got.ended:
			return b[:n:n], nil
		}
		var err error
		got, err = r.even(ctx, byte(len(b)>>8), byte(len(b)), r.ahead(n-len(b)))
		if isEnd(err) && at == boundary {
			return b[:n:n], nil
		}
		if err != nil {
			return nil, truncated(err)
		}
		b = append(b, got.data...)
	}
}

// ahead is how much of a file of unknown length to ask for, when missing bytes
// of its last element are known to come: everything, unless the card refuses
// what goes beyond the end.
func (r *Reader) ahead(missing int) int {
	if r.probes {
		return max(missing, headerProbe/2)
	}
	return card.MaxExtendedLe
}
