package pcsc

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

// watcher collects the events of one Watch.
type watcher struct {
	events chan Event
	cancel context.CancelFunc
}

func watch(t *testing.T, s *Service) *watcher {
	ctx, cancel := context.WithCancel(t.Context())
	w := &watcher{events: make(chan Event, 1000), cancel: cancel}
	go func() {
		defer close(w.events)
		for e := range s.Watch(ctx) {
			w.events <- e
		}
	}()
	return w
}

// expect compares the events that came, once nothing happens any more.
func (w *watcher) expect(t *testing.T, when string, want ...string) {
	t.Helper()
	synctest.Wait()
	var got []string
	for len(w.events) > 0 {
		e := <-w.events
		got = append(got, describe(e))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", when, got, want)
	}
}

func describe(e Event) string {
	text := e.Kind.String()
	if e.Reader.Name != "" {
		text += " " + e.Reader.Name
	}
	return text
}
