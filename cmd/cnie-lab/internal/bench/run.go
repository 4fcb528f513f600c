package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/web/agent"
	"cnie.example/web/problem"
)

// Names of the steps. The reading of a file has the name of the file.
const (
	stepConnect      = "connect"
	stepOpen         = "open"
	stepEvidence     = "evidence"
	stepAuthenticate = "authenticate"
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
	Files  []lds.File    // read after the proof of the chip
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
	m := newMeasurement(c.Files)
	lengths := &cnie.Lengths{}
	for run := 1; run <= c.Runs && ctx.Err() == nil; run++ {
		r := &reading{config: c, lengths: lengths, measured: m.begin()}
		step, err := r.run(ctx)
		if err != nil && ctx.Err() != nil {
			break // interrupted, which is no fault of the card
		}
		m.end(r.measured, run, step, c.reason(err), err)
		if c.OnRun != nil {
			c.OnRun(run, err)
		}
		if final(run, err) {
			return m.report(c.Runs), err
		}
	}
	return m.report(c.Runs), context.Cause(ctx)
}

// reason names why a run failed. agent.ProblemOf takes every password of PACE for
// a CAN.
func (c Config) reason(err error) problem.Name {
	if c.MRZ && errors.Is(err, pace.ErrWrongPassword) {
		return problem.WrongMRZ
	}
	return agent.ProblemOf(err)
}

// final says whether no run may follow.
func final(run int, err error) bool {
	return errors.Is(err, pace.ErrWrongPassword) || errors.Is(err, bac.ErrWrongPassword) || errors.Is(err, cnie.ErrAccess) ||
		run == 1 && (errors.Is(err, card.ErrNoService) || errors.Is(err, card.ErrNoReader))
}

// reading is one run.
type reading struct {
	config   Config
	lengths  *cnie.Lengths
	measured *measured

	card     agent.Card
	counter  *counter
	document *cnie.Card
}

// run goes through the steps until one fails, and tells which. The card is
// always let go.
func (r *reading) run(ctx context.Context) (failed string, err error) {
	if err := r.step(stepConnect, func() error { return r.connect(ctx) }); err != nil {
		return stepConnect, err
	}
	r.measured.atr = r.card.ATR()
	failed, err = r.read(ctx)
	closing := r.step(stepClose, r.card.Close)
	if err == nil && closing != nil {
		return stepClose, closing
	}
	return failed, err
}

// read opens the card and reads it, once more when a length did not work.
func (r *reading) read(ctx context.Context) (failed string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, runTime, fmt.Errorf("not read within %v: %w", runTime, card.ErrUnresponsive))
	defer cancel()
	access := r.config.Access
	access.ATR, access.Rand = r.card.ATR(), r.config.Rand
	access.MaxLe = r.lengths.Recall(r.card.Reader(), access.ATR)
	failed, err = r.readOnce(ctx, access)
	if errors.Is(err, cnie.ErrReopen) {
		access.MaxLe = r.document.MaxLe()
		failed, err = r.readOnce(ctx, access)
	}
	if err == nil {
		r.measured.maxResponse, r.measured.proof = r.document.MaxResponse(), r.document.Proof()
		if d, ok := r.document.Document(); ok {
			r.measured.document = d.Name
		}
		r.lengths.Remember(r.card.Reader(), access.ATR, r.document.MaxLe())
	}
	return failed, err
}

// readOnce goes through the steps that need the card. The document is closed
// behind them.
func (r *reading) readOnce(ctx context.Context, access cnie.Access) (failed string, err error) {
	type part struct {
		name string
		do   func() error
	}
	parts := []part{
		{stepOpen, func() (err error) { r.document, err = cnie.Open(ctx, r.counter, access); return err }},
		{stepEvidence, func() error { _, _, err := r.document.Evidence(ctx); return err }},
		{stepAuthenticate, func() error { return r.document.Authenticate(ctx) }},
	}
	for _, f := range r.config.Files {
		parts = append(parts, part{f.String(), func() error { _, err := r.document.Read(ctx, f); return err }})
	}
	r.document = nil
	defer func() {
		if r.document != nil {
			r.document.Close()
		}
	}()
	for _, p := range parts {
		if err := r.step(p.name, p.do); err != nil {
			return p.name, err
		}
	}
	return "", nil
}

// connect waits for a card.
func (r *reading) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, r.config.Wait, fmt.Errorf("none within %v: %w", r.config.Wait, card.ErrNoCard))
	defer cancel()
	c, err := r.config.Cards.Connect(ctx)
	if err != nil {
		if ctx.Err() != nil && !errors.Is(err, card.ErrNoCard) {
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		return err
	}
	r.card, r.counter = c, &counter{card: c}
	return nil
}

// step times a step and counts its APDUs.
func (r *reading) step(name string, do func() error) error {
	before := r.counter.count()
	began := time.Now()
	err := do()
	r.measured.add(name, time.Since(began), r.counter.count()-before, err == nil)
	return err
}

// counter counts the APDUs that pass.
type counter struct {
	card  card.Transmitter
	apdus int
}

// Transmit passes a command on.
func (c *counter) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	c.apdus++
	return c.card.Transmit(ctx, command)
}

func (c *counter) count() int {
	if c == nil {
		return 0
	}
	return c.apdus
}
