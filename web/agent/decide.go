package agent

import (
	"errors"
	"net/url"

	"cnie.example/card/pace"
	"cnie.example/web/problem"
)

// errState is the cause when an action does not fit the state.
var errState = errors.New("the login is not at this point")

// Consent is the person's yes: read the card that opens with this CAN. It
// takes ownership of can and wipes it. Anything but six digits leaves the
// login where it is, with the problem can_format to be shown.
//
// Problems: out_of_order, login_expired.
func (l *Login) Consent(can []byte) error {
	defer clear(can)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.expect(Consent); err != nil {
		return err
	}
	password, err := pace.CAN(can)
	if err != nil {
		l.problem = problem.CANFormat
		return nil
	}
	l.problem = ""
	l.state = Running
	l.progress.leave()
	document := l.agent.documents.take(can)
	if !l.agent.run(func() { l.attempt(password, document) }) {
		password.Wipe()
		document.wipe()
	}
	return nil
}

// Decline is the person's no. An attempt at work is cancelled and the card
// reset, as long as nothing of the card was sent; after that, and when the
// login has ended, it stays as it is: out_of_order.
func (l *Login) Decline() error {
	if !l.decline() {
		return problem.Wrap(problem.OutOfOrder, errState)
	}
	return nil
}

// decline ends a login that waits for its person at once, and one at work as
// soon as it notices. It says whether that was still possible.
func (l *Login) decline() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.waits():
		l.fails(problem.Declined, false)
	case l.state == Fetching, l.state == Running && !l.sent:
		l.declined = true
		l.cancel()
	default:
		return false
	}
	return true
}

// yield declines a login that has no card at work, and no other. A fetch is
// cancelled, and what it still brings changes nothing.
func (l *Login) yield() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state != Fetching && !l.waits() {
		return false
	}
	if l.state == Fetching {
		l.declined = true
		l.cancel()
	}
	l.fails(problem.Declined, false)
	return true
}

// Again leads from a failure back to the question, with the same request.
//
// Problems: out_of_order, login_expired.
func (l *Login) Again() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.expect(Failed); err != nil {
		return err
	}
	if !l.again {
		return problem.Wrap(problem.OutOfOrder, errState)
	}
	l.state, l.problem, l.again = Consent, "", false
	l.progress.rewind()
	l.progress.enter(StepConsent)
	return nil
}

// Finish ends the login and gives the address for the browser: redirect_uri
// with code and state after success, with error and state after a failure. It
// gives it once. Problems: out_of_order, and login_unknown the second time.
func (l *Login) Finish() (redirect string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expire()
	switch {
	case l.state == Gone:
		return "", problem.New(problem.LoginUnknown, "the browser was sent back before")
	case l.state == Finished:
		redirect = l.redirect
	case l.state == Failed && l.request != nil:
		redirect = l.request.RedirectURI + "?" + url.Values{"error": {errorCode(l.problem)}, "state": {l.request.State}}.Encode()
	default:
		return "", problem.Wrap(problem.OutOfOrder, errState)
	}
	l.state, l.redirect, l.again = Gone, "", false
	l.forget()
	return redirect, nil
}

// expect lets an action through in one state only.
func (l *Login) expect(s State) error {
	l.expire()
	switch {
	case l.state == Failed && l.problem == problem.LoginExpired:
		return problem.New(problem.LoginExpired, "waited too long for the person")
	case l.state == s:
		return nil
	}
	return problem.Wrap(problem.OutOfOrder, errState)
}

// waits says whether only the person can go on.
func (l *Login) waits() bool { return l.state == Consent || l.state == Failed && l.again }

// expire ends a login that has waited too long for its person.
func (l *Login) expire() {
	if l.waits() && l.agent.cfg.Clock().After(l.deadline) {
		l.fails(problem.LoginExpired, false)
	}
}

// yields says whether yield would decline the login.
func (l *Login) yields() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expire()
	return l.state == Fetching || l.waits()
}

// underWay says whether the login stands in the way of another one.
func (l *Login) underWay() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expire()
	return l.state == Fetching || l.state == Running || l.waits()
}

// forget wipes the bearer token, which nothing needs any more.
func (l *Login) forget() {
	if l.request != nil {
		clear(l.request.ExchangeToken)
	}
}
