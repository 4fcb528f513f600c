package lds

import (
	"context"
	"errors"

	"cnie.example/card"
	"cnie.example/card/tlv"
)

// maxOffset is the largest offset that fits P1-P2 of READ BINARY with even INS.
const maxOffset = 0x7FFF

// Status words by which cards refuse a short EF identifier, besides those
// named in package card.
const (
	statusFileStructure card.Status = 0x6981 // command incompatible with file structure
	statusNoCurrentFile card.Status = 0x6986 // command not allowed, no current EF
)

// Instructions and parameters of ISO/IEC 7816-4, 11.2.2 and 11.3.3.
const (
	insSelect        = 0xA4
	selectEF         = 0x02 // P1: an EF below the current directory
	selectNoResponse = 0x0C // P2
	insReadBinary    = 0xB0
	insReadBinaryOdd = 0xB1
	shortFileBit     = 0x80 // of P1: the low bits are a short EF identifier
)

// part is what one READ BINARY gave: a byte at least, and no more than was
// asked for.
type part struct {
	data     []byte
	answered int  // length of the answer, with what is around data
	ended    bool // the card said that the file ends here
}

// first reads the beginning of the file, which becomes the current one.
func (r *Reader) first(ctx context.Context, f File) (part, error) {
	if !r.selects {
		p, err := r.beginning(ctx, shortFileBit|f.SFI())
		if err == nil {
			return p, nil
		}
		refused := refusedSFI(err)
		if _, answered := answer(err); !r.fallback || !answered || !errors.Is(refused, ErrSFIRefused) {
			return part{}, refused
		}
	}
	if err := r.selectFile(ctx, f); err != nil {
		return part{}, err
	}
	p, err := r.beginning(ctx, 0)
	r.selects = r.selects || err == nil
	return p, err
}

// selectFile carries no Le: some cards refuse one.
func (r *Reader) selectFile(ctx context.Context, f File) error {
	fid := f.FID()
	a, err := card.Send(ctx, r.card, card.Command{
		INS: insSelect, P1: selectEF, P2: selectNoResponse, Data: []byte{byte(fid >> 8), byte(fid)},
	})
	if err != nil {
		return err
	}
	return a.Err("SELECT")
}

// headerProbe is asked for when a card refuses everything longer: enough to
// tell the length of a file of less than 64 KiB.
const headerProbe = 4

// beginning reads at offset zero of the file in p1, or of the current one. A
// card that refuses each Le longer than the file is asked for the header only,
// from then on.
func (r *Reader) beginning(ctx context.Context, p1 byte) (part, error) {
	if !r.probes {
		p, err := r.even(ctx, p1, 0, card.MaxExtendedLe)
		if status, ok := answer(err); !ok || !isWrongLength(status) || r.le <= headerProbe {
			return p, err
		}
	}
	p, err := r.even(ctx, p1, 0, headerProbe)
	r.probes = err == nil
	return p, err
}

// next reads on in the current file, at most want bytes. Cards differ in what
// they do with a read that begins below 32 KiB and ends above: when they refuse
// it, the odd instruction reads there too.
func (r *Reader) next(ctx context.Context, offset, want int) (part, error) {
	if offset <= maxOffset {
		p, err := r.even(ctx, byte(offset>>8), byte(offset), want)
		if _, refused := answer(err); !refused || offset+min(r.le, want) <= maxOffset+1 {
			return p, err
		}
	}
	return r.odd(ctx, offset, want)
}

// even sends READ BINARY with the offset, or the short file identifier, in
// P1-P2.
func (r *Reader) even(ctx context.Context, p1, p2 byte, want int) (part, error) {
	a, le, err := r.send(ctx, card.Command{INS: insReadBinary, P1: p1, P2: p2}, want)
	if err != nil {
		return part{}, err
	}
	return r.give(a, a.Data, le)
}

// odd sends READ BINARY with the offset in DO'54' for the current file; the
// answer comes in DO'53', for which Le has to make room.
func (r *Reader) odd(ctx context.Context, offset, want int) (part, error) {
	at := []byte{byte(offset >> 16), byte(offset >> 8), byte(offset)}
	if at[0] == 0 {
		at = at[1:]
	}
	c := card.Command{INS: insReadBinaryOdd, Data: tlv.Append(nil, tagOffset, at)}
	a, _, err := r.send(ctx, c, want+discretionaryHeader)
	if err != nil {
		return part{}, unknownInstruction(err)
	}
	data, err := readDiscretionary(a.Data)
	if err != nil {
		return part{}, err
	}
	return r.give(a, data, want)
}

// give accepts data of a byte at least and cuts what is over limit.
func (r *Reader) give(a card.Response, data []byte, limit int) (part, error) {
	if len(data) == 0 {
		return part{}, ErrTruncated
	}
	data = data[:min(len(data), limit)]
	r.card.advanced(len(data))
	return part{data: data, answered: len(a.Data), ended: a.Status == card.StatusEndOfFile}, nil
}

// send sends a READ BINARY for at most want bytes, and again with smaller
// lengths while the card refuses the length. The answer is 9000 or 6282, le the
// length that was asked for.
func (r *Reader) send(ctx context.Context, c card.Command, want int) (a card.Response, le int, err error) {
	for c.Le = min(r.le, want); ; {
		// Protected, an answer of more than smallestStep bytes does not fit a short
		// one: the rest of a file is asked for as its beginning was.
		c.Extended = c.Le > smallestStep && r.le > card.MaxShortLe
		if !r.card.mayRead() {
			return card.Response{}, 0, ErrEndless
		}
		if a, err = card.Send(ctx, r.card, c); err != nil {
			r.foretell(err, c.Le)
			return card.Response{}, 0, err
		}
		switch {
		case a.Status == card.StatusOK, a.Status == card.StatusEndOfFile:
			return a, c.Le, nil
		case isWrongLength(a.Status) && r.step(c.Le):
			c.Le = min(r.le, want)
		default:
			return card.Response{}, 0, a.Err("READ BINARY")
		}
	}
}
