package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"

	"cnie.example/card"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/vpcd"
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
	return embeddedCard{e.card}, nil
}

type embeddedCard struct{ *inserted }

// Close resets the card.
func (c embeddedCard) Close() error {
	c.Reset()
	return nil
}

// readerless says that the transport has no reader or no service at all.
type readerless struct{ service, reader bool }

// connectPCSC puts the card into the virtual reader of a pcscd and gives the
// agent's side of it. As root the daemon is a private one; otherwise it is the
// system's, whose vpcd has to be installed and running. It never falls back to
// another transport.
func (s *Stand) connectPCSC(ctx context.Context, without readerless) (agent.Cards, error) {
	dir, err := os.MkdirTemp("", "cnie-lab-pcscd")
	if err != nil {
		return nil, err
	}
	s.onClose(func() { os.RemoveAll(dir) })
	if without.service {
		// A socket that nobody serves: what a machine without pcscd has.
		return readers.PCSC(""), os.Setenv(pcscd.SocketVariable, pcscd.Socket(dir))
	}
	daemon, err := pcscd.Start(ctx, dir, pcscd.Options{NoReader: without.reader})
	if errors.Is(err, pcscd.ErrUnsupported) {
		return s.connectSystem(ctx, without)
	}
	if err != nil {
		return nil, err
	}
	s.onClose(daemon.Stop)
	if err := os.Setenv(pcscd.SocketVariable, pcscd.Socket(dir)); err != nil {
		return nil, err
	}
	if s.card == nil || without.reader {
		return readers.PCSC(""), nil
	}
	conn, err := daemon.Dial(ctx)
	if err != nil {
		return nil, err
	}
	s.insert(ctx, conn)
	return readers.PCSC(pcscd.ReaderName), nil
}

// connectSystem uses the pcscd of the system.
func (s *Stand) connectSystem(ctx context.Context, without readerless) (agent.Cards, error) {
	if without.reader {
		return nil, errors.New("a pcscd without readers is a private one, which needs root")
	}
	if s.card == nil {
		return readers.PCSC(pcscd.SystemReaderName), nil
	}
	conn, err := vpcd.Dial(ctx, pcscd.SystemAddress)
	if err != nil {
		return nil, fmt.Errorf("the system's pcscd has no virtual reader (install vsmartcard-vpcd and start pcscd, or run as root): %w", err)
	}
	s.insert(ctx, conn)
	return readers.PCSC(pcscd.SystemReaderName), nil
}

// insert serves the card to vpcd until it is pulled out or the stand closes.
func (s *Stand) insert(ctx context.Context, conn net.Conn) {
	ctx, remove := context.WithCancel(ctx)
	s.card.pulledOut = remove
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = vpcd.Serve(ctx, conn, s.card) // it ends when the card is pulled out
	}()
	s.onClose(func() { remove(); <-served })
}
