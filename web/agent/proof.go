package agent

import (
	"context"
	"crypto/sha256"
	"errors"

	"cnie.example/attest/wire"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/relay"
	"cnie.example/web/problem"
)

// withDocument carries the exchange over an open channel: evidence, and the
// strongest proof that the chip can give (docs/protocol.md).
func (l *Login) withDocument(ctx context.Context, document *cnie.Card) (redirect string, err error) {
	l.step(StepReading)
	files, err := consented(l.request.Files)
	if err != nil {
		return "", err
	}
	sod, dg14, err := document.Evidence(ctx)
	if err != nil {
		return "", err
	}
	key, err := chipKey(dg14)
	if errors.Is(err, chipauth.ErrUnsupported) {
		return l.withSignature(ctx, document, files, sod, dg14)
	}
	if err != nil {
		return "", err
	}
	return l.withHandover(ctx, document, key, files, sod, dg14)
}

// chipKey chooses the key that the chip has to prove; chipauth.ErrUnsupported
// when there is none, or no DG14. A point in DG14 that is none is the card's
// fault, not a provider's.
func chipKey(dg14 []byte) (chipauth.Key, error) {
	if dg14 == nil {
		return chipauth.Key{}, chipauth.ErrUnsupported
	}
	infos, err := lds.ParseDG14(dg14)
	if err != nil {
		return chipauth.Key{}, problem.Wrap(problem.CardFault, err)
	}
	key, err := chipauth.Select(infos)
	if err != nil && !errors.Is(err, chipauth.ErrUnsupported) {
		return chipauth.Key{}, problem.Wrap(problem.CardFault, err)
	}
	return key, err
}

// consented are the files that the person agreed to, in the order in which they
// are read: what is short comes first.
func consented(names []string) ([]lds.File, error) {
	asked := make(map[lds.File]bool, len(names))
	for _, name := range names {
		f, err := lds.ParseFile(name)
		if err != nil {
			return nil, problem.Wrap(problem.FilesNotAllowed, err)
		}
		asked[f] = true
	}
	var files []lds.File
	for _, f := range []lds.File{lds.DG1, lds.DG11, lds.DG2} {
		if asked[f] {
			files = append(files, f)
		}
	}
	if len(files) != len(asked) {
		return nil, problem.New(problem.FilesNotAllowed, "a file that nobody can ask for")
	}
	return files, nil
}

// withHandover has the chip prove its key to the provider, who reads the files:
// handover, then relay.
func (l *Login) withHandover(ctx context.Context, document *cnie.Card, key chipauth.Key, files []lds.File, sod, dg14 []byte) (redirect string, err error) {
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

// open sends the evidence. From here on there is no second try.
func (l *Login) open(ctx context.Context, opening wire.Opening) (*wire.Handover, error) {
	if err := l.pass(); err != nil {
		return nil, err
	}
	return l.provider.Open(ctx, l.request, opening)
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
