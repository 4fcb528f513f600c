package attest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/activeauth"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
)

// Signed takes the agent's only message for a document whose chip has active
// authentication and no chip authentication, in place of Open and Answer. It
// verifies the security object, that the document has no chip authentication
// this verifier would accept, the chip's signature over the challenge of this
// login, and the files. When it returns nil the login has succeeded.
//
// The chip's signature does not cover the files: that they belong to the chip
// is said by the security object, which signs DG15 and their hashes together.
//
// Any error ends the Login, as in Open.
func (l *Login) Signed(ctx context.Context, m wire.Signed) error {
	return l.step("signed", func() (state, error) { return proved, l.signed(ctx, m) })
}

func (l *Login) signed(ctx context.Context, m wire.Signed) error {
	if err := l.expect(ctx, begun, m); err != nil {
		return err
	}
	if err := l.verifyDocument(m.SOD); err != nil {
		return err
	}
	infos, err := l.withoutChipAuthentication(m.DG14)
	if err != nil {
		return err
	}
	if err := l.verifySignature(m, infos); err != nil {
		return err
	}
	if err := l.takeFiles(m.Files); err != nil {
		return err
	}
	return l.finish(ctx)
}

// withoutChipAuthentication lets a document pass only if chip authentication
// cannot be had from it: what it proves is not to be had for less. Without a
// signed DG14 there is none, and nothing may stand for it.
func (l *Login) withoutChipAuthentication(dg14 []byte) (lds.SecurityInfos, error) {
	if len(dg14) == 0 && l.document.Object.Digests[lds.DG14] == nil {
		return lds.SecurityInfos{}, nil
	}
	if err := l.checkFile(lds.DG14, dg14); err != nil {
		return lds.SecurityInfos{}, err
	}
	l.record.Document.DG14 = sha256.Sum256(dg14)
	infos, err := lds.ParseDG14(dg14)
	if err != nil {
		return lds.SecurityInfos{}, refusal.New(refusal.FileMalformed, err)
	}
	if _, err := chipauth.Select(infos); !errors.Is(err, chipauth.ErrUnsupported) {
		return lds.SecurityInfos{}, refusal.New(refusal.ChipAuthenticationSkipped, errors.New("DG14 has a key of chip authentication"))
	}
	return infos, nil
}

// verifySignature verifies DG15 and then the signature of its key over a
// challenge that is computed here, never taken from the message.
func (l *Login) verifySignature(m wire.Signed, infos lds.SecurityInfos) error {
	if err := l.checkFile(lds.DG15, m.DG15); err != nil {
		return err
	}
	l.record.Document.DG15 = sha256.Sum256(m.DG15)
	key, err := lds.ParseDG15(m.DG15)
	if err != nil {
		return refusal.New(refusal.FileMalformed, err)
	}
	challenge := activeauth.Challenge(l.tx.Issuer, l.tx.JTI, l.tx.Nonce, l.tx.AgentNonce)
	switch err := activeauth.Verify(key, infos, challenge, m.Signature); {
	case errors.Is(err, activeauth.ErrUnsupported):
		return refusal.New(refusal.ChipUnsupported, err)
	case err != nil:
		return refusal.New(refusal.ChipNotGenuine, err)
	}
	l.record.Chip = activeChip(key)
	l.passed(CheckActive, l.record.Chip.Protocol)
	return nil
}

// takeFiles wants exactly the files that chip authentication would read, and
// their signed hashes.
func (l *Login) takeFiles(sent []wire.File) error {
	files, err := l.files()
	if err != nil {
		return err
	}
	if len(sent) != len(files) {
		return refusal.New(refusal.MessageMalformed, fmt.Errorf("%d files, want %v", len(sent), files))
	}
	l.contents = make(map[lds.File][]byte, len(files))
	for i, f := range files {
		if sent[i].Name != f.String() {
			return refusal.New(refusal.MessageMalformed, fmt.Errorf("file %d is not %v", i+1, f))
		}
		if err := l.checkFile(f, sent[i].Content); err != nil {
			return err
		}
		l.contents[f] = slices.Clone([]byte(sent[i].Content))
	}
	return nil
}
