package agent

import "time"

// Step is a part of a login with a stable name.
type Step string

// The steps of a login, in order. A chip that signs proves itself before the
// provider is told anything: StepProof then comes before StepProvider.
const (
	StepRequest  Step = "request"  // the signed request is fetched and verified
	StepConsent  Step = "consent"  // the person reads and answers
	StepReader   Step = "reader"   // a card is waited for on the reader
	StepCard     Step = "card"     // the card is recognised
	StepChannel  Step = "channel"  // PACE with the CAN
	StepReading  Step = "reading"  // DG14 and SOD are read
	StepProvider Step = "provider" // the provider judges them and hands over its key
	StepProof    Step = "proof"    // the chip proves itself, and the files are read
	StepDone     Step = "done"     // the provider has accepted and the card is released
)

// Steps lists the steps in order. The slice is the caller's.
func Steps() []Step {
	return []Step{
		StepRequest, StepConsent, StepReader, StepCard, StepChannel,
		StepReading, StepProvider, StepProof, StepDone,
	}
}

// Event is the beginning or the end of a step.
type Event struct {
	Step Step
	Done bool
	Time time.Duration // that the step took; zero unless Done
}

// progress is the list of events of one attempt.
type progress struct {
	clock   func() time.Time
	events  []Event
	current Step
	since   time.Time
	changed chan struct{} // closed at the next change
}

func newProgress(clock func() time.Time) *progress {
	return &progress{clock: clock, changed: make(chan struct{})}
}

// enter ends the current step, if any, and begins the next. The current step
// goes on when it is entered again, as it is when a card is read anew.
func (p *progress) enter(step Step) {
	if step == p.current {
		return
	}
	p.leave()
	p.current, p.since = step, p.clock()
	p.events = append(p.events, Event{Step: step})
	p.notify()
}

// leave ends the current step.
func (p *progress) leave() {
	if p.current == "" {
		return
	}
	p.events = append(p.events, Event{Step: p.current, Done: true, Time: p.clock().Sub(p.since)})
	p.current = ""
	p.notify()
}

// rewind forgets everything after the request, for a new attempt.
func (p *progress) rewind() {
	p.current = ""
	for i, e := range p.events {
		if e.Step != StepRequest {
			p.events = p.events[:i:i]
			break
		}
	}
}

// notify wakes everyone who waits for a change.
func (p *progress) notify() {
	close(p.changed)
	p.changed = make(chan struct{})
}
