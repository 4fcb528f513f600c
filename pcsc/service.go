package pcsc

import (
	"context"
	"fmt"
	"iter"

	"cnie.example/card"
)

// Service is the PC/SC service of the system. It holds nothing open while
// nobody waits, watches or is connected, and a service that stops and comes
// back is found again. Its methods may be called concurrently.
type Service struct{ monitor *monitor }

// system is the one monitor of the process: ebfe/scard keeps only the newest
// buffer of a reader's name alive, so with two waits on one name the first
// reads freed memory. The fault is global to the process, so the monitor is
// too; it is the one variable of this package.
var system = newMonitor(establish)

// NewService gives the system's PC/SC service. It does not connect yet.
func NewService() *Service { return &Service{monitor: system} }

// Readers lists the readers present, with the state of each, as the service
// tells it now. No reader at all is card.ErrNoReader; no service is
// card.ErrNoService. It does not wait for a Wait or Watch under way.
func (s *Service) Readers(ctx context.Context) ([]Reader, error) {
	const op = "list readers"
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	v := s.monitor.join()
	defer v.leave()
	now, err := v.fresh(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if now.err != nil {
		return nil, fmt.Errorf("%s: %w", op, now.err)
	}
	if len(now.readers) == 0 {
		return nil, fmt.Errorf("%s: %w", op, card.ErrNoReader)
	}
	readers := make([]Reader, len(now.readers))
	for i, r := range now.readers {
		readers[i] = r.copied()
	}
	return readers, nil
}

// Wait returns the first reader with a card that answers, at once when there
// is one, else when a card arrives. With a name it looks at that reader only.
// Without any reader, or without the named one, it fails with card.ErrNoReader,
// also when the reader goes during the wait; without the service with
// card.ErrNoService; when ctx ends first, with card.ErrNoCard and the cause of
// ctx.
func (s *Service) Wait(ctx context.Context, name string) (Reader, error) {
	const op = "wait for a card"
	v := s.monitor.join()
	defer v.leave()
	now, err := v.fresh(ctx)
	for err == nil {
		if r, done, err := now.card(name); done {
			if err != nil {
				err = fmt.Errorf("%s: %w", op, err)
			}
			return r, err
		}
		now, err = v.after(ctx, now)
	}
	return Reader{}, fmt.Errorf("%s: %w: %w", op, card.ErrNoCard, err)
}

// card looks for a card that answers in the named reader, or in any. done says
// that there is one, or that there will be none.
func (s *snapshot) card(name string) (r Reader, done bool, err error) {
	if s.err != nil {
		return Reader{}, true, s.err
	}
	found := false
	for _, r := range s.readers {
		if name != "" && r.Name != name {
			continue
		}
		if found = true; r.Present && !r.Mute {
			return r.copied(), true, nil
		}
	}
	switch {
	case found:
		return Reader{}, false, nil
	case name == "":
		return Reader{}, true, card.ErrNoReader
	}
	return Reader{}, true, fmt.Errorf("%w named %q", card.ErrNoReader, name)
}

// Watch tells what happens at the readers until ctx ends or the caller leaves
// the loop, after which nothing of it is left. It begins with the events that
// lead to the present state: an arrival for every reader, an insertion for
// every card. A service that cannot be reached is an event, not an end.
//
// It starts no goroutine for the caller and keeps no queue: a caller who is
// slow gets the events that lead from what was last told to what is now, so
// that a card that came and went meanwhile is not told of, and a card that was
// changed is told as removed and inserted. pcsc-lite announces only cards and
// readers; that another program took or freed a card is told with the next
// announcement or with the next call of Readers by anybody in this process.
func (s *Service) Watch(ctx context.Context) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		v := s.monitor.join()
		defer v.leave()
		told := &snapshot{}
		now, err := v.fresh(ctx)
		for err == nil {
			for _, e := range told.until(now) {
				if ctx.Err() != nil || !yield(e) {
					return
				}
			}
			told = now
			now, err = v.after(ctx, now)
		}
	}
}
