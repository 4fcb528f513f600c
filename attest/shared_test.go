package attest_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"cnie.example/attest"
	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
)

// states is a StateStore in memory: what a table in a database would be.
type states struct {
	mu   sync.Mutex
	byID map[string]attest.Sealed
}

func newStates() *states { return &states{byID: map[string]attest.Sealed{}} }

func (s *states) Load(_ context.Context, id string) (attest.Sealed, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	state, found := s.byID[id]
	return state, found, nil
}

func (s *states) Swap(_ context.Context, id string, old uint64, next attest.Sealed) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[id].Version != old {
		return false, nil
	}
	s.byID[id] = next
	return true, nil
}

func (s *states) Delete(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
	return nil
}

// only gives the one state that there is; false when there is none.
func (s *states) only(tb testing.TB) (id string, state attest.Sealed, found bool) {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byID) > 1 {
		tb.Fatalf("%d states", len(s.byID))
	}
	for id, state = range s.byID {
		return id, state, true
	}
	return "", attest.Sealed{}, false
}

// servers are two servers of one provider over one store.
func (w *world) servers(store attest.StateStore) [2]*attest.SharedLogins {
	w.tb.Helper()
	var servers [2]*attest.SharedLogins
	for i := range servers {
		s, err := attest.NewSharedLogins(w.verifier(), ring(w.tb, 1), store)
		must(w.tb, err)
		servers[i] = s
	}
	return servers
}

// openAt is the first message at a server.
func (w *world) openAt(server *attest.SharedLogins, m wire.Opening) (h wire.Handover, err error) {
	ctx := context.Background()
	l, err := server.Claim(ctx, w.tx.Issuer, w.tx.JTI)
	if err != nil {
		return h, err
	}
	if h, err = l.Open(ctx, m); err != nil {
		return h, errors.Join(err, server.Release(ctx, l))
	}
	return h, server.Release(ctx, l)
}

// answerAt is another message at a server. The login is the one that has
// succeeded.
func (w *world) answerAt(server *attest.SharedLogins, m wire.Answers) (*attest.Login, *wire.Commands, error) {
	ctx := context.Background()
	l, err := server.Claim(ctx, w.tx.Issuer, w.tx.JTI)
	if err != nil {
		return nil, nil, err
	}
	commands, err := l.Answer(ctx, m)
	if err != nil {
		return nil, nil, errors.Join(err, server.Release(ctx, l))
	}
	return l, commands, server.Release(ctx, l)
}

// Catches a login that two servers cannot make together, and a state that stays
// in the store after it.
func TestSharedLogin(t *testing.T) {
	w := newWorld(t)
	store := newStates()
	servers := w.servers(store)
	must(t, servers[0].Begin(context.Background(), w.tx))
	s := w.session(w.card())
	h, err := w.openAt(servers[1], s.opening)
	must(t, err)
	r, err := s.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
	must(t, err)
	l, commands, err := w.answerAt(servers[0], s.answers(r, h.Commands))
	must(t, err)
	if commands != nil || l.Level() != level.EIDAS1 || recordOf(t, l).Reached != "eidas1" {
		t.Errorf("commands %v, level %v", commands, l.Level())
	}
	if _, _, found := store.only(t); found {
		t.Error("a state is left")
	}
}

// Catches two servers that both go on with one state. Many messages come at
// once, half of them at each server: each step is made by exactly one of them,
// all others are told so, and whatever they did, no second level comes of it.
func TestReplicasRace(t *testing.T) {
	const racers = 16
	for round := range 12 {
		w := newWorld(t)
		w.config.Rand = rand.Reader // for many goroutines
		w.tx.JTI = fmt.Sprintf("transaction-%d", round)
		store := newStates()
		servers := w.servers(store)
		must(t, servers[0].Begin(context.Background(), w.tx))
		s := w.session(w.card())

		// The first message is sent once and the second many times, or the
		// other way round.
		if round%2 == 0 {
			w.raceToOpen(servers, racers, s.opening)
			continue
		}
		h, err := w.openAt(servers[0], s.opening)
		must(t, err)
		r, err := s.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
		must(t, err)
		answers := s.answers(r, h.Commands)
		var claimed, succeeded atomic.Int32
		race(racers, func(i int) {
			ctx, server := context.Background(), servers[i%2]
			l, err := server.Claim(ctx, w.tx.Issuer, w.tx.JTI)
			if err != nil {
				if reasonOf(err) != refusal.MessageOutOfOrder {
					t.Errorf("loser: %v", err)
				}
				return
			}
			claimed.Add(1)
			if _, err := l.Answer(ctx, answers); err != nil {
				t.Errorf("winner: %v", err)
			}
			switch err := server.Release(ctx, l); {
			case err == nil && l.Level() == level.EIDAS1:
				succeeded.Add(1)
			case reasonOf(err) != refusal.MessageOutOfOrder || !noLevel(l):
				t.Errorf("winner released: %v at %v", err, l.Level())
			}
		})
		if claimed.Load() != 1 || succeeded.Load() > 1 {
			t.Errorf("claimed %d times, succeeded %d times", claimed.Load(), succeeded.Load())
		}
		if _, _, found := store.only(t); found {
			t.Error("a state is left")
		}
	}
}

// raceToOpen sends one opening many times. Exactly one handover is made, and it
// is given away unless another message came before that.
func (w *world) raceToOpen(servers [2]*attest.SharedLogins, racers int, m wire.Opening) {
	w.tb.Helper()
	ctx := context.Background()
	var made, given atomic.Int32
	outOfOrder := func(err error) {
		if reasonOf(err) != refusal.MessageOutOfOrder {
			w.tb.Errorf("loser: %v", err)
		}
	}
	race(racers, func(i int) {
		l, err := servers[i%2].Claim(ctx, w.tx.Issuer, w.tx.JTI)
		if err != nil {
			outOfOrder(err)
			return
		}
		_, opened := l.Open(ctx, m)
		if opened == nil {
			made.Add(1)
		} else {
			outOfOrder(opened) // it has claimed what the winner released
		}
		if err := servers[i%2].Release(ctx, l); err != nil {
			outOfOrder(err)
		} else if opened == nil {
			given.Add(1)
		}
	})
	if made.Load() != 1 || given.Load() > 1 {
		w.tb.Errorf("%d handovers made, %d given", made.Load(), given.Load())
	}
	if _, _, err := w.answerAt(servers[0], wire.Answers{Responses: wire.Batch{}}); reasonOf(err) != refusal.MessageOutOfOrder {
		w.tb.Errorf("after a race: %v", err)
	}
}

// race calls f many times at once.
func race(n int, f func(i int)) {
	var wait sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wait.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	wait.Wait()
}

// Catches a message that comes while another one is under way and leaves that
// one its success, step by step.
func TestSecondMessageEndsTheLogin(t *testing.T) {
	ctx := context.Background()
	for name, last := range map[string]bool{"at the first message": false, "at the last message": true} {
		w := newWorld(t)
		store := newStates()
		servers := w.servers(store)
		must(t, servers[0].Begin(ctx, w.tx))
		s := w.session(w.card())
		var answers wire.Answers
		if last {
			h, err := w.openAt(servers[0], s.opening)
			must(t, err)
			r, err := s.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
			must(t, err)
			answers = s.answers(r, h.Commands)
		}
		l, err := servers[0].Claim(ctx, w.tx.Issuer, w.tx.JTI)
		must(t, err)
		if _, err := servers[1].Claim(ctx, w.tx.Issuer, w.tx.JTI); reasonOf(err) != refusal.MessageOutOfOrder {
			t.Errorf("%s: second claim: %v", name, err)
		}
		if last {
			_, err = l.Answer(ctx, answers)
		} else {
			_, err = l.Open(ctx, s.opening)
		}
		must(t, err)
		if err := servers[0].Release(ctx, l); reasonOf(err) != refusal.MessageOutOfOrder || !noLevel(l) || !keysGone(t, l) {
			t.Errorf("%s: release: %v, level %v", name, err, l.Level())
		}
		if _, err := servers[0].Claim(ctx, w.tx.Issuer, w.tx.JTI); reasonOf(err) != refusal.MessageOutOfOrder {
			t.Errorf("%s: claim after the end: %v", name, err)
		}
	}
}

// Catches a state that outlives an error of the login.
func TestStateIsGoneAfterAnError(t *testing.T) {
	w := newWorld(t)
	store := newStates()
	servers := w.servers(store)
	must(t, servers[0].Begin(context.Background(), w.tx))
	s := w.session(w.card())
	bad := s.opening
	bad.DG14 = altered(bad.DG14)
	if _, err := w.openAt(servers[0], bad); reasonOf(err) != refusal.DG14HashMismatch {
		t.Fatal(err)
	}
	if _, _, found := store.only(t); found {
		t.Error("a state is left")
	}
	if _, err := w.openAt(servers[1], s.opening); reasonOf(err) != refusal.MessageOutOfOrder {
		t.Errorf("second try: %v", err)
	}
}

// Catches a server that is lost with a login in its hands, and another one that
// takes it up again.
func TestLostServer(t *testing.T) {
	w := newWorld(t)
	servers := w.servers(newStates())
	must(t, servers[0].Begin(context.Background(), w.tx))
	_, err := servers[0].Claim(context.Background(), w.tx.Issuer, w.tx.JTI)
	must(t, err)
	if _, err := w.openAt(servers[1], w.session(w.card()).opening); reasonOf(err) != refusal.MessageOutOfOrder {
		t.Error(err)
	}
}

// Catches a state of another login, step or version that is taken when somebody
// writes to the store, and a login that goes on after it.
func TestStoreIsNotTrusted(t *testing.T) {
	ctx := context.Background()
	for name, change := range map[string]func(*attest.Sealed){
		"version": func(s *attest.Sealed) { s.Version++ },
		"step":    func(s *attest.Sealed) { s.Step = "opened" },
		"text":    func(s *attest.Sealed) { s.Text = altered(s.Text) },
		"cut":     func(s *attest.Sealed) { s.Text = s.Text[:20] },
	} {
		w := newWorld(t)
		store := newStates()
		servers := w.servers(store)
		must(t, servers[0].Begin(ctx, w.tx))
		id, state, _ := store.only(t)
		state.Text = slices.Clone(state.Text)
		change(&state)
		store.byID[id] = state
		if _, err := servers[1].Claim(ctx, w.tx.Issuer, w.tx.JTI); !errors.Is(err, attest.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, found := store.only(t); found {
			t.Errorf("%s: a state is left", name)
		}
	}
	// The state of one login under the name of another.
	w := newWorld(t)
	store := newStates()
	servers := w.servers(store)
	must(t, servers[0].Begin(ctx, w.tx))
	id, state, _ := store.only(t)
	must(t, store.Delete(ctx, id))
	w.tx.JTI = "transaction-2"
	must(t, servers[0].Begin(ctx, w.tx))
	id, _, _ = store.only(t)
	store.byID[id] = state
	if _, err := servers[1].Claim(ctx, w.tx.Issuer, w.tx.JTI); !errors.Is(err, attest.ErrSealed) {
		t.Errorf("state of another login: %v", err)
	}
}

var errStore = errors.New("store is down")

// failing is a store of which one method fails from some call on.
type failing struct {
	*states
	load, swap, del int // calls that still succeed; -1 for all
}

func spend(n *int) error {
	if *n == 0 {
		return errStore
	}
	*n--
	return nil
}

func (f *failing) Load(ctx context.Context, id string) (attest.Sealed, bool, error) {
	if err := spend(&f.load); err != nil {
		return attest.Sealed{}, false, err
	}
	return f.states.Load(ctx, id)
}

func (f *failing) Swap(ctx context.Context, id string, old uint64, next attest.Sealed) (bool, error) {
	if err := spend(&f.swap); err != nil {
		return false, err
	}
	return f.states.Swap(ctx, id, old, next)
}

func (f *failing) Delete(ctx context.Context, id string) error {
	if err := spend(&f.del); err != nil {
		return err
	}
	return f.states.Delete(ctx, id)
}

// Catches a fault of the store that is taken for a fault of the agent, or that
// leaves a login alive.
func TestStoreFails(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	s := w.session(w.card())
	for name, store := range map[string]*failing{
		"begin":            {newStates(), -1, 0, -1},
		"load":             {newStates(), 0, -1, -1},
		"claim":            {newStates(), -1, 1, -1},
		"release":          {newStates(), -1, 2, -1},
		"release and drop": {newStates(), -1, 2, 0},
	} {
		server := w.servers(store)[0]
		err := server.Begin(ctx, w.tx)
		if err == nil {
			_, err = w.openAt(server, s.opening)
		}
		if _, refused := refusal.Of(err); !errors.Is(err, errStore) || refused {
			t.Errorf("%s: %v", name, err)
		}
		store.load, store.swap, store.del = -1, -1, -1
		if _, err := w.openAt(server, s.opening); err == nil {
			t.Errorf("%s: the login goes on", name)
		}
	}
}

// Catches a success that counts although its state could not be dropped: the
// error of Release and the level of the login would contradict each other.
func TestDropFailsAfterSuccess(t *testing.T) {
	w := newWorld(t)
	store := &failing{newStates(), -1, -1, 0}
	server := w.servers(store)[0]
	must(t, server.Begin(context.Background(), w.tx))
	s := w.session(w.card())
	h, err := w.openAt(server, s.opening)
	must(t, err)
	r, err := s.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
	must(t, err)
	l, err := server.Claim(context.Background(), w.tx.Issuer, w.tx.JTI)
	must(t, err)
	_, err = l.Answer(context.Background(), s.answers(r, h.Commands))
	must(t, err)
	if err := server.Release(context.Background(), l); !errors.Is(err, errStore) || !noLevel(l) || recordOf(t, l).Reached != "none" {
		t.Errorf("%v at %v", err, l.Level())
	}
}

// mute is a store that does as it is told and then fails to say so.
type mute struct {
	*states
	silent bool
}

func (m *mute) Swap(ctx context.Context, id string, old uint64, next attest.Sealed) (bool, error) {
	done, err := m.states.Swap(ctx, id, old, next)
	if m.silent {
		return false, errStore
	}
	return done, err
}

// Catches a state that is left behind when the answer of the store is lost, at
// each of the steps.
func TestStoreDoesNotAnswer(t *testing.T) {
	ctx := context.Background()
	for _, step := range []string{"begin", "claim", "release"} {
		w := newWorld(t)
		store := &mute{states: newStates(), silent: step == "begin"}
		server := w.servers(store)[0]
		err := server.Begin(ctx, w.tx)
		if step != "begin" {
			must(t, err)
			store.silent = step == "claim"
			var l *attest.Login
			l, err = server.Claim(ctx, w.tx.Issuer, w.tx.JTI)
			if step == "release" {
				must(t, err)
				store.silent = true
				err = server.Release(ctx, l)
			}
		}
		if _, _, found := store.only(t); !errors.Is(err, errStore) || found {
			t.Errorf("%s: %v, a state is left: %v", step, err, found)
		}
	}
}

// Catches a second Release, as a deferred one is, that ends a login which waits
// for its next message.
func TestReleaseTwice(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	server := w.servers(newStates())[0]
	must(t, server.Begin(ctx, w.tx))
	l, err := server.Claim(ctx, w.tx.Issuer, w.tx.JTI)
	must(t, err)
	must(t, server.Release(ctx, l))
	if err := server.Release(ctx, l); !errors.Is(err, attest.ErrSealed) {
		t.Error(err)
	}
	if _, err := w.openAt(server, w.session(w.card()).opening); err != nil {
		t.Errorf("the login is over: %v", err)
	}
}

// Catches a request that has ended and leaves its state behind.
func TestStateIsGoneAfterTheRequest(t *testing.T) {
	w := newWorld(t)
	store := &obedient{newStates()}
	server := w.servers(store)[0]
	must(t, server.Begin(context.Background(), w.tx))
	ctx, cancel := context.WithCancel(context.Background())
	l, err := server.Claim(ctx, w.tx.Issuer, w.tx.JTI)
	must(t, err)
	cancel()
	if err := server.Release(ctx, l); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, _, found := store.only(t); found {
		t.Error("a state is left")
	}
}

// obedient is a store that looks at its context.
type obedient struct{ *states }

func (o *obedient) Swap(ctx context.Context, id string, old uint64, next attest.Sealed) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	return o.states.Swap(ctx, id, old, next)
}

func (o *obedient) Delete(ctx context.Context, id string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return o.states.Delete(ctx, id)
}

// Catches callers' mistakes that pass in silence.
func TestSharedLoginsErrors(t *testing.T) {
	w := newWorld(t)
	for _, err := range []error{
		second(attest.NewSharedLogins(nil, ring(t, 1), newStates())),
		second(attest.NewSharedLogins(w.verifier(), nil, newStates())),
		second(attest.NewSharedLogins(w.verifier(), ring(t, 1), nil)),
	} {
		if !errors.Is(err, attest.ErrConfig) {
			t.Error(err)
		}
	}
	server := w.servers(newStates())[0]
	must(t, server.Begin(context.Background(), w.tx))
	if err := server.Begin(context.Background(), w.tx); !errors.Is(err, attest.ErrTransaction) {
		t.Errorf("begun twice: %v", err)
	}
	bad := w.tx
	bad.Files = nil
	if err := server.Begin(context.Background(), bad); !errors.Is(err, attest.ErrTransaction) {
		t.Errorf("no files: %v", err)
	}
	if err := server.Release(context.Background(), w.begin()); !errors.Is(err, attest.ErrSealed) {
		t.Errorf("released without a claim: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }
