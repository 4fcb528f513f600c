package attest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"cnie.example/attest/chipproof"
	"cnie.example/attest/level"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
)

// state names where a Login is.
type state int

const (
	begun  state = iota + 1 // waits for Open
	opened                  // waits for Answer
	proved                  // finished; Identity has the result
	dead                    // an error or Close ended it
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
	}
	return fmt.Sprintf("state(%d)", int(s))
}

// Login is one login. Its methods may be called from any goroutine; they run
// one at a time. A Login that is not brought to its end must be closed, since
// it holds session keys.
type Login struct {
	config *Config
	tx     Transaction

	mu       sync.Mutex
	state    state
	checks   []Check
	document *passiveauth.Document // from Open until the end
	proof    *chipproof.Exchange
	contents map[lds.File][]byte // of files that passed their check
	lab      bool
	level    level.Level
	identity *Identity
}

// Open takes the agent's first message: it verifies the security object and
// DG14, and only then makes the ephemeral key for the chip. The caller signs
// the handover and sends it. The chip's answers must come within
// chipproof.Deadline.
//
// Any error ends the Login. It is a *refusal.Error unless the own randomness
// failed or ctx has ended.
func (l *Login) Open(ctx context.Context, m wire.Opening) (wire.Handover, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	handover, err := l.open(ctx, m)
	if err != nil {
		l.end(dead)
		return wire.Handover{}, fmt.Errorf("open: %w", err)
	}
	l.state = opened
	return handover, nil
}

// Answer takes the chip's answers to the last batch of commands. It returns
// more commands when a file goes on, and nil when the login has succeeded.
//
// Any error ends the Login, as in Open.
func (l *Login) Answer(ctx context.Context, m wire.Answers) (*wire.Commands, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	commands, err := l.answer(ctx, m)
	if err != nil {
		l.end(dead)
		return nil, fmt.Errorf("answer: %w", err)
	}
	if commands != nil {
		return &wire.Commands{Commands: wire.NewBatch(commands)}, nil
	}
	l.end(proved)
	return nil, nil
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
	return slices.Clone(l.checks)
}

// Lab says that the document hangs under a laboratory's trust anchor. It is
// known once Open has found the anchor, and true only where Config.Lab is.
func (l *Login) Lab() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lab
}

// Close ends a Login that is under way and wipes its keys. A Login that has
// succeeded forgets the identity. It can be called more than once.
func (l *Login) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end(dead)
}

// end wipes keys and contents and lets go of everything but the result. A dead
// Login stays dead.
func (l *Login) end(s state) {
	l.state = s
	if l.proof != nil {
		l.proof.Close()
	}
	for _, content := range l.contents {
		clear(content)
	}
	l.proof, l.document, l.contents = nil, nil, nil
	if s == dead {
		l.identity, l.level = nil, level.None
	}
}

func (l *Login) passed(c Check) {
	if !slices.Contains(l.checks, c) {
		l.checks = append(l.checks, c)
	}
}
