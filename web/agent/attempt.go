package agent

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/relay"
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
// password.
func (l *Login) attempt(password *pace.Password) {
	defer l.recovered()
	defer password.Wipe()
	ctx, cancel := context.WithTimeout(l.agent.ctx, attemptTime)
	defer cancel()
	l.cancelWith(cancel)
	redirect, err := l.withCard(ctx, password)
	if err != nil {
		l.fail(err)
		return
	}
	l.succeed(redirect)
}

// withCard connects to a card and resets it at the end, whatever the end.
func (l *Login) withCard(ctx context.Context, password *pace.Password) (redirect string, err error) {
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
	l.step(StepChannel)
	document, err := cnie.OpenPrepared(ctx, c, c.ATR(), l.agent.cfg.Rand, password, prepared)
	if err != nil {
		return "", err
	}
	defer document.Close()
	redirect, err = l.withDocument(ctx, document)
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

// withDocument carries the exchange over an open channel: evidence, handover,
// relay (docs/protocol.md).
func (l *Login) withDocument(ctx context.Context, document *cnie.Card) (redirect string, err error) {
	l.step(StepReading)
	sod, dg14, err := document.Evidence(ctx)
	if err != nil {
		return "", err
	}
	key, err := chipKey(dg14)
	if err != nil {
		return "", err
	}
	files, err := consented(l.request.Files)
	if err != nil {
		return "", err
	}
	l.step(StepProvider)
	handover, err := l.open(ctx, wire.Opening{
		SOD: sod, DG14: dg14, MaxCommand: document.MaxCommand(), MaxResponse: document.MaxResponse(),
	})
	if err != nil {
		return "", err
	}
	if err := l.verify(key, handover, sod, dg14); err != nil {
		return "", err
	}
	l.step(StepProof)
	channel, err := document.Hand(ctx, key, handover.PublicKey, files, relay.WithClock(l.agent.cfg.Clock))
	if err != nil {
		return "", err
	}
	return l.relayed(ctx, channel, handover.Commands.APDUs())
}

// chipKey chooses the key that the chip has to prove. A point in DG14 that is
// none is the card's fault, not a provider's.
func chipKey(dg14 []byte) (chipauth.Key, error) {
	infos, err := lds.ParseDG14(dg14)
	if err != nil {
		return chipauth.Key{}, problem.Wrap(problem.CardFault, err)
	}
	key, err := chipauth.Select(infos)
	if err != nil {
		return chipauth.Key{}, problem.Wrap(problem.ChipUnsupported, err)
	}
	return key, nil
}

func consented(names []string) ([]lds.File, error) {
	files := make([]lds.File, 0, len(names))
	for _, name := range names {
		f, err := lds.ParseFile(name)
		if err != nil {
			return nil, problem.Wrap(problem.FilesNotAllowed, err)
		}
		files = append(files, f)
	}
	return files, nil
}

// open sends the evidence. From here on there is no second try.
func (l *Login) open(ctx context.Context, opening wire.Opening) (*wire.Handover, error) {
	if err := l.pass(); err != nil {
		return nil, err
	}
	return l.provider.Open(ctx, l.request, opening)
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

// verify checks the proof of the handover against what the agent itself knows
// of this login and this chip. Without it a provider could pass on a point that
// another provider made.
func (l *Login) verify(key chipauth.Key, h *wire.Handover, sod, dg14 []byte) error {
	sodHash, dg14Hash := sha256.Sum256(sod), sha256.Sum256(dg14)
	return chipauth.VerifyProof(key, chipauth.Handover{
		Issuer: l.request.Issuer, JTI: l.request.JTI, AgentNonce: l.request.AgentNonce,
		SODHash: sodHash[:], DG14Hash: dg14Hash[:], KeyID: h.KeyID, PublicKey: h.PublicKey,
	}, h.Proof)
}

// relayed forwards batch after batch until the provider ends the exchange. The
// budgets of the relay bound the number of rounds.
func (l *Login) relayed(ctx context.Context, channel *relay.Relay, commands [][]byte) (redirect string, err error) {
	for {
		responses, err := channel.Forward(ctx, commands)
		if err != nil {
			return "", err
		}
		commands, redirect, err = l.provider.Answer(ctx, l.request, wire.Answers{Responses: wire.NewBatch(responses)})
		if err != nil || redirect != "" {
			return redirect, err
		}
	}
}
