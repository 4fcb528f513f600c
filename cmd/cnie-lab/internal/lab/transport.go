package lab

import (
	"context"
	"os"
	"sync"

	"cnie.example/card"
	"cnie.example/card/vcard"
	"cnie.example/cmd/internal/readers"
	"cnie.example/pcsc/pcscd"
	"cnie.example/web/agent"
)

// Transport is how the agent reaches the virtual card.
type Transport string

// Transports of the laboratory. Neither stands in for the other.
const (
	Embedded Transport = "embedded" // in the process, no reader
	PCSC     Transport = "pcsc"     // by a real pcscd with vpcd
)

// inserted is a virtual card as it lies in a reader: it can be pulled out after
// a number of commands.
type inserted struct {
	*vcard.Card
	mu        sync.Mutex
	left      int // commands until it is pulled out; negative: never
	pulledOut func()
}

// Transmit hands the command to the card, unless the card has been pulled out.
func (c *inserted) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	c.mu.Lock()
	gone := c.left == 0
	if c.left > 0 {
		c.left--
	}
	c.mu.Unlock()
	if gone {
		c.pulledOut()
		return nil, card.ErrRemoved
	}
	return c.Card.Transmit(ctx, command)
}

// Held gives a card without a reader, as if somebody held it there: every
// connection finds it and leaves it reset.
func Held(c *vcard.Card) agent.Cards {
	return embedded{card: &inserted{Card: c, left: -1, pulledOut: func() {}}}
}

// embedded gives the card to the agent without a reader.
type embedded struct {
	card *inserted // nil: an empty reader
	none error     // what an agent without reader or card is told
}

// Connect connects at once: the card is there or is not.
func (e embedded) Connect(ctx context.Context) (agent.Card, error) {
	if e.none != nil {
		return nil, e.none
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	e.card.Reset()
	return embeddedCard{e.card}, nil
}

type embeddedCard struct{ *inserted }

// Reader is a name, so that lengths can be remembered under it.
func (embeddedCard) Reader() string { return "LAB without a reader" }

// Close resets the card.
func (c embeddedCard) Close() error {
	c.Reset()
	return nil
}

// readerless says that the transport has no reader or no service at all.
type readerless struct{ service, reader bool }

// connectPCSC puts the card into a virtual reader and gives the agent's side
// of it. It never falls back to another transport.
func (s *Stand) connectPCSC(ctx context.Context, without readerless) (agent.Cards, error) {
	if without.service {
		return s.connectNowhere()
	}
	reader, err := openReader(ctx, pcscd.Options{NoReader: without.reader})
	if err != nil {
		return nil, err
	}
	s.onClose(reader.Close)
	if reader.Socket != "" {
		if err := os.Setenv(pcscd.SocketVariable, reader.Socket); err != nil {
			return nil, err
		}
	}
	if without.reader {
		return readers.PCSC(""), nil
	}
	if s.card != nil {
		err = s.insert(ctx, reader)
	}
	return readers.PCSC(reader.Name), err
}

// connectNowhere is what a machine without pcscd has: a socket that nobody
// serves.
func (s *Stand) connectNowhere() (agent.Cards, error) {
	dir, err := os.MkdirTemp("", "cnie-lab-pcscd")
	if err != nil {
		return nil, err
	}
	s.onClose(func() { os.RemoveAll(dir) })
	return readers.PCSC(""), os.Setenv(pcscd.SocketVariable, pcscd.Socket(dir))
}

// insert puts the card into the reader until it is pulled out or the stand
// closes.
func (s *Stand) insert(ctx context.Context, reader *Reader) error {
	ctx, remove := context.WithCancel(ctx)
	removed, err := reader.Insert(ctx, s.card)
	if err != nil {
		remove()
		return err
	}
	s.card.pulledOut = remove
	s.onClose(func() { remove(); <-removed })
	return nil
}
