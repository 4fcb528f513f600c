package pcsc

import (
	"context"
	"slices"
	"sync"
	"time"
)

// monitor knows the state of the readers while somebody listens. Its goroutine
// looks at all readers, publishes what it saw, and waits for a change or for a
// listener who wants a look of his own.
type monitor struct {
	establish func() (resourceManager, error)
	wake      chan struct{} // capacity 1: a look is wanted, or the last listener left

	mu        sync.Mutex
	listeners int
	running   bool
	wanted    uint64 // looks that listeners asked for
	last      *snapshot
	replaced  chan struct{} // closed when last is replaced
	own       map[string]connections
}

// connections counts those of this process to the card in one reader.
type connections struct{ all, exclusive int }

func newMonitor(establish func() (resourceManager, error)) *monitor {
	return &monitor{
		establish: guarded(establish), wake: make(chan struct{}, 1),
		last: &snapshot{}, replaced: make(chan struct{}), own: map[string]connections{},
	}
}

// listener is one who listens from join to leave.
type listener struct {
	m      *monitor
	ticket uint64 // the look that was asked for
}

// join adds a listener and asks for a look, which begins after join did.
func (m *monitor) join() *listener {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.listeners++
	m.wanted++
	if !m.running {
		m.running = true
		go m.run()
	}
	m.signal()
	return &listener{m: m, ticket: m.wanted}
}

func (l *listener) leave() {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	if l.m.listeners--; l.m.listeners == 0 {
		l.m.signal()
	}
}

func (m *monitor) signal() {
	select {
	case m.wake <- struct{}{}:
	default: // a signal that is not yet taken will do
	}
}

// fresh waits for the look that the listener asked for.
func (l *listener) fresh(ctx context.Context) (*snapshot, error) {
	return l.await(ctx, func(s *snapshot) bool { return s.serial >= l.ticket })
}

// after waits for a snapshot other than the one given.
func (l *listener) after(ctx context.Context, old *snapshot) (*snapshot, error) {
	return l.await(ctx, func(s *snapshot) bool { return s != old })
}

func (l *listener) await(ctx context.Context, enough func(*snapshot) bool) (*snapshot, error) {
	for {
		l.m.mu.Lock()
		now, replaced := l.m.last, l.m.replaced
		l.m.mu.Unlock()
		if enough(now) {
			return now, nil
		}
		select {
		case <-replaced:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// ends says whether the goroutine of the monitor ends, since nobody listens.
func (m *monitor) ends() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running = m.listeners > 0
	return !m.running
}

// next says whether a look is due because somebody listens. What was signalled
// before is taken: the look answers it.
func (m *monitor) next() bool {
	select {
	case <-m.wake:
	default:
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.listeners > 0
}

// due says that there is no time to pause: a look that was asked for is not
// yet answered, or nobody listens.
func (m *monitor) due() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.listeners == 0 || m.wanted > m.last.serial
}

// request is the number of the last look asked for.
func (m *monitor) request() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.wanted
}

// publish replaces the last snapshot and tells whether something changed.
func (m *monitor) publish(s *snapshot) (changed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range s.readers {
		m.discount(&s.readers[i])
	}
	changed = s.epoch != m.last.epoch || (s.err == nil) != (m.last.err == nil) ||
		!slices.EqualFunc(s.readers, m.last.readers, seen.equal)
	m.last = s
	close(m.replaced)
	m.replaced = make(chan struct{})
	return changed
}

// discount takes the connections of this process out of what the service says
// of the use of a card. Beside an exclusive one there is no other; a shared one
// hides whether others came, so that what was known before stays.
func (m *monitor) discount(r *seen) {
	own := m.own[r.Name]
	if own.all == 0 {
		return
	}
	before, _ := m.last.find(r.Name)
	r.InUse = r.InUse && own.exclusive == 0 && before.InUse
}

// connected counts a connection of this process that begins (1) or ends (-1).
func (m *monitor) connected(reader string, shared bool, by int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	own := m.own[reader]
	own.all += by
	if !shared {
		own.exclusive += by
	}
	m.own[reader] = own
	if own.all == 0 {
		delete(m.own, reader)
	}
}

// pause waits for d, or until a look is wanted or nobody listens.
func (m *monitor) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-m.wake:
	}
}
