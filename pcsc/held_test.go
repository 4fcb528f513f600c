package pcsc

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ebfe/scard"
)

// Would catch: a processor spent on a driver that announces changes without
// end, one that gives no readers to wait for, or a service that comes and goes;
// and a card that is no longer seen with such a driver.
func TestDriverWithoutEnd(t *testing.T) {
	for name, script := range map[string]func(*scripted){
		"changes for nothing": func(s *scripted) { s.faults["wait"] = func() error { return errNothing } },
		"timeouts":            func(s *scripted) { s.faults["wait"] = func() error { return scard.ErrTimeout } },
		"unknown readers":     func(s *scripted) { s.faults["wait"] = func() error { return scard.ErrUnknownReader } },
		"waits that fail":     func(s *scripted) { s.faults["wait"] = func() error { return scard.ErrCommError } },
		"no service":          func(s *scripted) { s.down = scard.ErrNoService },
		"readers that change": func(s *scripted) { s.faults["look"] = func() error { return scard.ErrUnknownReader } },
		"no pseudo reader":    func(s *scripted) { s.noPnP, s.readers = true, nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScripted("A")
				var calls atomic.Int64
				s.faults["list"] = func() error { calls.Add(1); return nil }
				s.faults["establish"] = func() error { calls.Add(1); return nil }
				script(s)
				w := watch(t, s.service)
				time.Sleep(time.Minute)
				if n := calls.Load(); n > 60*2*attempts {
					t.Errorf("%d calls in a minute", n)
				}
				s.mu.Lock()
				delete(s.faults, "look")
				if name == "waits that fail" { // such a service is told as stopped
					delete(s.faults, "wait")
				}
				s.down, s.readers, s.slots["A"].present, s.slots["A"].atr = nil, []string{"A"}, true, []byte{0x3B, 0}
				s.mu.Unlock()
				time.Sleep(2 * lookAgain)
				synctest.Wait()
				last := Event{}
				for len(w.events) > 0 {
					if e := <-w.events; e.Kind == CardInserted {
						last = e
					}
				}
				if last.Reader.Name != "A" {
					t.Errorf("the card is not seen, last event %+v", last)
				}
				w.cancel()
				s.left(t)
			})
		})
	}
}
