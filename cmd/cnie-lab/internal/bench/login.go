package bench

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"cnie.example/attest/chipproof"
	"cnie.example/card/activeauth"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
)

// What a login is named here. No provider has this name.
const (
	provider    = "https://provider.invalid"
	transaction = "bench"
	nonceSize   = 32
)

// prove is the card's part of a login behind the evidence: the chip proves
// itself as it does to a provider, who is in this process and judges no
// document, and the files are read. The order is that of web/agent.
func (r *reading) prove(ctx context.Context, sod, dg14 []byte) error {
	infos := lds.SecurityInfos{}
	if dg14 != nil {
		var err error
		if infos, err = lds.ParseDG14(dg14); err != nil {
			return err
		}
	}
	key, err := chipauth.Select(infos)
	if errors.Is(err, chipauth.ErrUnsupported) {
		r.proof = cnie.ActiveAuthentication
		return r.sign(ctx, infos)
	}
	if err != nil {
		return err
	}
	r.proof = cnie.ChipAuthentication
	return r.handOver(ctx, key, sod, dg14)
}

// handOver gives the chip to the provider, whose commands pass the relay.
func (r *reading) handOver(ctx context.Context, key chipauth.Key, sod, dg14 []byte) error {
	s, d := sha256.Sum256(sod), sha256.Sum256(dg14)
	h := chipauth.Handover{Issuer: provider, JTI: transaction, AgentNonce: nonce(), SODHash: s[:], DG14Hash: d[:]}
	exchange, offer, err := chipproof.Start(chipproof.Config{
		Key: key, Handover: h, Files: r.config.Files,
		MaxCommand: r.document.MaxCommand(), MaxResponse: r.document.MaxResponse(),
		Rand: r.config.Rand, Clock: time.Now, Check: func(lds.File, []byte) error { return nil },
	})
	if err != nil {
		return err
	}
	defer exchange.Close()
	h.KeyID, h.PublicKey = offer.KeyID, offer.PublicKey
	if err := chipauth.VerifyProof(key, h, offer.Proof); err != nil {
		return err
	}
	relay, err := r.document.Hand(ctx, key, offer.PublicKey, r.config.Files)
	for commands := offer.Commands; err == nil && commands != nil; {
		var answers [][]byte
		if answers, err = relay.Forward(ctx, commands); err == nil {
			commands, err = exchange.Answer(answers)
		}
	}
	return err
}

// sign has a chip without chip authentication sign, and reads the files as the
// agent does.
func (r *reading) sign(ctx context.Context, infos lds.SecurityInfos) error {
	challenge := activeauth.Challenge(provider, transaction, nonce(), nonce())
	dg15, signature, err := r.document.ActiveAuthenticate(ctx, challenge)
	if err != nil {
		return err
	}
	key, err := lds.ParseDG15(dg15)
	if err != nil {
		return err
	}
	if err := activeauth.Verify(key, infos, challenge, signature); err != nil {
		return fmt.Errorf("%w: %w", cnie.ErrChip, err)
	}
	for _, f := range r.config.Files {
		if _, err := r.document.Read(ctx, f); err != nil {
			return fmt.Errorf("%v: %w", f, err)
		}
	}
	return nil
}

func nonce() []byte {
	n := make([]byte, nonceSize)
	_, _ = rand.Read(n) // never fails (crypto/rand)
	return n
}
