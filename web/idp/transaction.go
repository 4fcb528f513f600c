package idp

import (
	"crypto/subtle"
	"sync"
	"time"

	"cnie.example/attest"
	"cnie.example/attest/level"
	"cnie.example/attest/record"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// transaction is one login. The fields above mu never change.
type transaction struct {
	jti         string
	requestID   string // last part of request_uri
	state       string
	nonce       []byte
	sessionCode string
	asked       level.Level
	cookie      handle

	mu       sync.Mutex
	step     step
	deadline time.Time
	language language.Tag
	token    []byte // bearer token of the exchange, until the request is served
	login    *attest.Login
	identity *attest.Identity
	reached  level.Level
	csrf     string
	checks   []attest.Check // that have passed, when the verifier's login is over
	recorded bool           // the evidence record was given away
	record   *record.Record // that is still to be kept
	outcome  problem.Name   // why it ended
}

// advance goes to the next step. The caller holds mu.
func (t *transaction) advance(to step, now time.Time) {
	wait, _ := to.patience()
	t.step, t.deadline = to, now.Add(wait)
}

// stands tells the step and until when the login waits in it.
func (t *transaction) stands() (step, time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.step, t.deadline
}

// end stops the login for a reason and drops everything it held but the reason,
// the names of the checks that had passed, and the record of a login in which a
// document was shown. The first reason stays. The caller holds mu.
func (t *transaction) end(reason problem.Name, now time.Time) {
	if t.step == ended {
		return
	}
	if t.login != nil {
		t.checks = t.login.Verified()
		t.login.Close()
		if r, err := t.takeRecord(); err == nil {
			t.record = r
		}
	}
	clear(t.token)
	t.token, t.login, t.identity, t.csrf = nil, nil, nil, ""
	t.outcome = reason
	t.advance(ended, now)
}

// takeRecord gives the record of a verifier's login that is over, once. It
// fails with attest.ErrNoRecord for the second time, and when no document was
// shown: then nothing was checked. The caller holds mu.
func (t *transaction) takeRecord() (*record.Record, error) {
	r, err := t.login.Record()
	if err == nil && (t.recorded || r.Document == nil) {
		err = attest.ErrNoRecord
	}
	t.recorded = true
	return r, err
}

// expire ends a login that has waited longer than its step allows and reports
// whether it did. The caller holds mu.
func (t *transaction) expire(now time.Time) bool {
	if t.step == ended || now.Before(t.deadline) {
		return false
	}
	_, reason := t.step.patience()
	t.end(reason, now)
	return true
}

// forgettable says whether nobody will ask for the login again. The caller
// holds mu.
func (t *transaction) forgettable(now time.Time) bool {
	return t.step == ended && !now.Before(t.deadline)
}

// owns says whether the cookie is that of the browser that began.
func (t *transaction) owns(cookie handle) bool {
	return subtle.ConstantTimeCompare(t.cookie[:], cookie[:]) == 1
}

// equal compares texts in a time that depends on their lengths only.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
