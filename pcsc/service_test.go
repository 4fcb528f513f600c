package pcsc

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// pnpEvents is what the pseudo reader counts: neither the number of readers nor
// that of those waited for.
const pnpEvents = 7

// scripted is a resource manager whose answers a test sets. A wait blocks until
// a change or a cancel comes, as the real one does.
type scripted struct {
	mu       sync.Mutex
	readers  []string
	listErr  error
	present  map[string]bool
	changed  chan struct{}
	cancels  chan struct{}
	waiting  int
	together int // the most waits seen at once
	connect  func() (handle, error)
	released int
	noPnP    bool // the pseudo reader is unknown, as on macOS
	mute     bool // the card present does not answer
	asked    int  // waits begun
}

func newScripted(readers ...string) *scripted {
	return &scripted{
		readers: readers, present: map[string]bool{},
		changed: make(chan struct{}, 8), cancels: make(chan struct{}),
	}
}

func (s *scripted) service() *Service {
	return &Service{establish: func() (resourceManager, error) { return s, nil }}
}

func (s *scripted) ListReaders() ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readers, s.listErr
}

func (s *scripted) GetStatusChange(states []scard.ReaderState, timeout time.Duration) error {
	if len(states) == 0 {
		panic("GetStatusChange without readers")
	}
	s.mu.Lock()
	s.waiting++
	s.together = max(s.together, s.waiting)
	s.asked++
	last := &states[len(states)-1]
	pnp := last.Reader == pnpReader
	// An unknown reader is a change, and so is another count than the last one.
	changed := pnp && (s.noPnP || last.CurrentState>>16 != pnpEvents)
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.waiting--; s.mu.Unlock() }()
	if s.asked > 1000 {
		return errors.New("asked again and again")
	}
	if timeout != 0 && !changed {
		var late <-chan time.Time
		if timeout > 0 {
			late = time.After(timeout)
		}
		select {
		case <-s.changed:
		case <-s.cancels:
			return scard.ErrCancelled
		case <-late:
			return scard.ErrTimeout
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range states {
		states[i].EventState = scard.StateEmpty | 0xB0000 // an event counter in the high word
		if s.present[states[i].Reader] {
			states[i].EventState, states[i].Atr = scard.StatePresent|0xB0000, []byte{0x3B, 0x00}
			if s.mute {
				states[i].EventState |= scard.StateMute
			}
		}
	}
	switch {
	case pnp && s.noPnP:
		last.EventState = scard.StateChanged | scard.StateUnknown
	case pnp:
		last.EventState = pnpEvents << 16
	}
	return nil
}

// Cancel is lost unless a wait is in progress, like SCardCancel.
func (s *scripted) Cancel() error {
	select {
	case s.cancels <- struct{}{}:
	default:
	}
	return nil
}

func (s *scripted) Release() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.released++
	return nil
}

func (s *scripted) Connect(string) (handle, error) { return s.connect() }

func (s *scripted) put(reader string, there bool) {
	s.mu.Lock()
	s.present[reader] = there
	s.mu.Unlock()
	s.changed <- struct{}{}
}

// Would catch: "no service" told as "no reader", the complaint most heard of
// other agents, and a service without readers told as a success.
func TestReadersNamesItsFailures(t *testing.T) {
	down := &Service{establish: func() (resourceManager, error) { return nil, scard.ErrNoService }}
	if _, err := down.Readers(t.Context()); !errors.Is(err, card.ErrNoService) {
		t.Errorf("service down: %v", err)
	}
	none := newScripted()
	none.listErr = scard.ErrNoReadersAvailable
	if _, err := none.service().Readers(t.Context()); !errors.Is(err, card.ErrNoReader) {
		t.Errorf("no reader, pcsc-lite's way: %v", err)
	}
	if _, err := newScripted().service().Readers(t.Context()); !errors.Is(err, card.ErrNoReader) {
		t.Errorf("no reader, empty list: %v", err)
	}
}

// Would catch: a card already present that is waited for, the event counter of
// the high word taken for a state, a context that is not released.
func TestWaitSeesACardThatIsThere(t *testing.T) {
	s := newScripted("A", "B")
	s.present["B"] = true
	r, err := s.service().Wait(t.Context(), "")
	if err != nil || r.Name != "B" || len(r.ATR) != 2 || r.InUse || r.Mute {
		t.Fatalf("got %+v, %v", r, err)
	}
	if s.released != 1 {
		t.Errorf("context released %d times", s.released)
	}
}

// Would catch: a card that arrives during the wait and is not reported.
func TestWaitSeesACardArrive(t *testing.T) {
	s := newScripted("A")
	go s.put("A", true)
	if r, err := s.service().Wait(t.Context(), "A"); err != nil || r.Name != "A" {
		t.Fatalf("got %+v, %v", r, err)
	}
}

// Would catch: a wait that spins, since it tells the pseudo reader another count
// than the service has.
func TestWaitForOneOfSeveral(t *testing.T) {
	s := newScripted("A", "B")
	time.AfterFunc(10*time.Millisecond, func() { s.put("B", true) })
	if r, err := s.service().Wait(t.Context(), "B"); err != nil || r.Name != "B" || s.asked > 3 {
		t.Errorf("got %+v, %v after %d waits", r, err, s.asked)
	}
}

// Would catch: a wait that spins where the pseudo reader is unknown and so ends
// each wait at once, one that no longer sees a card there, and one that does not
// look for new readers.
func TestWaitWithoutPseudoReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A")
		s.noPnP = true
		go func() {
			time.Sleep(10 * lookAgain)
			s.mu.Lock()
			s.readers, s.present["B"] = []string{"A", "B"}, true
			s.mu.Unlock()
		}()
		if r, err := s.service().Wait(t.Context(), ""); err != nil || r.Name != "B" {
			t.Fatalf("reader that arrives: %+v, %v", r, err)
		}
		if s.asked > 40 {
			t.Errorf("%d waits in ten periods", s.asked)
		}
		go func() {
			time.Sleep(lookAgain / 2)
			s.put("A", true)
		}()
		begun := time.Now()
		if r, err := s.service().Wait(t.Context(), "A"); err != nil || r.Name != "A" || time.Since(begun) >= lookAgain {
			t.Fatalf("card that arrives: %+v, %v after %v", r, err, time.Since(begun))
		}
	})
}

// Would catch: a card that does not answer, such as one put in upside down,
// taken for the one that is waited for.
func TestWaitPassesOverAMuteCard(t *testing.T) {
	s := newScripted("A")
	s.present["A"], s.mute = true, true
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if r, err := s.service().Wait(ctx, ""); !errors.Is(err, card.ErrNoCard) {
		t.Errorf("got %+v, %v", r, err)
	}
}

// Would catch: a wait that does not end with its context, also when the first
// Cancel is lost, or that hides why it ended.
func TestWaitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err := newScripted("A").service().Wait(ctx, "")
	if !errors.Is(err, card.ErrNoCard) || !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

// Would catch: a wait for a reader that is not there.
func TestWaitWithoutTheNamedReader(t *testing.T) {
	if _, err := newScripted("A").service().Wait(t.Context(), "B"); !errors.Is(err, card.ErrNoReader) {
		t.Fatalf("got %v", err)
	}
}

// Would catch: two waits at once in the driver, which lets ebfe/scard read
// freed memory.
func TestOneWaitAtATime(t *testing.T) {
	s := newScripted("A")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { _, _ = s.service().Wait(ctx, "") })
	}
	all.Wait()
	if s.together != 1 {
		t.Errorf("%d waits at once", s.together)
	}
}
