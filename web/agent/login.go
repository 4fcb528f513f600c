package agent

import (
	"context"
	"sync"
	"time"

	"cnie.example/attest/wire"
	"cnie.example/web/problem"
)

// State is where a login stands.
type State int

// The states of a login.
const (
	Fetching State = iota // the request is on its way
	Consent               // the person is asked
	Running               // card and provider are at work
	Failed                // a problem is to be shown; Again and Return say what can be done
	Finished              // the browser can be sent back
	Gone                  // the browser was sent back
)

// String is the name of the state.
func (s State) String() string {
	switch s {
	case Fetching:
		return "fetching"
	case Consent:
		return "consent"
	case Running:
		return "running"
	case Failed:
		return "failed"
	case Finished:
		return "finished"
	}
	return "gone"
}

// Login is one login. It is safe for concurrent use.
type Login struct {
	agent      *Agent
	id         string
	requestURI string
	provider   Provider

	mu       sync.Mutex
	state    State
	request  *wire.Request // nil until it is verified
	deadline time.Time     // for the person, from the request on
	problem  problem.Name  // Failed: why. Consent: what was wrong with the last try
	again    bool          // Failed: another attempt is possible
	sent     bool          // evidence of the card went to the provider
	wrong    int           // CANs that the chip did not accept
	declined bool
	cancel   context.CancelFunc // of the attempt
	redirect string             // Finished
	progress *progress
}

func newLogin(a *Agent, id, requestURI string, p Provider) *Login {
	return &Login{
		agent: a, id: id, requestURI: requestURI, provider: p,
		cancel:   func() {},
		progress: newProgress(a.cfg.Clock),
	}
}

// Asked is what the person reads about a verified request.
type Asked struct {
	RelyingParty string // untrusted text
	Level        string // "eidas1", "eidas2" or "eidas3"
	Files        []string
	SessionCode  string
}

// View is what a front end shows of a login.
type View struct {
	State    State
	Provider Provider
	Asked    *Asked       // nil until the request is verified
	Problem  problem.Name // Failed: why. Consent: what was wrong with the last try; empty at first
	CANsLeft int          // tries before the login ends
	Again    bool         // Failed: Again would lead back to Consent
	Return   bool         // Failed: Finish would send the browser back with an error
	Decline  bool         // Decline would end the login
	// Remembers says that the document of a login that succeeds is remembered
	// until the agent ends.
	Remembers bool
}

// View is a picture of the login as it stands.
func (l *Login) View() View {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expire()
	v := View{
		State: l.state, Provider: l.provider, Problem: l.problem, CANsLeft: MaxCANs - l.wrong,
		Again: l.state == Failed && l.again, Return: l.state == Failed && l.request != nil,
		Decline:   l.waits() || l.state == Fetching || l.state == Running && !l.sent,
		Remembers: l.agent.documents != nil,
	}
	if l.request != nil {
		v.Asked = &Asked{
			RelyingParty: l.request.RelyingParty, Level: l.request.Level,
			Files: append([]string(nil), l.request.Files...), SessionCode: l.request.SessionCode,
		}
	}
	return v
}

// Progress gives the events from the one with the number from, whether more
// can follow in this attempt, and a channel that is closed when something
// changes. A new attempt begins its list anew after the request.
func (l *Login) Progress(from int) (events []Event, running bool, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if from < len(l.progress.events) {
		events = append(events, l.progress.events[max(from, 0):]...)
	}
	return events, l.state == Fetching || l.state == Running, l.progress.changed
}

// fetch gets the request. It runs once.
func (l *Login) fetch() {
	defer l.recovered()
	l.step(StepRequest)
	nonce := make([]byte, wire.NonceSize)
	request, err := l.fetchWith(nonce)
	if err != nil {
		l.fail(err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.request = request
	if l.declined {
		l.fails(problem.Declined, false)
		return
	}
	l.deadline = l.agent.cfg.Clock().Add(ConsentTime)
	l.state = Consent
	l.progress.enter(StepConsent)
}

// Wait blocks until the request has been fetched, or has not, or ctx ends.
func (l *Login) Wait(ctx context.Context) error {
	for {
		l.mu.Lock()
		state, changed := l.state, l.progress.changed
		l.mu.Unlock()
		if state != Fetching {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// step enters a step of the running attempt.
func (l *Login) step(s Step) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.progress.enter(s)
}
