package idp

import (
	"time"

	"cnie.example/web/problem"
)

// step is where a login stands.
type step uint8

const (
	started  step = iota // the browser has its cookie; the agent has to fetch the request
	fetched              // the request was served; the agent has to send Opening
	opened               // a Handover was sent; the agent has to send Answers
	issued               // a code was given to the agent; the browser has to bring it
	returned             // the browser brought the code; the person has to confirm the name
	ended                // over: refused, denied, expired or replaced
)

// String names the step for logs.
func (s step) String() string {
	return [...]string{"started", "fetched", "opened", "issued", "returned", "ended"}[s]
}

// patience is how long a login waits in a step, and the problem it ends with
// when nothing came. The time between Handover and Answers is measured by
// package attest, whose limit is shorter than the one here.
func (s step) patience() (time.Duration, problem.Name) {
	switch s {
	case started, fetched:
		return 10 * time.Minute, problem.TransactionExpired
	case opened:
		return 2 * time.Minute, problem.TransactionExpired
	case issued:
		return time.Minute, problem.CodeInvalid
	case returned:
		return 5 * time.Minute, problem.TransactionExpired
	}
	return remembrance, ""
}

// remembrance is how long an ended login is kept, so that the browser that
// began it can be told why it ended. It holds no personal data by then.
const remembrance = 10 * time.Minute
