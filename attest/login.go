package attest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"cnie.example/attest/chipproof"
	"cnie.example/attest/level"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/record"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
)

// state names where a Login is.
type state int

const (
	begun  state = iota + 1 // waits for Open or Signed
	opened                  // waits for Answer
	proved                  // finished; Identity has the result
	dead                    // an error or Close ended it
	moved                   // Seal took it away
)

// String names the state for error texts.
func (s state) String() string {
	switch s {
	case begun:
		return "begun"
	case opened:
		return "opened"
	case proved:
		return "finished"
	case dead:
		return "ended"
	case moved:
		return "sealed"
	}
	return fmt.Sprintf("state(%d)", int(s))
}

// Login is one login. Its methods may be called from any goroutine; they run
// one at a time. A Login that is not brought to its end must be closed, since
// it holds session keys.
type Login struct {
	verifier *Verifier
	tx       Transaction

	mu       sync.Mutex
	state    state
	record   record.Record         // what has been found out so far; its Checks are those of Verified
	document *passiveauth.Document // from Open until the end
	proof    *chipproof.Exchange
	chip     *record.Chip        // the proof under way
	contents map[lds.File][]byte // of files that passed their check
	level    level.Level
	identity *Identity
	version  uint64 // of the state that SharedLogins.Claim took, until Release; 0 for all others
}

// Open takes the agent's first message: it verifies the security object and
// DG14, and only then makes the ephemeral key for the chip. The caller signs
// the handover and sends it. The chip's answers must come within
// chipproof.Deadline.
//
// Any error ends the Login. It is a *refusal.Error unless the own randomness
// failed, the trust store does not fit (ErrConfig) or ctx has ended.
func (l *Login) Open(ctx context.Context, m wire.Opening) (handover wire.Handover, err error) {
	err = l.step("open", func() (state, error) {
		handover, err = l.open(ctx, m)
		return opened, err
	})
	return handover, err
}

// Answer takes the chip's answers to the last batch of commands. It returns
// more commands when a file goes on, and nil when the login has succeeded.
//
// Any error ends the Login, as in Open.
func (l *Login) Answer(ctx context.Context, m wire.Answers) (more *wire.Commands, err error) {
	err = l.step("answer", func() (state, error) {
		commands, err := l.answer(ctx, m)
		if err != nil || commands == nil {
			return proved, err
		}
		more = &wire.Commands{Commands: wire.NewBatch(commands)}
		return opened, nil
	})
	return more, err
}

// step makes one step under the lock. The Login is dead after it unless f comes
// back without an error, so also when something that f calls panics.
func (l *Login) step(name string, f func() (state, error)) (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := dead
	defer func() { l.enter(next, err) }()
	reached, err := f()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	next = reached
	return nil
}

// expect lets a message pass in one state only.
func (l *Login) expect(ctx context.Context, want state, message wire.Message) error {
	if l.state != want {
		return refusal.New(refusal.MessageOutOfOrder, fmt.Errorf("%s in a login that is %v", message.Type(), l.state))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return messageError(message.Validate())
}

func messageError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, wire.ErrTooLarge):
		return refusal.New(refusal.MessageTooLarge, err)
	}
	return refusal.New(refusal.MessageMalformed, err)
}

// Identity tells who the document names. It fails with ErrNoIdentity unless
// the Login has succeeded. The result is the caller's.
func (l *Login) Identity() (*Identity, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state != proved {
		return nil, ErrNoIdentity
	}
	return l.identity.clone(), nil
}

// Level is what the evidence of this Login reaches: level.None until the Login
// has succeeded, and after any error.
func (l *Login) Level() level.Level {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state != proved {
		return level.None
	}
	return l.level
}

// Verified lists the checks that have passed so far, in their order, also
// after an error. The slice is the caller's.
func (l *Login) Verified() []Check {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := make([]Check, len(l.record.Checks))
	for i, c := range l.record.Checks {
		names[i] = Check(c.Name)
	}
	return names
}

// Lab says that the document hangs under a laboratory's trust anchor. It is
// known once Open has found the anchor, and true only where Config.Lab is.
func (l *Login) Lab() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.record.Lab
}

// Close ends a Login that is under way and wipes its keys. A Login that has
// succeeded forgets the identity; Record stays. It can be called more than
// once.
func (l *Login) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.enter(dead, nil)
}

// enter goes to a state. What was sealed lives elsewhere: here it stays so.
func (l *Login) enter(s state, err error) {
	if l.state == moved {
		return
	}
	if s == opened {
		l.state = s
		return
	}
	l.conclude(err)
	if s == dead {
		l.forgetResult()
	}
	l.state = s
	l.wipe()
}

// wipe overwrites keys and contents and lets go of everything but the result.
func (l *Login) wipe() {
	if l.proof != nil {
		l.proof.Close()
	}
	for _, content := range l.contents {
		clear(content)
	}
	l.proof, l.document, l.contents, l.chip = nil, nil, nil, nil
}

func (l *Login) forgetResult() {
	if l.identity != nil {
		clear(l.identity.Photo)
	}
	l.identity, l.level = nil, level.None
}
