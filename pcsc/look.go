package pcsc

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ebfe/scard"
)

// pnpReader is the pseudo reader whose state changes when a reader comes or
// goes (pcsc-lite and Windows).
const pnpReader = `\\?PnP?\Notification`

// look is what the readers showed at one time.
type look struct {
	states []scard.ReaderState // of the readers, and last of the pseudo reader where there is one
	pnp    bool                // the service tells when a reader comes or goes
}

// counted says that the service counts readers (Windows) or their comings and
// goings (pcsc-lite since 2.3) in the high word of the pseudo reader, so that a
// wait cannot miss a reader that came before it began.
func (l look) counted() bool { return l.pnp && l.states[len(l.states)-1].EventState>>16 != 0 }

func (l look) names() []string {
	var names []string
	for _, s := range l.states {
		if s.Reader != pnpReader {
			names = append(names, s.Reader)
		}
	}
	return names
}

func (l look) readers() []seen {
	var readers []seen
	for _, s := range l.states {
		if s.Reader != pnpReader {
			readers = append(readers, toSeen(s))
		}
	}
	return readers
}

// waitStates gives the states to wait under. They go back as they came: their
// high words count, and a wait under any other number ends at once.
func (l look) waitStates() []scard.ReaderState {
	states := make([]scard.ReaderState, len(l.states))
	for i, s := range l.states {
		states[i] = scard.ReaderState{Reader: s.Reader, CurrentState: s.EventState &^ scard.StateChanged}
	}
	return states
}

// attempts is how often the readers are listed anew when they change while
// they are looked at.
const attempts = 8

// lookAround lists the readers and asks for their states. The list is taken
// before and after: a reader that comes between the list and the states would
// be in the count of the pseudo reader and not in the list, and would be missed.
func lookAround(rm resourceManager) (look, error) {
	names, err := list(rm)
	if err != nil {
		return look{}, err
	}
	// The pseudo reader is left out where asking for it fails: it may be unknown,
	// or one reader too many (pcsc-lite takes 16 at a time).
	for pnp, n := true, 0; n < attempts; n++ {
		l, err := states(rm, names, pnp)
		if errors.Is(err, scard.ErrUnknownReader) || errors.Is(err, scard.ErrInvalidParameter) {
			pnp = n < 2
		} else if err != nil {
			return look{}, err
		}
		again, listErr := list(rm)
		if listErr != nil {
			return look{}, listErr
		}
		if err == nil && slices.Equal(names, again) {
			return l, nil
		}
		names = again
	}
	return look{}, fmt.Errorf("the readers change without end: %w", ErrDriver)
}

// states asks for the states of the named readers and of the pseudo reader.
func states(rm resourceManager, names []string, pnp bool) (look, error) {
	l := look{}
	for _, name := range names {
		l.states = append(l.states, scard.ReaderState{Reader: name})
	}
	if pnp {
		l.states = append(l.states, scard.ReaderState{Reader: pnpReader})
	}
	if len(l.states) == 0 {
		return l, nil
	}
	err := rm.GetStatusChange(l.states, 0)
	if errors.Is(err, scard.ErrTimeout) && len(names) == 0 {
		err = nil // no reader and no news of one
	}
	if err != nil {
		return look{}, err
	}
	if n := len(l.states) - 1; pnp && l.states[n].EventState&scard.StateUnknown != 0 {
		l.states, pnp = l.states[:n], false
	}
	l.pnp = pnp
	return l, nil
}

// list asks for the names of the readers. pcsc-lite reports none as an error,
// other services as an empty list.
func list(rm resourceManager) ([]string, error) {
	found, err := rm.ListReaders()
	if errors.Is(err, scard.ErrNoReadersAvailable) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range found {
		if name != "" && name != pnpReader && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// cancelUntil cancels the wait until it has returned. Cancel is lost when it
// comes a moment before the wait begins, so it is repeated.
func cancelUntil(rm resourceManager, done <-chan error) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for tick := time.Millisecond; ; tick = min(2*tick, 100*time.Millisecond) {
		_ = rm.Cancel() // a failed cancel is repeated like a lost one
		timer.Reset(tick)
		select {
		case err := <-done:
			return err
		case <-timer.C:
		}
	}
}
