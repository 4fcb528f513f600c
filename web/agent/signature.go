package agent

import (
	"context"
	"errors"
	"fmt"

	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/activeauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// withSignature has a chip without chip authentication sign the challenge of
// this login, and reads the files itself: active authentication leaves no
// channel to the provider. The challenge is made of the verified request alone,
// so that no one can have the chip sign eight bytes of his choice.
func (l *Login) withSignature(ctx context.Context, document *cnie.Card, files []lds.File, sod, dg14 []byte) (redirect string, err error) {
	l.step(StepProof)
	r := l.request
	challenge := activeauth.Challenge(r.Issuer, r.JTI, r.Nonce, r.AgentNonce)
	dg15, signature, err := document.ActiveAuthenticate(ctx, challenge)
	if err != nil {
		return "", err
	}
	contents, err := readFiles(ctx, document, files)
	defer wipeFiles(contents)
	if err != nil {
		return "", err
	}
	l.step(StepProvider)
	return l.sendSigned(ctx, wire.Signed{SOD: sod, DG14: dg14, DG15: dg15, Signature: signature, Files: contents})
}

// readFiles reads the files that the document has; DG1 it has to have.
func readFiles(ctx context.Context, document *cnie.Card, files []lds.File) (contents []wire.File, err error) {
	for _, f := range files {
		content, err := document.Read(ctx, f)
		if f != lds.DG1 && errors.Is(err, card.ErrFileNotFound) && !errors.Is(err, sm.ErrSecureMessaging) {
			continue
		}
		if err != nil {
			return contents, fmt.Errorf("read for a provider: %w", err)
		}
		contents = append(contents, wire.File{Name: f.String(), Content: content})
	}
	return contents, nil
}

func wipeFiles(contents []wire.File) {
	for _, f := range contents {
		clear(f.Content)
	}
}

// sendSigned sends everything at once. From here on there is no second try.
func (l *Login) sendSigned(ctx context.Context, m wire.Signed) (redirect string, err error) {
	if err := l.pass(); err != nil {
		return "", err
	}
	return l.provider.Signed(ctx, l.request, m)
}
