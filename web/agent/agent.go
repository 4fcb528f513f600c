package agent

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"cnie.example/card/cnie"
	"cnie.example/web/problem"
)

// Times and counts of a login.
const (
	ConsentTime  = 10 * time.Minute // from the request to the answer of the person
	CardTime     = 60 * time.Second // to present the card
	attemptTime  = 3 * time.Minute  // one attempt, from consent to its end
	MaxCANs      = 5                // wrong ones, then the login ends
	keptLogins   = 16               // ended logins whose outcome can still be asked for
	fetchTime    = 30 * time.Second
	shutdownTime = 5 * time.Second
)

// Config is what an Agent needs. Cards, Lookup and Rand are required.
type Config struct {
	Cards  Cards
	Lookup func(requestURI string) (Provider, error) // the enrolled provider of a request_uri
	Rand   io.Reader                                 // of cryptographic quality
	Clock  func() time.Time                          // nil: time.Now
	Logger *slog.Logger                              // nil: no logs
	// CardTime is how long an attempt waits for a card; zero: CardTime.
	CardTime time.Duration
	// RememberDocuments keeps CAN, EF.CardAccess, EF.SOD and DG14 of documents
	// that logged in, in memory and until Close: their next login reads less.
	// The person has to have asked for it.
	RememberDocuments bool
}

// Agent runs logins, one at a time. It is safe for concurrent use.
type Agent struct {
	cfg  Config
	ctx  context.Context
	stop context.CancelFunc

	life   sync.Mutex // of work: nothing is begun once closed
	closed bool
	work   sync.WaitGroup

	lengths   cnie.Lengths // that worked, by reader and answer to reset
	documents *documents   // nil unless RememberDocuments

	mu     sync.Mutex
	logins []*Login // oldest first; at most one is under way
}

// New makes an agent. Close ends it.
func New(cfg Config) *Agent {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.CardTime == 0 {
		cfg.CardTime = CardTime
	}
	a := &Agent{cfg: cfg}
	if cfg.RememberDocuments {
		a.documents = &documents{}
	}
	a.ctx, a.stop = context.WithCancel(context.Background())
	return a
}

// Close ends the login under way, resets its card, waits for that, and forgets
// the documents that were remembered.
func (a *Agent) Close() error {
	defer a.documents.close()
	a.life.Lock()
	a.closed = true
	a.life.Unlock()
	a.stop()
	done := make(chan struct{})
	go func() {
		a.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-time.After(shutdownTime):
		return fmt.Errorf("agent: a login did not end within %v", shutdownTime)
	}
}

// Begin starts the login that requestURI stands for and begins to fetch the
// request. id names the login from now on; it is the caller's, unguessable and
// new. A second call with the same id gives the login of the first.
//
// While another login is under way Begin fails with login_in_progress, and
// leaves that one alone. With replace, a login that has no card at work is
// declined in favour of the new one, be it that its request is still on its way
// or that it waits for its person: only a person may ask for that. Other
// problems: bad_request, provider_not_enrolled.
func (a *Agent) Begin(id, requestURI string, replace bool) (*Login, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.byID(id); l != nil {
		return l, nil
	}
	provider, err := a.cfg.Lookup(requestURI)
	if err != nil {
		return nil, err
	}
	for _, other := range a.logins {
		if !other.underWay() {
			continue
		}
		if !replace || !other.yield() {
			return nil, problem.New(problem.LoginInProgress, "another login is under way")
		}
	}
	l := newLogin(a, id, requestURI, provider)
	a.keep(l)
	a.run(l.fetch)
	return l, nil
}

// Waiting says whether a login is under way that has no card at work, so that
// Begin with replace would succeed.
func (a *Agent) Waiting() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, l := range a.logins {
		if l.underWay() {
			return l.yields()
		}
	}
	return false
}

// Find gives a login by its id, or the problem login_unknown.
func (a *Agent) Find(id string) (*Login, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.byID(id); l != nil {
		return l, nil
	}
	return nil, problem.New(problem.LoginUnknown, "no login of this name")
}

// byID compares in constant time: whoever knows the id may steer the login.
func (a *Agent) byID(id string) *Login {
	var found *Login
	for _, l := range a.logins {
		if subtle.ConstantTimeCompare([]byte(l.id), []byte(id)) == 1 {
			found = l
		}
	}
	return found
}

// keep remembers a login and forgets the oldest beyond keptLogins.
func (a *Agent) keep(l *Login) {
	if len(a.logins) == keptLogins {
		a.logins = append(a.logins[:0], a.logins[1:]...)
	}
	a.logins = append(a.logins, l)
}

// run does work in the background that Close waits for, unless Close has begun;
// it says whether it does.
func (a *Agent) run(work func()) bool {
	a.life.Lock()
	defer a.life.Unlock()
	if !a.closed {
		a.work.Go(work)
	}
	return !a.closed
}
