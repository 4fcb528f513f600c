package lds

import (
	"context"
	"errors"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/tlv"
)

// Causes of errors of Reader.
var (
	// ErrSFIRefused: the card does not read by short EF identifier.
	ErrSFIRefused = errors.New("card refuses the short file identifier")
	// ErrTooLong: the file is longer than this version reads.
	ErrTooLong = errors.New("file is too long")
	// ErrTruncated: the card ends before the length that the file announces, or
	// does not advance.
	ErrTruncated = errors.New("card does not give the whole file")
	// ErrEndless: the card draws more commands than any file takes. It is an
	// ErrTruncated too.
	ErrEndless = fmt.Errorf("too many commands for one file: %w", ErrTruncated)
)

// Limits of reading one file.
const (
	maxFileSize = 1 << 16
	maxOffset   = 0x7FFF // P1-P2 of READ BINARY with even INS

	// maxReads bounds a card that advances a few bytes at a time. The longest
	// file takes fewer than 300 reads of the smallest step.
	maxReads = 512

	// maxCommands bounds a card that answers each read with 61xx, which draws
	// GET RESPONSE: two commands for each read are more than any file takes.
	maxCommands = 2 * maxReads
)

// Status words by which cards refuse a short EF identifier, besides those
// named in package card.
const (
	statusFileStructure card.Status = 0x6981 // command incompatible with file structure
	statusNoCurrentFile card.Status = 0x6986 // command not allowed, no current EF
)

const (
	insReadBinary = 0xB0
	shortFileBit  = 0x80 // of P1: the low bits are a short EF identifier
)

// Reader reads files with READ BINARY (ISO/IEC 7816-4, 11.3.3): the first
// command names the file by its short identifier and asks for as much as card
// and reader are known to give, the length is taken from the answer, and plain
// offsets fetch the rest, if any. A file that fits in one response takes one
// command.
//
// Reader remembers the length that worked. It is not for concurrent use.
type Reader struct {
	card *counted
	le   int
}

// counted is the card with the number of commands left for one file. What a
// secure channel sends underneath for one command counts as one.
type counted struct {
	card.Transmitter
	left int
}

// Transmit passes a command on, or fails with ErrEndless when none is left.
func (c *counted) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if c.left <= 0 {
		return nil, ErrEndless
	}
	c.left--
	return c.Transmitter.Transmit(ctx, command)
}

// NewReader reads over t, a card or a secure channel. maxLe is the largest
// length to ask for, from 1 to 65536; anything else is taken as the nearest of
// the two. Without knowledge of card and reader it is 65536: refusals are
// answered by asking for 256, 231 and 223 bytes.
func NewReader(t card.Transmitter, maxLe int) *Reader {
	return &Reader{card: &counted{Transmitter: t}, le: min(max(maxLe, 1), card.MaxExtendedLe)}
}

// MaxLe is the largest length that card and reader have not refused.
func (r *Reader) MaxLe() int { return r.le }

// Read fetches a file whole: exactly the element it consists of, without what
// a card may store behind. The caller owns the bytes.
//
// The file must be below the directory or application that is selected. A
// status word that ends the reading is a *card.StatusError; ErrSFIRefused,
// ErrTooLong, ErrTruncated and ErrEndless tell the cases that a caller may act on, and a
// wrong tag is ErrFile. When the transport fails with 6700, as a secure channel
// does if the chip refuses the length without protection, MaxLe is one step
// lower afterwards, for a Reader over the next channel.
func (r *Reader) Read(ctx context.Context, f File) ([]byte, error) {
	b, err := r.read(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("read EF.%v: %w", f, err)
	}
	return b, nil
}

func (r *Reader) read(ctx context.Context, f File) ([]byte, error) {
	if f.Tag() == 0 {
		return nil, fmt.Errorf("no such file: %w", ErrFile)
	}
	budget := maxReads
	r.card.left = maxCommands
	b, err := r.binary(ctx, shortFileBit|byte(f), 0, card.MaxExtendedLe, &budget)
	if err != nil {
		return nil, refusedSFI(err)
	}
	size, err := f.size(b)
	if err != nil {
		return nil, err
	}
	if len(b) < size {
		r.learn(len(b))
	}
	for len(b) < size {
		more, err := r.next(ctx, len(b), size, &budget)
		if err != nil {
			return nil, err
		}
		b = append(b, more...)
	}
	return b[:size:size], nil
}

// next reads on in the current file.
func (r *Reader) next(ctx context.Context, offset, size int, budget *int) ([]byte, error) {
	if size > maxOffset+r.le || offset > maxOffset {
		return nil, fmt.Errorf("%d bytes: %w", size, ErrTooLong)
	}
	b, err := r.binary(ctx, byte(offset>>8), byte(offset), size-offset, budget)
	if err != nil {
		return nil, truncated(err)
	}
	if offset+len(b) < size && len(b) < r.le {
		r.learn(len(b))
	}
	return b, nil
}

// size is the length of the file that begins with b.
func (f File) size(b []byte) (int, error) {
	if tlv.Tag(b[0]) != f.Tag() { // every file has a tag of one byte
		return 0, fmt.Errorf("file begins with tag %02X: %w", b[0], ErrFile)
	}
	size, err := tlv.Size(b)
	if err != nil {
		return 0, f.malformed(err)
	}
	if size > maxFileSize {
		return 0, fmt.Errorf("%d bytes: %w", size, ErrTooLong)
	}
	return size, nil
}

// binary sends one READ BINARY for at most want bytes, and again with smaller
// lengths while the card refuses the length. At least one byte comes back.
func (r *Reader) binary(ctx context.Context, p1, p2 byte, want int, budget *int) ([]byte, error) {
	for {
		if *budget--; *budget < 0 {
			return nil, ErrTruncated
		}
		le := min(r.le, want)
		c := card.Command{INS: insReadBinary, P1: p1, P2: p2, Le: le}
		a, err := card.Send(ctx, r.card, c)
		if err != nil {
			r.foretell(err, le)
			return nil, err
		}
		switch {
		case a.Status == card.StatusOK, a.Status == card.StatusEndOfFile:
			if len(a.Data) == 0 {
				return nil, ErrTruncated
			}
			return a.Data[:min(len(a.Data), le)], nil
		case isWrongLength(a.Status) && r.step(le):
		default:
			return nil, a.Err("READ BINARY")
		}
	}
}

// learn takes a short answer in the midst of a file for the most that card and
// reader give at a time. It does not go below the smallest step.
func (r *Reader) learn(n int) {
	r.le = min(r.le, max(n, smallestStep))
}

// foretell steps down when a lower layer failed because of the length.
func (r *Reader) foretell(err error, le int) {
	var status *card.StatusError
	if errors.As(err, &status) && isWrongLength(status.Status) {
		r.step(le)
	}
}

// steps are the lengths to fall back to: the most of a short command, then the
// most whose protected response fits 256 bytes, with cipher blocks of 8 and of
// 16 bytes.
func steps() [3]int { return [...]int{card.MaxShortLe, 231, smallestStep} }

const smallestStep = 223

// step lowers the length to the next step below what was refused; false when
// there is none.
func (r *Reader) step(refused int) bool {
	for _, s := range steps() {
		if s < refused {
			r.le = s
			return true
		}
	}
	return false
}

func isWrongLength(s card.Status) bool { return s == card.StatusWrongLength || s.SW1() == 0x6C }

// truncated marks the status word for an offset behind the end.
func truncated(err error) error {
	var status *card.StatusError
	if errors.As(err, &status) && status.Status == card.StatusOffset {
		return fmt.Errorf("%w: %w", ErrTruncated, err)
	}
	return err
}

// refusedSFI marks the status words that cards without short identifiers give.
func refusedSFI(err error) error {
	var status *card.StatusError
	if !errors.As(err, &status) {
		return err
	}
	switch status.Status {
	case statusFileStructure, statusNoCurrentFile, card.StatusNotSupported,
		card.StatusWrongParameters, card.StatusOffset:
		return fmt.Errorf("%w: %w", ErrSFIRefused, err)
	}
	return err
}
