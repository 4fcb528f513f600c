package bench

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"cnie.example/attest/refusal"
	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/sm"
	"cnie.example/web/agent"
	"cnie.example/web/problem"
)

// Names of the steps. The reading of a file has the name of the file.
const (
	stepConnect      = "connect"
	stepOpen         = "open"
	stepEvidence     = "evidence"
	stepAuthenticate = "authenticate"
	stepProof        = "proof" // with the files, in a login
	stepClose        = "close"
)

// Config says what is read, how often and from where.
type Config struct {
	Cards agent.Cards
	// Access opens the card: exactly one password, which stays the caller's, and
	// what is wanted of PACE. ATR, Rand and MaxLe are filled in.
	Access cnie.Access
	MRZ    bool // Access has the password of the machine readable zone
	Runs   int
	Wait   time.Duration // for a card, in each run
	Files  []lds.File    // read after the proof of the chip; a login begins with DG1
	Login  bool          // the card's part of a login, instead of the owner's reading
	Known  bool          // after a run that passed, the card is taken for the same document
	Rand   io.Reader
	OnRun  func(run int, err error) // called after each run, counted from 1; may be nil
}

// runTime bounds a run once the card is there.
const runTime = 2 * time.Minute

// Run reads the card Runs times. A run that fails is counted and the next one
// begins, with two exceptions: without a service or a reader in the first run
// there is nothing to measure, and after a wrong password there is no next try.
// Then the error says why; the report is of the runs made, as it is when ctx
// ends. The length that a run found to work is remembered for the next, as an
// agent does.
func Run(ctx context.Context, c Config) (*Report, error) {
	m := newMeasurement(c)
	memory := &memory{}
	for run := 1; run <= c.Runs && ctx.Err() == nil; run++ {
		r := &reading{config: c, memory: memory, measured: m.begin()}
		step, err := r.run(ctx)
		if err != nil && ctx.Err() != nil {
			break // interrupted, which is no fault of the card
		}
		m.end(r.measured, run, step, c.reason(step, err), err)
		if c.OnRun != nil {
			c.OnRun(run, err)
		}
		if final(run, err) {
			return m.report(c.Runs), err
		}
	}
	return m.report(c.Runs), context.Cause(ctx)
}

// fileAbsent is the reason of a run whose file the document does not have: no
// fault of the card, and no problem that a login can have.
const fileAbsent problem.Name = "file_absent"

// reason names why a run failed in a step. agent.ProblemOf takes every password
// of PACE for a CAN, and knows no refusal of a provider.
func (c Config) reason(step string, err error) problem.Name {
	if c.MRZ && errors.Is(err, pace.ErrWrongPassword) {
		return problem.WrongMRZ
	}
	if c.reads(step) && errors.Is(err, card.ErrFileNotFound) && !errors.Is(err, sm.ErrSecureMessaging) {
		return fileAbsent
	}
	if refused, ok := refusal.Of(err); ok {
		return problem.Name(refused)
	}
	return agent.ProblemOf(err)
}

// reads says whether a step reads a file that was asked for.
func (c Config) reads(step string) bool {
	return slices.ContainsFunc(c.Files, func(f lds.File) bool { return f.String() == step })
}

// final says whether no run may follow.
func final(run int, err error) bool {
	return errors.Is(err, pace.ErrWrongPassword) || errors.Is(err, bac.ErrWrongPassword) || errors.Is(err, cnie.ErrAccess) ||
		run == 1 && (errors.Is(err, card.ErrNoService) || errors.Is(err, card.ErrNoReader))
}
