//go:build !cgo && !windows

package readers

import (
	"context"
	"fmt"
	"iter"

	"cnie.example/card"
	"cnie.example/web/agent"
)

var errBuild = fmt.Errorf("this program was built without PC/SC (CGO_ENABLED=0): %w", card.ErrNoService)

// PCSC gives no card: every Connect fails with card.ErrNoService.
func PCSC(string) agent.Cards { return none{} }

// List fails with card.ErrNoService.
func List(context.Context) ([]Reader, error) { return nil, errBuild }

// Watch tells that there is no service, and nothing else until ctx ends or the
// caller leaves the loop.
func Watch(ctx context.Context) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		if ctx.Err() == nil && yield(Event{Kind: "ServiceStopped", Err: errBuild}) {
			<-ctx.Done()
		}
	}
}

type none struct{}

// Connect fails with card.ErrNoService.
func (none) Connect(context.Context) (agent.Card, error) { return nil, errBuild }
