package pcsc

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// Service is the PC/SC service of the system. It holds nothing open: every
// call establishes what it needs, so a service that stops and comes back is
// found again by the next call. Its methods may be called concurrently.
type Service struct {
	establish func() (resourceManager, error)
}

// NewService gives the system's PC/SC service. It does not connect yet.
func NewService() *Service { return &Service{establish: establish} }

// Reader is a card reader as last seen.
type Reader struct {
	Name    string // name given by the service, unique among the readers present
	Present bool   // a card is in the reader or on its antenna
	Mute    bool   // the card present does not answer
	InUse   bool   // another program is connected to the card
	ATR     []byte // answer to reset of the card, nil without card; owned by the caller
}

// Readers lists the readers present, with the state of each. No reader at all
// is card.ErrNoReader; no service is card.ErrNoService. While a Wait is under way
// in this process, Readers waits for its end.
func (s *Service) Readers(ctx context.Context) ([]Reader, error) {
	var readers []Reader
	err := s.withContext("list readers", func(rm resourceManager) error {
		states, err := readerStates(rm)
		if err != nil {
			return err
		}
		if err := statusChange(ctx, rm, states, 0); err != nil {
			return err
		}
		readers = toReaders(states)
		return nil
	})
	return readers, err
}

// Wait returns the first reader with a card that answers, at once when there
// is one, else when a card arrives. With a name it looks at that reader only.
// Without any reader, or without the named one, it fails with card.ErrNoReader;
// when ctx ends first, with card.ErrNoCard and the cause of ctx.
func (s *Service) Wait(ctx context.Context, name string) (Reader, error) {
	var found Reader
	err := s.withContext("wait for a card", func(rm resourceManager) error {
		r, err := waitCard(ctx, rm, name)
		found = r
		return err
	})
	return found, err
}

// withContext runs f with a PC/SC context of its own and releases it.
func (s *Service) withContext(op string, f func(resourceManager) error) error {
	rm, err := s.establish()
	if err != nil {
		return failure(op, err)
	}
	defer rm.Release()
	if err := f(rm); err != nil {
		return failure(op, err)
	}
	return nil
}

// pnpReader is the pseudo reader whose state changes when a reader comes or
// goes (pcsc-lite and Windows).
const pnpReader = `\\?PnP?\Notification`

// lookAgain is how often the readers are listed where the pseudo reader is
// unknown (macOS).
const lookAgain = time.Second

// waitCard loops over state changes until a card is present.
func waitCard(ctx context.Context, rm resourceManager, name string) (Reader, error) {
	for {
		states, err := readerStates(rm)
		if err != nil {
			return Reader{}, err
		}
		if states = named(states, name); len(states) == 0 {
			return Reader{}, fmt.Errorf("%w named %q", card.ErrNoReader, name)
		}
		states = append(states, scard.ReaderState{Reader: pnpReader})
		if err := statusChange(ctx, rm, states, 0); err != nil {
			return Reader{}, err
		}
		for _, r := range toReaders(states[:len(states)-1]) {
			if r.Present && !r.Mute {
				return r, nil
			}
		}
		if err := awaitChange(ctx, rm, states); err != nil {
			return Reader{}, err
		}
	}
}

// awaitChange blocks until one of the readers just seen, or the set of readers,
// changes. The last one is the pseudo reader; where it is unknown, awaitChange
// ends after lookAgain at the latest.
func awaitChange(ctx context.Context, rm resourceManager, seen []scard.ReaderState) error {
	for i := range seen {
		// The state of the pseudo reader goes back as it came: its high word counts
		// readers (Windows) or their comings and goings (pcsc-lite since 2.3), and a
		// wait under any other number ends at once.
		seen[i].CurrentState = seen[i].EventState &^ scard.StateChanged
	}
	timeout := time.Duration(-1)
	if pnp := len(seen) - 1; seen[pnp].EventState&scard.StateUnknown != 0 {
		seen, timeout = seen[:pnp], lookAgain
	}
	err := statusChange(ctx, rm, seen, timeout)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", card.ErrNoCard, context.Cause(ctx))
	case timeout > 0 && errors.Is(err, scard.ErrTimeout):
		return nil
	}
	return err
}

// readerStates asks for the names of the readers. pcsc-lite reports none as an
// error, other services as an empty list.
func readerStates(rm resourceManager) ([]scard.ReaderState, error) {
	names, err := rm.ListReaders()
	if err != nil {
		return nil, err
	}
	states := make([]scard.ReaderState, 0, len(names))
	for _, name := range names {
		if name != "" {
			states = append(states, scard.ReaderState{Reader: name})
		}
	}
	if len(states) == 0 {
		return nil, card.ErrNoReader
	}
	return states, nil
}

func named(states []scard.ReaderState, name string) []scard.ReaderState {
	if name == "" {
		return states
	}
	for _, s := range states {
		if s.Reader == name {
			return []scard.ReaderState{s}
		}
	}
	return nil
}

func toReaders(states []scard.ReaderState) []Reader {
	readers := make([]Reader, len(states))
	for i, s := range states {
		readers[i] = Reader{
			Name:    s.Reader,
			Present: s.EventState&scard.StatePresent != 0,
			Mute:    s.EventState&scard.StateMute != 0,
			InUse:   s.EventState&(scard.StateInuse|scard.StateExclusive) != 0,
		}
		if readers[i].Present {
			readers[i].ATR = append([]byte(nil), s.Atr...)
		}
	}
	return readers
}

// statusTurn lets one wait at a time into the driver, in the whole process.
// ebfe/scard keeps only the newest buffer of a reader's name alive: with two
// waits on one name the first reads freed memory. The fault is global to the
// process, so the lock is too; it is the one variable of this package.
var statusTurn = make(chan struct{}, 1)

// statusChange is SCardGetStatusChange that ends with ctx. A negative timeout
// waits without limit.
func statusChange(ctx context.Context, rm resourceManager, states []scard.ReaderState, timeout time.Duration) error {
	select {
	case statusTurn <- struct{}{}:
		defer func() { <-statusTurn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	done := make(chan error, 1)
	go func() { done <- rm.GetStatusChange(states, timeout) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		cancelUntil(rm, done)
		return context.Cause(ctx)
	}
}

// cancelUntil cancels the wait until it has returned. Cancel is lost when it
// comes a moment before the wait begins, so it is repeated.
func cancelUntil(rm resourceManager, done <-chan error) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		_ = rm.Cancel() // a failed cancel is repeated like a lost one
		select {
		case <-done:
			return
		case <-tick.C:
		}
	}
}
