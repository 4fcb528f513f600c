package pcsc

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// ConnectOption changes how Connect connects.
type ConnectOption func(*connector)

// Shared lets other programs connect to the card too. Their commands come
// between those of this connection except in a transaction.
func Shared() ConnectOption {
	return func(c *connector) { c.mode = scard.ShareShared }
}

// sharingPatience is how long Connect waits for a program that looks at every
// card that arrives, as token managers do, to let go of it.
const sharingPatience = 2 * time.Second

// Connect connects to the card in the named reader, for this program alone
// unless Shared is given, by T=1 where the card speaks it, else by T=0, where
// responses longer than 256 bytes come in pieces. A card that another program
// keeps is card.ErrBusy, an empty reader card.ErrNoCard, a card without answer
// card.ErrUnresponsive; when ctx ends first, the error wraps its cause. The
// caller closes the Card.
func (s *Service) Connect(ctx context.Context, reader string, opts ...ConnectOption) (*Card, error) {
	const op = "connect to the card"
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	c := &connector{monitor: s.monitor, reader: reader, mode: scard.ShareExclusive}
	for _, option := range opts {
		option(c)
	}
	connected, err := c.connect(ctx)
	if err != nil {
		return nil, failure(op, err)
	}
	return connected, nil
}

// connector makes one connection.
type connector struct {
	monitor *monitor
	reader  string
	mode    scard.ShareMode
	kept    atomic.Bool // another program keeps the card
}

// connect runs the blocking calls beside ctx. A connection that is made after
// ctx ended is closed.
func (c *connector) connect(ctx context.Context) (*Card, error) {
	type result struct {
		card *Card
		err  error
	}
	made, left := make(chan result), make(chan struct{})
	defer close(left)
	go func() {
		card, err := c.open(ctx)
		select {
		case made <- result{card, err}:
		case <-left:
			if err == nil {
				_ = card.Close() // nobody is left to hear of it
			}
		}
	}()
	select {
	case r := <-made:
		return r.card, r.err
	case <-ctx.Done():
		if c.kept.Load() {
			return nil, fmt.Errorf("%w: %w", card.ErrBusy, context.Cause(ctx))
		}
		return nil, context.Cause(ctx)
	}
}

// open gives the card a PC/SC context of its own.
func (c *connector) open(ctx context.Context) (*Card, error) {
	rm, err := c.monitor.establish()
	if err != nil {
		return nil, serviceFailure("reach the service", err)
	}
	h, err := c.patiently(ctx, rm)
	if err != nil {
		_ = rm.Release() // the first error tells more
		return nil, err
	}
	atr, err := answerToReset(h)
	if err != nil {
		_ = h.Disconnect(scard.ResetCard)
		_ = rm.Release()
		return nil, err
	}
	shared := c.mode == scard.ShareShared
	c.monitor.connected(c.reader, shared, 1)
	return &Card{reader: c.reader, atr: atr, rm: rm, h: h, monitor: c.monitor, shared: shared, turn: make(chan struct{}, 1)}, nil
}

// answerToReset asks a card that was just connected. An answer to reset has
// two bytes at least (ISO/IEC 7816-3, 8.2.1).
func answerToReset(h handle) ([]byte, error) {
	if p := h.ActiveProtocol(); p != scard.ProtocolT0 && p != scard.ProtocolT1 {
		return nil, scard.ErrProtoMismatch // Transmit would panic on it
	}
	status, err := h.Status()
	if err != nil {
		return nil, err
	}
	if len(status.Atr) < 2 {
		return nil, scard.ErrInvalidAtr
	}
	return append([]byte(nil), status.Atr...), nil
}

func (c *connector) patiently(ctx context.Context, rm resourceManager) (handle, error) {
	patience := time.NewTimer(sharingPatience)
	defer patience.Stop()
	for {
		h, err := c.byProtocol(rm)
		if !errors.Is(err, scard.ErrSharingViolation) {
			return h, err
		}
		c.kept.Store(true)
		select {
		case <-patience.C:
			return nil, err
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", err, context.Cause(ctx))
		case <-time.After(50 * time.Millisecond):
		}
		if ctx.Err() != nil { // both came at once: no connection for nobody
			return nil, fmt.Errorf("%w: %w", err, context.Cause(ctx))
		}
	}
}

// byProtocol never asks for a direct connection or a raw protocol: Transmit
// panics on those.
func (c *connector) byProtocol(rm resourceManager) (handle, error) {
	h, err := rm.Connect(c.reader, c.mode, scard.ProtocolT1)
	if errors.Is(err, scard.ErrProtoMismatch) {
		h, err = rm.Connect(c.reader, c.mode, scard.ProtocolAny)
	}
	return h, err
}
