package chipproof

import (
	"errors"
	"fmt"

	"cnie.example/attest/refusal"
	"cnie.example/card"
)

// What the other side lets pass in one login, over all batches: its relay
// refuses more (docs/protocol.md, relay rule of the agent).
const (
	MaxCommands = 32
	MaxBytes    = 8 * card.MaxExtendedLe // sum of the Le of all commands
)

const (
	insReadBinary   = 0xB0
	shortIdentifier = 0x80 // in P1: bits 5 to 1 are a short file identifier (ISO/IEC 7816-4, 11.3.3)
	largestP2       = 0xFF // offset of a read by short file identifier
	largestOffset   = 0x7FFF
)

// budget is what may still be asked for.
type budget struct{ commands, bytes int }

func newBudget() budget { return budget{MaxCommands, MaxBytes} }

func (b *budget) take(bytes int) bool {
	b.commands--
	b.bytes -= bytes
	return b.commands >= 0 && b.bytes >= 0
}

// step is one command that is out.
type step struct {
	reading *reading
	offset  int // of the first byte asked for
	le      int
}

// next plans and wraps the next batch: for every file that is not complete a
// read by short file identifier, which selects it, then further reads up to
// its end. It returns nil when every file is complete.
//
// Each batch selects its files anew, because the relay of the other side lets
// a plain offset pass only behind such a read in the same batch.
func (x *Exchange) next() ([][]byte, error) {
	x.batch = nil
	for _, r := range x.readings {
		if !r.done {
			x.batch = append(x.batch, x.sizes.plan(r)...)
		}
	}
	var commands [][]byte
	for _, s := range x.batch {
		c, err := x.wrap(s)
		if err != nil {
			return nil, err
		}
		commands = append(commands, c)
	}
	return commands, nil
}

// plan lists the reads that bring r to its end: one, when the end is unknown.
// Each asks for the same length, so that the last may pass the end of the file.
func (z sizes) plan(r *reading) []step {
	// The offset of a read by short file identifier has one byte. Where more is
	// known already, its data is not needed, only that it selects the file.
	first := step{reading: r, offset: len(r.content), le: z.le}
	if first.offset > largestP2 {
		first.offset, first.le = largestP2, 1
	}
	steps := []step{first}
	at := max(len(r.content), first.offset+first.le)
	for ; at < r.size && len(steps) <= MaxCommands; at += z.le {
		steps = append(steps, step{reading: r, offset: at, le: z.le})
	}
	return steps
}

// wrap protects one command under the next counter. Every offset that fits P2
// goes with the short file identifier (ISO/IEC 7816-4, 11.3.3).
func (x *Exchange) wrap(s step) ([]byte, error) {
	tooSmall := refusal.New(refusal.MessageMalformed, errors.New("no protected read fits into the APDUs of card and reader"))
	c := card.Command{INS: insReadBinary, P1: byte(s.offset >> 8), P2: byte(s.offset), Le: s.le}
	if s.offset <= largestP2 {
		c.P1 = shortIdentifier | byte(s.reading.file)
	}
	if s.le < 1 {
		return nil, tooSmall
	}
	if s.offset > largestOffset || !x.budget.take(s.le) {
		return nil, refusal.New(refusal.FileTooLong, fmt.Errorf("%v of %d bytes", s.reading.file, s.reading.size))
	}
	wrapped, err := x.keys.Wrap(2*x.wrapped+1, c)
	if err != nil {
		return nil, fmt.Errorf("wrap READ BINARY: %w", err)
	}
	x.wrapped++
	b, err := wrapped.Bytes()
	if err != nil {
		return nil, fmt.Errorf("wrap READ BINARY: %w", err)
	}
	if len(b) > x.sizes.maxCommand {
		return nil, tooSmall
	}
	return b, nil
}
