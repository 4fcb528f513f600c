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

// Would catch: "no service" told as "no reader", the complaint most heard of
// other agents, a refusal by the system told as neither, and a service without
// readers told as a success.
func TestReadersNamesItsFailures(t *testing.T) {
	for name, test := range map[string]struct {
		down error
		want error
	}{
		"service down":    {scard.ErrNoService, card.ErrNoService},
		"service stopped": {scard.ErrServiceStopped, card.ErrNoService},
		"denied":          {scard.ErrSecurityViolation, ErrDenied},
		"denied, kind":    {scard.ErrSecurityViolation, card.ErrNoService},
		"no code at all":  {errScripted, card.ErrNoService},
		"no readers":      {nil, card.ErrNoReader},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newScripted()
			s.down = test.down
			if _, err := s.service.Readers(t.Context()); !errors.Is(err, test.want) {
				t.Errorf("%s: %v", name, err)
			}
			s.left(t)
		})
	}
}

// Would catch: an empty list of readers, as services other than pcsc-lite give
// it, told as a failure of the driver.
func TestReadersOfAnEmptyList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("")
		s.slots[""] = &slot{}
		if _, err := s.service.Readers(t.Context()); !errors.Is(err, card.ErrNoReader) {
			t.Error(err)
		}
		s.left(t)
	})
}

// Would catch: a list of readers that waits for the end of a Wait, one that
// shows what was before the call (being in use is not announced), one that
// shows a connection of this process as another program's.
func TestReadersWhileOthersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A", "B")
		s.put("B")
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() { _, _ = s.service.Wait(ctx, "A") })
		}
		synctest.Wait()
		inUse := func() bool {
			r, err := s.service.Readers(t.Context())
			if err != nil || len(r) != 2 || r[0].Present || !r[1].Present || len(r[1].ATR) != 2 {
				t.Fatalf("got %+v, %v", r, err)
			}
			return r[1].InUse
		}
		if inUse() {
			t.Error("in use by nobody")
		}
		s.mu.Lock()
		s.slots["B"].inUse = true // not announced
		s.mu.Unlock()
		if !inUse() {
			t.Error("not in use")
		}
		s.inserted(newHandle(nil))
		c, err := s.service.Connect(t.Context(), "B")
		if err != nil {
			t.Fatal(err)
		}
		if inUse() {
			t.Error("in use by this process")
		}
		if err := c.Close(); err != nil || !inUse() {
			t.Errorf("after the end of the connection: %v", err)
		}
		cancel()
		all.Wait()
		s.left(t)
	})
}

// Would catch: a card already present that is waited for, the event counter of
// the high word taken for a state.
func TestWaitSeesACardThatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A", "B")
		s.put("B")
		r, err := s.service.Wait(t.Context(), "")
		if err != nil || r.Name != "B" || len(r.ATR) != 2 || r.InUse || r.Mute {
			t.Fatalf("got %+v, %v", r, err)
		}
		s.left(t)
	})
}

// Would catch: a card that arrives during the wait and is not reported, and a
// wait that spins, since it tells the pseudo reader another count than the
// service has.
func TestWaitForOneOfSeveral(t *testing.T) {
	for _, counts := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newScripted("A", "B")
			s.counts = counts
			time.AfterFunc(time.Hour, func() { s.put("A") })
			time.AfterFunc(2*time.Hour, func() { s.put("B") })
			if r, err := s.service.Wait(t.Context(), "B"); err != nil || r.Name != "B" || s.calls() > 6 {
				t.Errorf("got %+v, %v after %d calls", r, err, s.calls())
			}
			s.left(t)
		})
	}
}

// Would catch: a wait that spins where the pseudo reader is unknown and so ends
// each wait at once, one that no longer sees a card there, and one that does not
// look for new readers.
func TestWaitWithoutPseudoReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A")
		s.noPnP = true
		time.AfterFunc(10*lookAgain, func() {
			s.mu.Lock() // not announced
			s.readers, s.slots["B"] = []string{"A", "B"}, &slot{present: true, atr: []byte{0x3B, 0}}
			s.mu.Unlock()
		})
		if r, err := s.service.Wait(t.Context(), ""); err != nil || r.Name != "B" {
			t.Fatalf("reader that arrives: %+v, %v", r, err)
		}
		if n := s.calls(); n > 40 {
			t.Errorf("%d calls in ten periods", n)
		}
		time.AfterFunc(lookAgain/2, func() { s.put("A") })
		begun := time.Now()
		if r, err := s.service.Wait(t.Context(), "A"); err != nil || r.Name != "A" || time.Since(begun) >= lookAgain {
			t.Fatalf("card that arrives: %+v, %v after %v", r, err, time.Since(begun))
		}
		s.left(t)
	})
}

// Would catch: a card that does not answer, such as one put in upside down,
// taken for the one that is waited for.
func TestWaitPassesOverAMuteCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A")
		s.put("A")
		s.slots["A"].mute = true
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if r, err := s.service.Wait(ctx, ""); !errors.Is(err, card.ErrNoCard) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %+v, %v", r, err)
		}
		s.left(t)
	})
}

// Would catch: a wait that goes on for a reader that is gone or a service that
// has stopped, or ends with another error, and a next attempt that fails.
func TestWaitEndsWithItsReader(t *testing.T) {
	for name, test := range map[string]struct {
		happens, back func(*scripted)
		want          error
	}{
		"never there":      {func(s *scripted) { s.unplug("A"); s.plug("B") }, func(s *scripted) { s.plug("A") }, card.ErrNoReader},
		"unplugged":        {func(s *scripted) { s.unplug("A") }, func(s *scripted) { s.plug("A") }, card.ErrNoReader},
		"service stopped":  {func(s *scripted) { s.change(func() { s.down = scard.ErrNoService }) }, up, card.ErrNoService},
		"context broken":   {func(s *scripted) { s.change(func() { s.down = scard.ErrInvalidHandle }) }, up, card.ErrNoService},
		"service shutdown": {func(s *scripted) { s.change(func() { s.down = scard.ErrShutdown }) }, up, card.ErrNoService},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScripted("A")
				time.AfterFunc(time.Hour, func() { test.happens(s) })
				begun := time.Now()
				if _, err := s.service.Wait(t.Context(), "A"); !errors.Is(err, test.want) || time.Since(begun) != time.Hour {
					t.Errorf("%v after %v", err, time.Since(begun))
				}
				test.back(s)
				s.put("A")
				if _, err := s.service.Wait(t.Context(), "A"); err != nil {
					t.Errorf("next attempt: %v", err)
				}
				s.left(t)
			})
		})
	}
}

func up(s *scripted) { s.change(func() { s.down = nil }) }

// Would catch: two waits at once in the driver, which lets ebfe/scard read
// freed memory, and whatever is left behind when callers give up at any moment.
func TestCancelAtAnyTime(t *testing.T) {
	for n := range 60 {
		synctest.Test(t, func(t *testing.T) {
			s := newScripted("A", "B")
			s.counts = n%2 == 0
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n)*time.Millisecond)
			defer cancel()
			var all sync.WaitGroup
			for i := range 4 {
				all.Go(func() {
					if _, err := s.service.Wait(ctx, ""); !errors.Is(err, context.DeadlineExceeded) {
						t.Error(err)
					}
				})
				all.Go(func() {
					time.Sleep(time.Duration(7*i) * time.Millisecond)
					_, _ = s.service.Readers(ctx)
				})
				all.Go(func() {
					for range s.service.Watch(ctx) {
						time.Sleep(time.Duration(i) * time.Millisecond)
					}
				})
			}
			time.AfterFunc(20*time.Millisecond, func() { s.plug("C") })
			time.AfterFunc(40*time.Millisecond, func() { s.unplug("A") })
			all.Wait()
			s.left(t)
		})
	}
}

// Would catch: callers held up by a driver that never returns.
func TestDriverThatHangs(t *testing.T) {
	for _, call := range []string{"establish", "list", "look", "wait"} {
		synctest.Test(t, func(t *testing.T) {
			s := newScripted("A")
			release := make(chan struct{})
			s.faults[call] = func() error { <-release; return nil }
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := s.service.Wait(ctx, ""); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", call, err)
			}
			if _, err := s.service.Readers(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", call, err)
			}
			close(release)
			s.left(t)
		})
	}
}
