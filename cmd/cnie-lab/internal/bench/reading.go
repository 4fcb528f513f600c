package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/web/agent"
)

// memory is what one run leaves for the next, as an agent's does.
type memory struct {
	lengths cnie.Lengths
	known   *cnie.Known
}

// reading is one run.
type reading struct {
	config   Config
	memory   *memory
	measured *measured

	card     agent.Card
	counter  *counter
	document *cnie.Card
	prepared *pace.Ephemeral // of a login, whose agent has its keys before the card comes
	proof    cnie.Method     // of a login
}

// run goes through the steps until one fails, and tells which. The card is
// always let go.
func (r *reading) run(ctx context.Context) (failed string, err error) {
	if r.config.Login {
		if r.prepared, err = cnie.Prepare(r.config.Rand); err != nil {
			return stepConnect, err
		}
		defer r.prepared.Wipe()
	}
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
	access.ATR, access.Rand, access.Prepared = r.card.ATR(), r.config.Rand, r.prepared
	access.MaxLe = r.memory.lengths.Recall(r.card.Reader(), access.ATR)
	if access.MaxLe != 0 { // else reading has to tell what lengths work
		access.Known = r.memory.known
	}
	failed, err = r.readOnce(ctx, access)
	if errors.Is(err, cnie.ErrReopen) {
		access.MaxLe, access.Prepared = r.document.MaxLe(), nil
		failed, err = r.readOnce(ctx, access)
	}
	if err == nil {
		r.passed(access)
	}
	return failed, err
}

// passed keeps what a run tells, and what the next one may know.
func (r *reading) passed(access cnie.Access) {
	m := r.measured
	m.maxResponse, m.proof = r.document.MaxResponse(), r.proof
	if m.proof == cnie.NoMethod {
		m.proof = r.document.Proof().Method
	}
	info, paced := r.document.PACE()
	if paced {
		m.mapping = info.Mapping.String()
	}
	m.mappingMissing = access.Preference.Integrated && (!paced || info.Mapping != lds.IntegratedMapping) ||
		access.Preference.ChipAuthentication && (!paced || info.Mapping != lds.ChipAuthenticationMapping)
	if d, ok := r.document.Document(); ok {
		m.document = d.Name
	}
	if access.Known != nil {
		return
	}
	r.memory.lengths.Remember(r.card.Reader(), access.ATR, r.document.MaxLe())
	if known, ok := r.document.Known(); ok && r.config.Known {
		r.memory.known = &known
	}
}

// part is a step that needs the card.
type part struct {
	name string
	do   func() error
}

// parts are the steps behind the opening.
func (r *reading) parts(ctx context.Context) []part {
	var sod, dg14 []byte
	evidence := part{stepEvidence, func() (err error) { sod, dg14, err = r.document.Evidence(ctx); return err }}
	if r.config.Login {
		return []part{evidence, {stepProof, func() error { return r.prove(ctx, sod, dg14) }}}
	}
	parts := []part{evidence, {stepAuthenticate, func() error { return r.document.Authenticate(ctx) }}}
	for _, f := range r.config.Files {
		parts = append(parts, part{f.String(), func() error { _, err := r.document.Read(ctx, f); return err }})
	}
	return parts
}

// readOnce goes through the steps that need the card. The document is closed
// behind them.
func (r *reading) readOnce(ctx context.Context, access cnie.Access) (failed string, err error) {
	open := part{stepOpen, func() (err error) { r.document, err = cnie.Open(ctx, r.counter, access); return err }}
	r.document = nil
	defer func() {
		if r.document != nil {
			r.document.Close()
		}
	}()
	for _, p := range append([]part{open}, r.parts(ctx)...) {
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
