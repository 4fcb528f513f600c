package idp

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"cnie.example/web/problem"
)

func newTestTransaction(now time.Time) *transaction {
	tx := &transaction{}
	tx.advance(started, now)
	return tx
}

func testHandle(n int) handle { return handleOf(kindCode, fmt.Append(nil, n)) }

// Catches a store that grows without end, and one that gives up logins under
// way for new ones.
func TestStoreIsBounded(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	m := newMemory(3, unheard)
	for i := range 3 {
		tx := newTestTransaction(now)
		tx.advance(fetched, now)
		if err := m.add(tx, now, testHandle(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.add(newTestTransaction(now), now, testHandle(3)); !errors.Is(err, errFull) {
		t.Fatalf("fourth of three: %v", err)
	}
	wait, _ := fetched.patience()
	later := now.Add(wait + remembrance)
	if err := m.add(newTestTransaction(later), later, testHandle(5)); err != nil {
		t.Fatalf("store is still full of what has expired: %v", err)
	}
}

// Catches a flood of beginnings that keeps people out: those that wait longest
// give way, ended ones before them, and they are told of as ended.
func TestStoreMakesRoom(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	var heard []*transaction
	m := newMemory(3, func(tx *transaction) { heard = append(heard, tx) })
	var kept []*transaction
	for i := range 3 {
		at := now.Add(time.Duration(i) * time.Second)
		tx := newTestTransaction(at)
		if i == 1 {
			tx.end(problem.Declined, at)
		}
		if err := m.add(tx, at, testHandle(i)); err != nil {
			t.Fatal(err)
		}
		kept = append(kept, tx)
	}
	for i, gone := range []int{1, 0, 2} {
		at := now.Add(time.Minute + time.Duration(i)*time.Second)
		if err := m.add(newTestTransaction(at), at, testHandle(10+i)); err != nil {
			t.Fatal(err)
		}
		if m.find(testHandle(gone)) != nil || len(m.kept) != 3 {
			t.Errorf("step %d: %d kept, login %d still there", i, len(m.kept), gone)
		}
	}
	if len(heard) != 2 || kept[0].outcome != problem.TooMany {
		t.Errorf("heard of %d, outcome %q", len(heard), kept[0].outcome)
	}
}

// Catches a handle that outlives its login, and one added after the end.
func TestStoreForgetsEveryHandle(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	m := newMemory(3, unheard)
	tx := newTestTransaction(now)
	if err := m.add(tx, now, testHandle(1), testHandle(2)); err != nil {
		t.Fatal(err)
	}
	m.index(tx, testHandle(3))
	for i := 1; i <= 3; i++ {
		if m.find(testHandle(i)) != tx {
			t.Errorf("handle %d does not find its login", i)
		}
	}
	m.remove(tx)
	m.index(tx, testHandle(4))
	if len(m.found) != 0 || len(m.kept) != 0 {
		t.Errorf("%d handles and %d logins left", len(m.found), len(m.kept))
	}
}

// Catches a sweep that ends what still has time, forgets to report, or ends
// with the wrong reason.
func TestSweep(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	reported := 0
	m := newMemory(10, func(*transaction) { reported++ })
	for at, reason := range map[step]problem.Name{
		started: problem.TransactionExpired, fetched: problem.TransactionExpired, opened: problem.TransactionExpired,
		issued: problem.CodeInvalid, returned: problem.TransactionExpired,
	} {
		tx := newTestTransaction(now)
		tx.advance(at, now)
		if err := m.add(tx, now, testHandle(int(at))); err != nil {
			t.Fatal(err)
		}
		wait, _ := at.patience()
		reported = 0
		m.sweep(now.Add(wait - 1))
		if tx.step != at || reported != 0 {
			t.Errorf("%v: ended a moment too early", at)
		}
		m.sweep(now.Add(wait))
		if tx.step != ended || tx.outcome != reason || reported != 1 {
			t.Errorf("%v: step %v, outcome %q, reported %d times", at, tx.step, tx.outcome, reported)
		}
		m.remove(tx)
	}
}

// Catches data races and deadlocks between handlers and the sweeper.
func TestStoreConcurrently(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	m := newMemory(100, unheard)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 200 {
				h := testHandle(worker<<16 | i)
				tx := newTestTransaction(now)
				if m.add(tx, now, h) != nil {
					continue
				}
				tx.mu.Lock()
				m.index(tx, testHandle(-1-(worker<<16|i)))
				tx.end(problem.Declined, now) // or a sweep of another worker has ended it later
				over := tx.deadline
				tx.mu.Unlock()
				m.sweep(over)
				if m.find(h) != nil {
					t.Error("forgotten login was found")
				}
			}
		})
	}
	group.Wait()
}

// Catches a second end that overwrites the first reason, and data that
// outlives the login.
func TestEndKeepsTheFirstReason(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	tx := newTestTransaction(now)
	token := []byte{1, 2, 3}
	tx.token, tx.csrf = token, "secret"
	tx.end(problem.Declined, now)
	tx.end(problem.OutOfOrder, now)
	if tx.outcome != problem.Declined {
		t.Errorf("outcome %q", tx.outcome)
	}
	if tx.token != nil || tx.csrf != "" || token[0] != 0 {
		t.Error("secrets outlived the login")
	}
}

// unheard is for stores whose expired logins a test does not count.
func unheard(*transaction) {}
