package idp

import (
	"errors"
	"sync"
	"time"
)

// errFull means that no more logins can be kept at present.
var errFull = errors.New("as many logins as the provider keeps")

// store finds transactions by the handles of their secrets. Implementations
// are safe for concurrent use and never lock a transaction while they hold a
// lock of their own.
type store interface {
	add(tx *transaction, now time.Time, handles ...handle) error // errFull
	index(tx *transaction, h handle)                             // one more handle; nothing when tx was removed
	find(h handle) *transaction                                  // nil when unknown
	remove(tx *transaction)
	sweep(now time.Time) // ends and forgets what has waited too long
}

// sweepEvery is how often add sweeps on its own.
const sweepEvery = 30 * time.Second

// memory keeps transactions in this process. It starts no goroutine: what is
// over is found when it is asked for, and forgotten by sweep.
type memory struct {
	max     int
	expired func(*transaction) // told of each login that a sweep ends, which it holds locked

	mu    sync.Mutex
	found map[handle]*transaction
	kept  map[*transaction][]handle
	swept time.Time
}

func newMemory(limit int, expired func(*transaction)) *memory {
	return &memory{max: limit, expired: expired, found: map[handle]*transaction{}, kept: map[*transaction][]handle{}}
}

func (m *memory) add(tx *transaction, now time.Time, handles ...handle) error {
	if m.due(now) {
		m.sweep(now)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) >= m.max {
		return errFull
	}
	m.kept[tx] = handles
	for _, h := range handles {
		m.found[h] = tx
	}
	return nil
}

// due says whether it is time to sweep: regularly, and once per second when
// the store is full, so that a flood does not turn into sweeping.
func (m *memory) due(now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	since := now.Sub(m.swept)
	return since >= sweepEvery || len(m.kept) >= m.max && since >= time.Second
}

func (m *memory) index(tx *transaction, h handle) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if handles, ok := m.kept[tx]; ok {
		m.kept[tx] = append(handles, h)
		m.found[h] = tx
	}
}

func (m *memory) find(h handle) *transaction {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found[h]
}

func (m *memory) remove(tx *transaction) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range m.kept[tx] {
		delete(m.found, h)
	}
	delete(m.kept, tx)
}

func (m *memory) sweep(now time.Time) {
	for _, tx := range m.all(now) {
		tx.mu.Lock()
		if tx.expire(now) {
			m.expired(tx)
		}
		forget := tx.forgettable(now)
		tx.mu.Unlock()
		if forget {
			m.remove(tx)
		}
	}
}

// all copies the list, so that sweep locks no transaction under m.mu.
func (m *memory) all(now time.Time) []*transaction {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.swept = now
	list := make([]*transaction, 0, len(m.kept))
	for tx := range m.kept {
		list = append(list, tx)
	}
	return list
}
