package transcript

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
)

// Replayer is a card.Transmitter that plays a transcript: each command has to
// be the next of the transcript, byte for byte, and gets the answer noted
// there. After a command that is not, every further one fails with the same
// *OrderError. Its methods may be called concurrently.
type Replayer struct {
	exchanges []exchange
	random    []byte

	mu   sync.Mutex
	next int
	lost *OrderError
}

type exchange struct {
	command, response []byte
	failure           error
}

// NewReplayer plays t, whose bytes it copies. A redacted transcript, or one
// with a part taken out, is ErrRedacted.
func NewReplayer(t Transcript) (*Replayer, error) {
	p := &Replayer{}
	if t.Redacted {
		return nil, ErrRedacted
	}
	for _, e := range t.Events {
		switch e := e.(type) {
		case Random:
			b, ok := e.Bytes.Complete()
			if !ok {
				return nil, ErrRedacted
			}
			p.random = append(p.random, b...)
		case Exchange:
			command, whole := e.Command.Complete()
			response, too := e.Response.Complete()
			if !whole || !too {
				return nil, ErrRedacted
			}
			p.exchanges = append(p.exchanges, exchange{command, response, e.Failure.err()})
		}
	}
	return p, nil
}

// Transmit answers the command when it is the next one.
func (p *Replayer) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lost == nil {
		p.lost = p.compare(command)
	}
	if p.lost != nil {
		return nil, p.lost
	}
	x := p.exchanges[p.next]
	p.next++
	if x.failure != nil {
		return nil, x.failure
	}
	return bytes.Clone(x.response), nil
}

func (p *Replayer) compare(command []byte) *OrderError {
	position := p.next + 1
	if p.next == len(p.exchanges) {
		return &OrderError{position, -1, "a command after the end"}
	}
	due := p.exchanges[p.next].command
	if bytes.Equal(due, command) {
		return nil
	}
	offset := 0
	for offset < min(len(due), len(command)) && due[offset] == command[offset] {
		offset++
	}
	return &OrderError{position, offset, fmt.Sprintf(
		"command of %d bytes differs from that of %d bytes in the transcript at byte %d", len(command), len(due), offset,
	)}
}

// Random gives the recorded randomness in the order in which it was drawn. It
// fails with an *OrderError when more is asked for than was recorded.
func (p *Replayer) Random() io.Reader { return replayedRandom{p} }

type replayedRandom struct{ from *Replayer }

// Read gives as much as was recorded.
func (r replayedRandom) Read(b []byte) (int, error) {
	r.from.mu.Lock()
	defer r.from.mu.Unlock()
	if len(b) > 0 && len(r.from.random) == 0 {
		return 0, &OrderError{0, -1, "more randomness drawn than was recorded"}
	}
	n := copy(b, r.from.random)
	r.from.random = r.from.random[n:]
	return n, nil
}

// Played is how many exchanges were played, and of how many.
func (p *Replayer) Played() (played, of int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.next, len(p.exchanges)
}

// Done is nil when the whole transcript was played and all randomness drawn,
// else an *OrderError.
func (p *Replayer) Done() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.lost != nil:
		return p.lost
	case p.next < len(p.exchanges):
		return &OrderError{p.next + 1, -1, fmt.Sprintf("the conversation ended, %d exchanges are left", len(p.exchanges)-p.next)}
	case len(p.random) > 0:
		return &OrderError{0, -1, fmt.Sprintf("%d bytes of randomness were not drawn", len(p.random))}
	}
	return nil
}
