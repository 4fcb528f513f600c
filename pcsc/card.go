package pcsc

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// Card is an exclusive connection to the card in a reader, a card.Transmitter.
// Its methods may be called concurrently; commands go one at a time.
type Card struct {
	reader string
	atr    []byte
	rm     resourceManager
	h      handle

	mu      sync.Mutex
	pending <-chan struct{} // closed when the command that ctx abandoned returns
	closed  bool
}

// sharingPatience is how long Connect waits for a program that looks at every
// card that arrives, as token managers do, to let go of it.
const sharingPatience = 2 * time.Second

// Connect connects to the card in the named reader, for this program alone. A
// card that another program keeps is card.ErrBusy, an empty reader
// card.ErrNoCard, a card without answer card.ErrUnresponsive. The caller
// closes the Card.
func (s *Service) Connect(ctx context.Context, reader string) (*Card, error) {
	const op = "connect to the card"
	rm, err := s.establish()
	if err != nil {
		return nil, failure(op, err)
	}
	c, err := connect(ctx, rm, reader)
	if err != nil {
		rm.Release()
		return nil, failure(op, err)
	}
	return c, nil
}

func connect(ctx context.Context, rm resourceManager, reader string) (*Card, error) {
	h, err := connectPatiently(ctx, rm, reader)
	if err != nil {
		return nil, err
	}
	status, err := h.Status()
	if err == nil && h.ActiveProtocol() != scard.ProtocolT0 && h.ActiveProtocol() != scard.ProtocolT1 {
		err = scard.ErrProtoMismatch
	}
	if err != nil {
		_ = h.Disconnect(scard.ResetCard) // the first error tells more
		return nil, err
	}
	return &Card{reader: reader, atr: status.Atr, rm: rm, h: h}, nil
}

func connectPatiently(ctx context.Context, rm resourceManager, reader string) (handle, error) {
	ctx, cancel := context.WithTimeout(ctx, sharingPatience)
	defer cancel()
	for {
		h, err := rm.Connect(reader)
		if !errors.Is(err, scard.ErrSharingViolation) {
			return h, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Reader is the name of the reader.
func (c *Card) Reader() string { return c.reader }

// ATR is the answer to reset, a copy.
func (c *Card) ATR() []byte { return append([]byte(nil), c.atr...) }

// Transmit sends one command APDU and returns the response APDU (SCardTransmit).
// PC/SC cannot interrupt a card: when ctx ends first, Transmit returns and the
// connection is dead, every later call fails with card.ErrUnresponsive.
func (c *Card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	const op = "transmit"
	if len(command) < 4 { // the driver panics on an empty command
		return nil, fmt.Errorf("%s: %d bytes: %w", op, len(command), card.ErrCommand)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.pending != nil {
		return nil, fmt.Errorf("%s: connection is over: %w", op, card.ErrUnresponsive)
	}
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	response, err := c.exchange(ctx, append([]byte(nil), command...))
	if err != nil {
		return nil, failure(op, err)
	}
	return response, nil
}

// exchange runs the blocking call beside ctx. command belongs to it.
func (c *Card) exchange(ctx context.Context, command []byte) ([]byte, error) {
	type answer struct {
		response []byte
		err      error
	}
	answered, returned := make(chan answer, 1), make(chan struct{})
	go func() {
		defer close(returned)
		r, err := c.h.Transmit(command)
		if err == nil && len(r) < 2 {
			err = scard.ErrNotTransacted // vpcd's way to tell that the card has gone
		}
		answered <- answer{r, c.explain(err)}
	}()
	select {
	case a := <-answered:
		return a.response, a.err
	case <-ctx.Done():
		c.pending = returned
		return nil, context.Cause(ctx)
	}
}

// Services notice a removal by looking at the reader from time to time
// (pcscd: every 400 ms), and until then report a failed transmission.
const (
	noticeTime  = 900 * time.Millisecond
	noticeSteps = 30 * time.Millisecond
)

// explain asks for the state of the card after a failed command, until the
// service knows better than that it failed or noticeTime is over.
func (c *Card) explain(err error) error {
	if k := kindOf(err); err == nil || k != nil && !errors.Is(k, card.ErrUnresponsive) {
		return err
	}
	for waited := time.Duration(0); waited < noticeTime; waited += noticeSteps {
		if _, now := c.h.Status(); errors.Is(now, scard.ErrRemovedCard) || errors.Is(now, scard.ErrResetCard) ||
			errors.Is(now, scard.ErrReaderUnavailable) || errors.Is(now, scard.ErrNoService) {
			return now
		}
		time.Sleep(noticeSteps)
	}
	return err
}

// Close ends the connection and resets the card, so that no channel and no
// verified PIN outlives it. Closing twice is harmless. While an abandoned
// command is still with the card, Close returns at once and the reset follows.
func (c *Card) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	if c.pending != nil {
		go func(pending <-chan struct{}) {
			<-pending
			_ = c.release() // nobody is left to hear of it
		}(c.pending)
		return nil
	}
	return c.release()
}

func (c *Card) release() error {
	err := c.h.Disconnect(scard.ResetCard)
	if e := c.rm.Release(); err == nil {
		err = e
	}
	if err == nil || errors.Is(kindOf(err), card.ErrRemoved) || errors.Is(kindOf(err), card.ErrReset) {
		return nil // a card that is gone or reset keeps nothing
	}
	return failure("disconnect", err)
}
