//go:build cgo || windows

package readers

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"cnie.example/card"
	"cnie.example/pcsc"
	"cnie.example/web/agent"
)

type connected struct{ agent.Card }

// Would catch: a login that ends because the card moved on the antenna, one
// that never ends, and an error other than that taken for it.
func TestConnectWaitsAgainForACardThatWent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := []error{card.ErrNoCard, card.ErrRemoved, nil}
		s := source{
			wait: func(context.Context) (pcsc.Reader, error) { return pcsc.Reader{Name: "A", Present: true}, nil },
			connect: func(_ context.Context, name string) (agent.Card, error) {
				err := answers[0]
				if answers = answers[1:]; err != nil || name != "A" {
					return nil, err
				}
				return connected{}, nil
			},
		}
		if c, err := s.Connect(t.Context()); err != nil || c == nil || len(answers) != 0 {
			t.Errorf("got %v, %v, %d answers left", c, err, len(answers))
		}
		answers = []error{card.ErrUnresponsive, nil}
		if _, err := s.Connect(t.Context()); !errors.Is(err, card.ErrUnresponsive) || len(answers) != 1 {
			t.Errorf("card that does not answer: %v", err)
		}
		tries := 0
		s.connect = func(context.Context, string) (agent.Card, error) { tries++; return nil, card.ErrNoCard }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Connect(ctx); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, card.ErrNoCard) || tries > 21 {
			t.Errorf("card that never stays: %v after %d tries", err, tries)
		}
	})
}
