package idp

import (
	"errors"
	"slices"
	"sync"
	"time"

	"cnie.example/web/problem"
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
	if m.full() {
		m.makeRoom(now)
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

// due says whether it is time to sweep.
func (m *memory) due(now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return now.Sub(m.swept) >= sweepEvery
}

func (m *memory) full() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.kept) >= m.max
}

// roomShare is the part of the store that makeRoom empties at once, so that a
// flood does not turn into looking for room.
const roomShare = 16

// makeRoom forgets logins that have ended, then those that wait longest for
// their agent: a flood of beginnings must not keep people out for as long as
// beginnings are kept. Logins under way stay.
func (m *memory) makeRoom(now time.Time) {
	type waiting struct {
		tx    *transaction
		until time.Time
	}
	var give []*transaction
	var begun []waiting
	for _, tx := range m.all(now) {
		switch at, until := tx.stands(); at {
		case ended:
			give = append(give, tx)
		case started:
			begun = append(begun, waiting{tx, until})
		}
	}
	slices.SortFunc(begun, func(a, b waiting) int { return a.until.Compare(b.until) })
	for _, b := range begun {
		give = append(give, b.tx)
	}
	for _, tx := range give[:min(len(give), m.max/roomShare+1)] {
		tx.mu.Lock()
		if tx.step == started {
			tx.end(problem.TooMany, now)
			m.expired(tx)
		}
		gone := tx.step == ended // not fetched in between
		tx.mu.Unlock()
		if gone {
			m.remove(tx)
		}
	}
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
