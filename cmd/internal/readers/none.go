//go:build !cgo && !windows

package readers

import (
	"context"
	"fmt"

	"cnie.example/card"
	"cnie.example/web/agent"
)

var errBuild = fmt.Errorf("this program was built without PC/SC (CGO_ENABLED=0): %w", card.ErrNoService)

// PCSC gives no card: every Connect fails with card.ErrNoService.
func PCSC(string) agent.Cards { return none{} }

// List fails with card.ErrNoService.
func List(context.Context) ([]Reader, error) { return nil, errBuild }

type none struct{}

// Connect fails with card.ErrNoService.
func (none) Connect(context.Context) (agent.Card, error) { return nil, errBuild }
