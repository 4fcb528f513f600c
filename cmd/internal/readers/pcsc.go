//go:build cgo || windows

package readers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cnie.example/card"
	"cnie.example/pcsc"
	"cnie.example/web/agent"
)

// PCSC gives the cards in one reader, or in any when the name is empty.
func PCSC(reader string) agent.Cards {
	service := pcsc.NewService()
	return source{
		wait: func(ctx context.Context) (pcsc.Reader, error) { return service.Wait(ctx, reader) },
		connect: func(ctx context.Context, name string) (agent.Card, error) {
			c, err := service.Connect(ctx, name)
			if err != nil {
				return nil, err // not c: a nil *pcsc.Card is no nil agent.Card
			}
			return c, nil
		},
	}
}

// List lists the readers present; its errors are those of pcsc.Service.Readers.
func List(ctx context.Context) ([]Reader, error) {
	found, err := pcsc.NewService().Readers(ctx)
	if err != nil {
		return nil, err
	}
	readers := make([]Reader, len(found))
	for i, r := range found {
		readers[i] = Reader(r)
	}
	return readers, nil
}

type source struct {
	wait    func(context.Context) (pcsc.Reader, error)
	connect func(ctx context.Context, reader string) (agent.Card, error)
}

// again is how long Connect leaves a reader alone whose card has just gone.
const again = 50 * time.Millisecond

// Connect waits for a card and connects to it. A card that goes before it is
// connected, as on an antenna, is waited for again.
func (s source) Connect(ctx context.Context) (agent.Card, error) {
	for {
		reader, err := s.wait(ctx)
		if err != nil {
			return nil, err
		}
		c, err := s.connect(ctx, reader.Name)
		if !errors.Is(err, card.ErrNoCard) && !errors.Is(err, card.ErrRemoved) {
			return c, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", err, context.Cause(ctx))
		case <-time.After(again):
		}
	}
}
