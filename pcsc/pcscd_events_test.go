package pcsc_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"cnie.example/card"
	"cnie.example/pcsc"
	"cnie.example/pcsc/pcscd"
)

// follow starts a Watch whose events next gives one by one.
func follow(t testing.TB, ctx context.Context, s *pcsc.Service) (next func() pcsc.Event) {
	t.Helper()
	events := make(chan pcsc.Event, 100)
	go func() {
		for e := range s.Watch(ctx) {
			events <- e
		}
	}()
	return func() pcsc.Event {
		t.Helper()
		select {
		case e := <-events:
			return e
		case <-ctx.Done():
			t.Fatal("no event came")
			return pcsc.Event{}
		}
	}
}

// Two readers and a service that stops, comes back without a reader and then
// with them, against the real pcscd. Would catch: an event that does not come,
// comes twice or for the other reader; a connection of this process or its
// reset told as an event; a list of readers that waits for a Watch.
func TestPCSCEvents(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	daemon, service := start(t), pcsc.NewService()
	next := follow(t, ctx, service)
	expect := func(when string, want ...pcsc.Event) {
		t.Helper()
		for _, w := range want {
			got := next()
			if got.Kind != w.Kind || got.Reader.Name != w.Reader.Name || !bytes.Equal(got.Reader.ATR, w.Reader.ATR) {
				t.Fatalf("%s: got %v %+v, want %v %+v", when, got.Kind, got.Reader, w.Kind, w.Reader)
			}
		}
	}
	reader := func(name string, atr []byte) pcsc.Reader { return pcsc.Reader{Name: name, ATR: atr} }
	first, second, atr := reader(pcscd.ReaderName, nil), reader(pcscd.SecondReaderName, nil), (*echo)(nil).ATR()
	arrived := []pcsc.Event{{Kind: pcsc.ReaderArrived, Reader: first}, {Kind: pcsc.ReaderArrived, Reader: second}}
	left := []pcsc.Event{{Kind: pcsc.ReaderLeft, Reader: first}, {Kind: pcsc.ReaderLeft, Reader: second}}
	stopped, started := pcsc.Event{Kind: pcsc.ServiceStopped}, pcsc.Event{Kind: pcsc.ServiceStarted}

	expect("beginning", arrived...)
	remove := insertAt(t, daemon, 1, &echo{})
	expect("second reader", pcsc.Event{Kind: pcsc.CardInserted, Reader: reader(second.Name, atr)})
	for _, options := range [][]pcsc.ConnectOption{nil, {pcsc.Shared()}} {
		c, err := service.Connect(ctx, second.Name, options...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Transmit(ctx, []byte{0, 0xB0, 0, 0}); err != nil {
			t.Error(err)
		}
		readers, err := service.Readers(ctx)
		if err != nil || len(readers) != 2 || readers[0].Present || !readers[1].Present || readers[1].InUse {
			t.Errorf("readers: %+v, %v", readers, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	defer insert(t, daemon, &echo{})()
	expect("first reader", pcsc.Event{Kind: pcsc.CardInserted, Reader: reader(first.Name, atr)})
	remove()
	expect("removal", pcsc.Event{Kind: pcsc.CardRemoved, Reader: second})

	daemon.Stop()
	expect("stop", slices.Concat([]pcsc.Event{{Kind: pcsc.CardRemoved, Reader: first}}, left, []pcsc.Event{stopped})...)
	empty := startWith(t, pcscd.Options{NoReader: true})
	expect("back without readers", started)
	if _, err := service.Wait(ctx, ""); !errors.Is(err, card.ErrNoReader) {
		t.Errorf("without readers: %v", err)
	}
	empty.Stop()
	expect("stop", stopped)
	start(t)
	expect("back", append([]pcsc.Event{started}, arrived...)...)
}

// BenchmarkPCSCEvent measures the time from the moment the reader asks a card
// that was inserted for its answer to reset, which pcscd does before it
// announces the card, to the event.
func BenchmarkPCSCEvent(b *testing.B) {
	daemon, service := start(b), pcsc.NewService()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	next := follow(b, ctx, service)
	next()
	next()
	var total, worst time.Duration
	for b.Loop() {
		c := &asked{at: make(chan time.Time, 100)}
		remove := insert(b, daemon, c)
		if e := next(); e.Kind != pcsc.CardInserted {
			b.Fatalf("got %v", e.Kind)
		}
		took := time.Since(<-c.at)
		total, worst = total+took, max(worst, took)
		remove()
		next()
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N)/1000, "ms/event")
	b.ReportMetric(float64(worst.Microseconds())/1000, "ms-worst")
}

// asked is a card that notes when it was asked for its answer to reset.
type asked struct {
	echo
	at chan time.Time
}

func (a *asked) ATR() []byte {
	select {
	case a.at <- time.Now():
	default:
	}
	return a.echo.ATR()
}

// BenchmarkPCSCTransmit measures one short command through pcscd.
func BenchmarkPCSCTransmit(b *testing.B) {
	daemon, service := start(b), pcsc.NewService()
	defer insert(b, daemon, &echo{})()
	if _, err := service.Wait(b.Context(), pcscd.ReaderName); err != nil {
		b.Fatal(err)
	}
	c, err := service.Connect(b.Context(), pcscd.ReaderName)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Transmit(b.Context(), []byte{0, 0xB0, 0, 0}); err != nil {
			b.Fatal(err)
		}
	}
}
