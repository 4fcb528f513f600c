package agent

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/pace"
	"cnie.example/web/problem"
)

// fetchWith gets the request under a fresh nonce, which is written to nonce.
func (l *Login) fetchWith(nonce []byte) (*wire.Request, error) {
	if _, err := io.ReadFull(l.agent.cfg.Rand, nonce); err != nil {
		return nil, fmt.Errorf("agent nonce: %w", err)
	}
	ctx, cancel := context.WithTimeout(l.agent.ctx, fetchTime)
	defer cancel()
	l.cancelWith(cancel)
	return l.provider.Fetch(ctx, l.requestURI, nonce)
}

// cancelWith makes Decline end the work that cancel ends.
func (l *Login) cancelWith(cancel context.CancelFunc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cancel = cancel
	if l.declined {
		cancel()
	}
}

// attempt is one try with one CAN, from the card to its end. It wipes the
// password, and remembers the document d, unless that is nil, when it succeeds.
func (l *Login) attempt(password *pace.Password, d *document) {
	kept := false
	defer l.recovered()
	defer func() {
		if !kept {
			d.wipe()
		}
	}()
	defer password.Wipe()
	ctx, cancel := context.WithTimeout(l.agent.ctx, attemptTime)
	defer cancel()
	l.cancelWith(cancel)
	redirect, err := l.withCard(ctx, password, d)
	if err != nil {
		l.fail(err)
		return
	}
	kept = true
	l.agent.documents.keep(d)
	l.succeed(redirect)
}

// withCard connects to a card and resets it at the end, whatever the end.
func (l *Login) withCard(ctx context.Context, password *pace.Password, d *document) (redirect string, err error) {
	l.step(StepReader)
	prepared, err := cnie.Prepare(l.agent.cfg.Rand)
	if err != nil {
		return "", fmt.Errorf("prepare: %w", err)
	}
	defer prepared.Wipe()
	c, err := l.connect(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close() // a reset that fails leaves a card that is gone
	l.step(StepCard)
	// An answer to reset outside the table is no reason to refuse: new cards
	// come with new ones. A card that is no document shows itself by its files.
	if _, known := cnie.Recognise(c.ATR()); !known {
		l.agent.cfg.Logger.Info("answer to reset not in the table", "atr", fmt.Sprintf("%X", c.ATR()))
	}
	maxLe := l.agent.lengths.Recall(c.Reader(), c.ATR())
	if maxLe == 0 {
		d.forget() // in a reader that is new, reading tells what lengths it takes
	}
	redirect, err = l.expecting(ctx, c, cnie.Access{
		Password: password, ATR: c.ATR(), Rand: l.agent.cfg.Rand, Prepared: prepared, MaxLe: maxLe, Known: d.expected(),
	}, d)
	if err == nil {
		l.step(StepDone)
	}
	return redirect, err
}

func (l *Login) connect(ctx context.Context) (Card, error) {
	waiting, cancel := context.WithTimeoutCause(ctx, l.agent.cfg.CardTime, card.ErrNoCard)
	defer cancel()
	c, err := l.agent.cfg.Cards.Connect(waiting)
	if err != nil && ctx.Err() == nil && waiting.Err() != nil {
		return nil, fmt.Errorf("%w: %w", card.ErrNoCard, err)
	}
	return c, err
}

// expecting reads the card as the document that it is taken for, if any. When
// it turns out to be another one before anything was sent, it is read anew;
// later there is no second try, and the person is told.
func (l *Login) expecting(ctx context.Context, c Card, access cnie.Access, d *document) (redirect string, err error) {
	redirect, err = l.read(ctx, c, access, d)
	if access.Known == nil || !isOther(err) || ctx.Err() != nil {
		return redirect, err
	}
	if l.hasSent() {
		return "", problem.Wrap(problem.OtherDocument, err)
	}
	d.forget()
	access.Known, access.Prepared = nil, nil
	return l.read(ctx, c, access, d)
}

// read opens the card and carries the login through. It opens the card once more
// when a length does not work (cnie.Use), and remembers the one that does.
func (l *Login) read(ctx context.Context, c Card, access cnie.Access, d *document) (redirect string, err error) {
	l.step(StepChannel)
	maxLe, err := cnie.Use(ctx, c, access, func(document *cnie.Card) (err error) {
		redirect, err = l.withDocument(ctx, document)
		if known, ok := document.Known(); ok && err == nil {
			d.learn(known)
		}
		return err
	})
	// Where no file was read, nothing was learnt about lengths.
	if maxLe != 0 && access.Known == nil {
		l.agent.lengths.Remember(c.Reader(), c.ATR(), maxLe)
	}
	return redirect, err
}

// isOther says whether a failure may come of a card that was taken for another:
// it does not do what that one does, or does not have its key.
func isOther(err error) bool {
	if errors.Is(err, cnie.ErrOtherDocument) || errors.Is(err, cnie.ErrNoProof) {
		return true
	}
	switch problem.Of(err) {
	case chipNotGenuine, "chip_answer_unprotected", "file_hash_mismatch":
		return true
	}
	return false
}

// pass is the point of no return, which a person who declined does not reach.
func (l *Login) pass() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.declined {
		return context.Canceled
	}
	l.sent = true
	return nil
}

// hasSent says whether that point was passed.
func (l *Login) hasSent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent
}
