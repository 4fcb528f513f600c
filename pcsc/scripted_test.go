package pcsc

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ebfe/scard"
)

// scripted is a PC/SC service that a test plays. It follows pcsc-lite: a wait
// ends when a reader differs from the state told to it, and a count in the high
// word of a state tells cards that come and go.
type scripted struct {
	counts bool // readers are counted, as by Windows and by pcsc-lite since 2.3
	noPnP  bool // the pseudo reader is unknown, as on macOS
	faults map[string]func() error

	mu       sync.Mutex
	readers  []string
	slots    map[string]*slot
	arrivals uint32        // readers that came or went
	changed  chan struct{} // closed at a change that is announced
	down     error         // why the service cannot be reached
	connect  func(scard.ShareMode, scard.Protocol) (handle, error)

	open     int // contexts not released
	waiting  int // waits in the driver
	together int // the most waits seen at once
	asked    int // calls of GetStatusChange
	service  *Service
}

type slot struct {
	present, mute, inUse bool
	count                uint32
	atr                  []byte
}

func newScripted(readers ...string) *scripted {
	s := &scripted{slots: map[string]*slot{}, faults: map[string]func() error{}, changed: make(chan struct{})}
	for _, r := range readers {
		s.readers, s.slots[r] = append(s.readers, r), &slot{}
	}
	s.service = &Service{monitor: newMonitor(s.establish)}
	return s
}

// fault lets a test break a call, or look at it.
func (s *scripted) fault(call string) error {
	s.mu.Lock()
	f := s.faults[call]
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	return f()
}

func (s *scripted) establish() (resourceManager, error) {
	if err := s.fault("establish"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return nil, s.down
	}
	s.open++
	return &scriptedContext{scripted: s, cancels: make(chan struct{})}, nil
}

// change changes the service and announces it, unless quiet is set.
func (s *scripted) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *scripted) put(reader string) {
	s.change(func() {
		slot := s.slots[reader]
		slot.present, slot.atr = true, []byte{0x3B, 0x00}
		slot.count++
	})
}

func (s *scripted) take(reader string) {
	s.change(func() {
		slot := s.slots[reader]
		slot.present, slot.mute, slot.inUse, slot.atr = false, false, false, nil
		slot.count++
	})
}

func (s *scripted) plug(reader string) {
	s.change(func() {
		s.readers, s.slots[reader] = append(slices.Clone(s.readers), reader), &slot{}
		s.arrivals++
	})
}

func (s *scripted) unplug(reader string) {
	s.change(func() {
		s.readers = slices.DeleteFunc(slices.Clone(s.readers), func(r string) bool { return r == reader })
		delete(s.slots, reader)
		s.arrivals++
	})
}

func (s *scripted) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// left fails the test when a context or a wait is left behind.
func (s *scripted) left(t *testing.T) {
	t.Helper()
	time.Sleep(time.Second) // a cancel that is lost is repeated
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open != 0 || s.waiting != 0 {
		t.Errorf("%d contexts and %d waits are left", s.open, s.waiting)
	}
	if s.together > 1 {
		t.Errorf("%d waits at once", s.together)
	}
}

type scriptedContext struct {
	*scripted
	cancels  chan struct{}
	released bool
}

func (c *scriptedContext) ListReaders() ([]string, error) {
	if err := c.fault("list"); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down != nil {
		return nil, c.down
	}
	if len(c.readers) == 0 {
		return nil, scard.ErrNoReadersAvailable
	}
	return c.readers, nil
}

func (c *scriptedContext) GetStatusChange(states []scard.ReaderState, timeout time.Duration) error {
	if len(states) == 0 {
		panic("GetStatusChange without readers")
	}
	call := "look"
	if timeout != 0 {
		call = "wait"
	}
	if err := c.fault(call); errors.Is(err, errNothing) {
		return nil
	} else if err != nil {
		return err
	}
	c.mu.Lock()
	c.waiting++
	c.together = max(c.together, c.waiting)
	c.asked++
	readers := len(c.readers)
	c.mu.Unlock()
	defer func() { c.mu.Lock(); c.waiting--; c.mu.Unlock() }()
	var late <-chan time.Time
	if timeout > 0 {
		late = time.After(timeout)
	}
	for {
		c.mu.Lock()
		differs, err := c.compare(states, readers)
		announced := c.changed
		c.mu.Unlock()
		if err != nil || differs {
			return err
		}
		if timeout == 0 {
			return scard.ErrTimeout
		}
		select {
		case <-announced:
		case <-c.cancels:
			return scard.ErrCancelled
		case <-late:
			return scard.ErrTimeout
		}
	}
}

// compare fills in the states and tells whether one differs from what it was
// told to be, or the number of readers from the one at the beginning.
func (c *scriptedContext) compare(states []scard.ReaderState, readers int) (differs bool, err error) {
	if c.down != nil {
		return false, c.down
	}
	for i := range states {
		s := &states[i]
		before, now := s.CurrentState, scard.StateUnaware
		slot, known := c.slots[s.Reader]
		switch {
		case s.Reader == pnpReader && c.noPnP:
			s.EventState, differs = scard.StateUnknown|scard.StateChanged, true
			continue
		case s.Reader == pnpReader && c.counts:
			s.EventState = scard.StateFlag(c.arrivals+1) << 16
			differs = differs || before>>16 != 0 && before>>16 != s.EventState>>16
			continue
		case s.Reader == pnpReader:
			differs = differs || len(c.readers) != readers
			continue
		case !known:
			return false, scard.ErrUnknownReader
		case slot.present:
			now = scard.StatePresent
		default:
			now = scard.StateEmpty
		}
		if slot.mute {
			now |= scard.StateMute
		}
		if slot.inUse {
			now |= scard.StateInuse
		}
		now |= scard.StateFlag(slot.count+0xB) << 16
		s.EventState, s.Atr = now|scard.StateChanged, slot.atr
		// Being in use is told, and is no reason to end a wait.
		differs = differs || now&^scard.StateInuse != before&^scard.StateInuse
	}
	return differs, nil
}

// Cancel is lost unless a wait is in progress, like SCardCancel.
func (c *scriptedContext) Cancel() error {
	select {
	case c.cancels <- struct{}{}:
	default:
	}
	return c.fault("cancel")
}

func (c *scriptedContext) Release() error {
	c.mu.Lock()
	if c.released {
		panic("released twice")
	}
	c.released = true
	c.open--
	c.mu.Unlock()
	return c.fault("release")
}

func (c *scriptedContext) Connect(_ string, mode scard.ShareMode, protocol scard.Protocol) (handle, error) {
	if err := c.fault("connect"); err != nil {
		return nil, err
	}
	return c.connect(mode, protocol)
}

var (
	errScripted = errors.New("scripted")
	errNothing  = errors.New("the wait ends at once, for nothing")
)
