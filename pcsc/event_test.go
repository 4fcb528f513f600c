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

// Would catch: an event that does not come, comes twice or comes in the wrong
// order, and anything left of a watch that ended.
func TestWatchTellsWhatHappens(t *testing.T) {
	for _, counts := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newScripted("contact", "contactless")
			s.counts = counts
			s.put("contactless")
			w := watch(t, s.service)
			w.expect(t, "beginning", "ReaderArrived contact", "ReaderArrived contactless", "CardInserted contactless")
			s.put("contact")
			w.expect(t, "insertion", "CardInserted contact")
			s.take("contactless")
			w.expect(t, "removal", "CardRemoved contactless")
			s.change(func() {
				s.slots["contactless"].mute = true
				s.slots["contactless"].present = true
				s.slots["contactless"].count++
			})
			w.expect(t, "mute", "CardMute contactless")
			s.change(func() { s.slots["contactless"].mute = false })
			w.expect(t, "answers at last", "CardInserted contactless")
			s.plug("third")
			w.expect(t, "reader", "ReaderArrived third")
			s.unplug("contactless")
			w.expect(t, "reader with a card", "CardRemoved contactless", "ReaderLeft contactless")
			s.unplug("contact")
			s.unplug("third")
			w.expect(t, "all readers", "CardRemoved contact", "ReaderLeft contact", "ReaderLeft third")
			s.plug("contact")
			w.expect(t, "reader back", "ReaderArrived contact")
			w.cancel()
			w.expect(t, "end")
			s.left(t)
		})
	}
}

// Would catch: a card that was changed between two looks taken for the one
// before.
func TestWatchSeesACardThatWasChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A")
		s.put("A")
		w := watch(t, s.service)
		w.expect(t, "beginning", "ReaderArrived A", "CardInserted A")
		s.change(func() { s.slots["A"].count += 2 })
		w.expect(t, "changed", "CardRemoved A", "CardInserted A")
		w.cancel()
		s.left(t)
	})
}

// Would catch: a program that takes the card told as a removal, not told when
// the service tells it, or a connection of this process told as another's.
func TestWatchTellsOfOtherPrograms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A")
		s.put("A")
		w := watch(t, s.service)
		w.expect(t, "beginning", "ReaderArrived A", "CardInserted A")
		for _, test := range []struct {
			inUse bool
			want  string
		}{{true, "CardTaken A"}, {false, "CardFreed A"}} {
			s.change(func() { s.slots["A"].inUse = test.inUse })
			if _, err := s.service.Readers(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.expect(t, "taken or freed", test.want)
		}
		s.inserted(newHandle(nil))
		c, err := s.service.Connect(t.Context(), "A")
		if err != nil {
			t.Fatal(err)
		}
		s.change(func() { s.slots["A"].inUse = true })
		if _, err := s.service.Readers(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.expect(t, "connected ourselves")
		s.change(func() { s.slots["A"].inUse = false })
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		w.expect(t, "closed ourselves")
		s.change(func() { s.slots["A"].inUse = true })
		_, _ = s.service.Readers(t.Context())
		w.expect(t, "taken by another", "CardTaken A")
		if c, err = s.service.Connect(t.Context(), "A", Shared()); err != nil {
			t.Fatal(err)
		}
		_, _ = s.service.Readers(t.Context())
		w.expect(t, "shared with another")
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		s.take("A")
		w.expect(t, "removed while in use", "CardRemoved A")
		w.cancel()
		s.left(t)
	})
}

// Would catch: a watch that ends with the service, does not find it again, or
// tells of the readers of the time before as if they had stayed.
func TestWatchOutlivesTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A")
		s.put("A")
		w := watch(t, s.service)
		w.expect(t, "beginning", "ReaderArrived A", "CardInserted A")
		s.change(func() { s.down = scard.ErrNoService })
		synctest.Wait()
		if len(w.events) != 3 {
			t.Fatalf("%d events", len(w.events))
		}
		for range 2 {
			<-w.events
		}
		if e := <-w.events; e.Kind != ServiceStopped || !errors.Is(e.Err, card.ErrNoService) || !errors.Is(e.Err, scard.ErrNoService) {
			t.Fatalf("got %+v", e)
		}
		time.Sleep(time.Minute)
		w.expect(t, "a minute later")
		up(s)
		time.Sleep(lookAgain)
		w.expect(t, "service back", "ServiceStarted", "ReaderArrived A", "CardInserted A")
		s.take("A")
		w.expect(t, "removal", "CardRemoved A")
		w.cancel()
		s.left(t)
	})
}

// Would catch: a watch that cannot begin before the service does.
func TestWatchBeginsWithoutTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted()
		s.down = scard.ErrNoService
		w := watch(t, s.service)
		w.expect(t, "beginning", "ServiceStopped")
		up(s)
		time.Sleep(lookAgain)
		w.expect(t, "service", "ServiceStarted")
		s.plug("A")
		w.expect(t, "first reader", "ReaderArrived A")
		w.cancel()
		s.left(t)
	})
}

// Would catch: a reader that arrives between the list and the first status, or
// between the status and the wait, and is seen with the next event only. Dual
// readers come in such bursts.
func TestWatchMissesNoReaderOfABurst(t *testing.T) {
	for _, counts := range []bool{false, true} {
		for _, call := range []string{"list", "look", "wait"} {
			synctest.Test(t, func(t *testing.T) {
				s := newScripted("A")
				s.counts = counts
				var once sync.Once
				s.faults[call] = func() error {
					once.Do(func() { s.plug("B") })
					return nil
				}
				w := watch(t, s.service)
				time.Sleep(2 * settled)
				synctest.Wait()
				got := map[string]bool{}
				for len(w.events) > 0 {
					got[describe(<-w.events)] = true
				}
				if len(got) != 2 || !got["ReaderArrived A"] || !got["ReaderArrived B"] {
					t.Errorf("at %s, counted %v: %v", call, counts, got)
				}
				w.cancel()
				s.left(t)
			})
		}
	}
}

// Would catch: a subscriber who is slow and holds up the others, is told of
// what is long over, or is never told how it ended.
func TestWatchOfASlowCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A", "B")
		ctx, cancel := context.WithCancel(t.Context())
		slow, go1 := make(chan string, 10), make(chan struct{})
		go func() {
			for e := range s.service.Watch(ctx) {
				slow <- describe(e)
				<-go1
			}
		}()
		synctest.Wait()
		quick := watch(t, s.service)
		quick.expect(t, "beginning", "ReaderArrived A", "ReaderArrived B")
		for range 50 {
			s.put("A")
			quick.expect(t, "put", "CardInserted A")
			s.take("A")
			quick.expect(t, "taken", "CardRemoved A")
		}
		s.put("B")
		quick.expect(t, "put", "CardInserted B")
		close(go1)
		synctest.Wait()
		for _, want := range []string{"ReaderArrived A", "ReaderArrived B", "CardInserted B"} {
			if got := <-slow; got != want {
				t.Errorf("slow caller: %s, want %s", got, want)
			}
		}
		if len(slow) != 0 {
			t.Errorf("slow caller: also %s", <-slow)
		}
		cancel()
		quick.cancel()
		s.left(t)
	})
}

// Would catch: a watch that goes on after its caller left the loop.
func TestWatchEndsWithTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A", "B")
		for e := range s.service.Watch(t.Context()) {
			if e.Kind != ReaderArrived || e.Reader.Name != "A" {
				t.Errorf("got %+v", e)
			}
			break
		}
		s.left(t)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for e := range s.service.Watch(ended) {
			t.Errorf("after the end: %+v", e)
		}
		s.left(t)
	})
}
