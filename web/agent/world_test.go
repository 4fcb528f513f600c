package agent_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/card"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/agent"
	"cnie.example/web/providers"
	"cnie.example/web/providers/providertest"
)

const can = "123456"

// reader is a reader with a virtual card, whose faults a test chooses.
type reader struct {
	chip     *vcard.Card
	connect  func(ctx context.Context) error                                                    // fails a connection
	transmit func(n int, command []byte, chip *vcard.Card, ctx context.Context) ([]byte, error) // nil: the chip
	atr      []byte
	name     string

	mu     sync.Mutex
	open   int // connections open now
	closed int // connections closed so far
	n      int // APDUs since the connection
}

func newReader(t testing.TB) *reader {
	t.Helper()
	r := &reader{name: "SPECIMEN reader"}
	r.insert(t, issuer.Specimen(), nil)
	return r
}

// insert puts the card of a profile into the reader, under the CAN of all
// cards here, with changes to what is on it.
func (r *reader) insert(t testing.TB, profile issuer.Profile, change func(*vcard.Personalisation)) {
	t.Helper()
	lab, err := issuer.LoadLab(filepath.Join("..", "..", "card", "vcard", "issuer", "testdata", "lab"))
	if err != nil {
		t.Fatal(err)
	}
	profile.CAN = can
	document, err := lab.Personalise(rand.Reader, profile)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&document)
	}
	if r.chip, err = vcard.New(document, rand.Reader); err != nil {
		t.Fatal(err)
	}
	r.atr = r.chip.ATR()
}

func (r *reader) Connect(ctx context.Context) (agent.Card, error) {
	if r.connect != nil {
		if err := r.connect(ctx); err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open, r.n = r.open+1, 0
	return r, nil
}

func (r *reader) Reader() string { return r.name }

func (r *reader) ATR() []byte { return r.atr }

func (r *reader) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	r.mu.Lock()
	n := r.n
	r.n++
	r.mu.Unlock()
	if r.transmit != nil {
		return r.transmit(n, command, r.chip, ctx)
	}
	return r.chip.Transmit(ctx, command)
}

func (r *reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.chip.Reset()
	r.open--
	r.closed++
	return nil
}

// balance tells how many connections are open, and how many were closed.
func (r *reader) balance() (open, closed int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open, r.closed
}

// world is an agent with its reader and its provider.
type world struct {
	t        testing.TB
	reader   *reader
	provider *providertest.Provider
	agent    *agent.Agent
	logs     *strings.Builder
	mu       sync.Mutex
	now      time.Time
	logins   int
}

// Write makes the world the sink of its logs.
func (w *world) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.logs.Write(b)
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func newWorld(t testing.TB, change ...func(*agent.Config)) *world {
	t.Helper()
	w := &world{t: t, reader: newReader(t), provider: providertest.New(t), logs: &strings.Builder{}, now: time.Now()}
	w.start(w.provider.Directory(t), change)
	return w
}

func (w *world) start(d *providers.Directory, change []func(*agent.Config)) {
	config := agent.Config{
		Cards: w.reader,
		Lookup: func(uri string) (agent.Provider, error) {
			p, err := d.Lookup(uri)
			if err != nil {
				return nil, err
			}
			return p, nil
		},
		Rand: rand.Reader, Clock: w.clock,
		Logger:   slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})),
		CardTime: 50 * time.Millisecond,
	}
	for _, f := range change {
		f(&config)
	}
	w.agent = agent.New(config)
	w.t.Cleanup(func() {
		if err := w.agent.Close(); err != nil {
			w.t.Error(err)
		}
	})
}

// begin starts a login and waits for its request.
func (w *world) begin() (l *agent.Login, requestURI string) {
	w.t.Helper()
	w.logins++
	requestURI = w.provider.Begin()
	l, err := w.agent.Begin("login-"+string(rune('A'+w.logins)), requestURI, false)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := l.Wait(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return l, requestURI
}

// settle waits for the end of the attempt.
func settle(t testing.TB, l *agent.Login) agent.View {
	t.Helper()
	for {
		_, running, changed := l.Progress(0)
		if !running {
			return l.View()
		}
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatal("the attempt does not end")
		}
	}
}

// consent gives a CAN and waits for the end of the attempt.
func consent(t testing.TB, l *agent.Login, can string) agent.View {
	t.Helper()
	if err := l.Consent([]byte(can)); err != nil {
		t.Fatal(err)
	}
	return settle(t, l)
}

// fails makes the connection fail in one way.
func fails(err error) func(context.Context) error {
	return func(context.Context) error { return err }
}

// at answers the APDU with the number n, counted from 0, in its own way.
func at(n int, answer func(*vcard.Card) ([]byte, error)) func(int, []byte, *vcard.Card, context.Context) ([]byte, error) {
	return func(i int, command []byte, chip *vcard.Card, ctx context.Context) ([]byte, error) {
		if i == n {
			return answer(chip)
		}
		return chip.Transmit(ctx, command)
	}
}

// always answers every APDU in one way.
func always(answer func(*vcard.Card) ([]byte, error)) func(int, []byte, *vcard.Card, context.Context) ([]byte, error) {
	return func(_ int, _ []byte, chip *vcard.Card, _ context.Context) ([]byte, error) { return answer(chip) }
}

var _ card.Transmitter = (*reader)(nil)
