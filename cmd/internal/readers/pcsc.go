//go:build cgo || windows

package readers

import (
	"context"

	"cnie.example/pcsc"
	"cnie.example/web/agent"
)

// PCSC gives the cards in one reader, or in any when the name is empty.
func PCSC(reader string) agent.Cards {
	return source{service: pcsc.NewService(), reader: reader}
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
	service *pcsc.Service
	reader  string
}

// Connect waits for a card and connects to it.
func (s source) Connect(ctx context.Context) (agent.Card, error) {
	reader, err := s.service.Wait(ctx, s.reader)
	if err != nil {
		return nil, err
	}
	c, err := s.service.Connect(ctx, reader.Name)
	if err != nil {
		return nil, err // not c: a nil *pcsc.Card is no nil agent.Card
	}
	return c, nil
}
