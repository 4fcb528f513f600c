package attest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"cnie.example/attest/chipproof"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
)

func (l *Login) open(ctx context.Context, m wire.Opening) (wire.Handover, error) {
	if err := l.expect(ctx, begun, m); err != nil {
		return wire.Handover{}, err
	}
	if err := l.verifyDocument(m.SOD); err != nil {
		return wire.Handover{}, err
	}
	key, err := l.chipKey(m.DG14)
	if err != nil {
		return wire.Handover{}, err
	}
	return l.startProof(m, key)
}

// verifyDocument is passive authentication up to the security object, and the
// policy about countries. It takes the trust store that is in force now; the
// Login asks for none later. What was found out is kept when a check fails.
func (l *Login) verifyDocument(sod []byte) error {
	trust, err := l.verifier.trust()
	if err != nil {
		return err
	}
	config := &l.verifier.config
	now := config.Clock()
	document, err := passiveauth.Verify(sod, trust, passiveauth.Policy{Now: now, RequireRevocation: config.RequireRevocation})
	l.noteDocument(sod, document, trust, now)
	if err != nil {
		return err
	}
	if !config.acceptsSigner(document.Signer.Country) {
		return refusal.New(refusal.CountryNotAccepted, fmt.Errorf("document signer of %q", document.Signer.Country))
	}
	l.passed(CheckCountryAccepted, document.Signer.Country)
	l.document = document
	return nil
}

// chipKey gives the chip's key of a DG14 that has the signed hash. Nothing of
// DG14 is looked at before.
func (l *Login) chipKey(dg14 []byte) (chipauth.Key, error) {
	if err := l.checkFile(lds.DG14, dg14); err != nil {
		return chipauth.Key{}, err
	}
	infos, err := lds.ParseDG14(dg14)
	if err != nil {
		return chipauth.Key{}, refusal.New(refusal.FileMalformed, err)
	}
	key, err := chipauth.Select(infos)
	if err != nil {
		return chipauth.Key{}, refusal.New(refusal.ChipUnsupported, err)
	}
	return key, nil
}

// checkFile compares a file with its signed hash and emits the file's check.
func (l *Login) checkFile(f lds.File, content []byte) error {
	if err := l.document.CheckFile(f, content); err != nil {
		return err
	}
	l.noteFile(f)
	switch f {
	case lds.DG1:
		l.passedFile(CheckDG1)
	case lds.DG2:
		l.passedFile(CheckDG2)
	case lds.DG11:
		l.passedFile(CheckDG11)
	case lds.DG14:
		l.passedFile(CheckDG14)
	case lds.DG15:
		l.passedFile(CheckDG15)
	}
	return nil
}

func (l *Login) passedFile(c Check) { l.passed(c, l.document.Object.Hash.String()) }

// startProof makes the ephemeral key and the handover.
func (l *Login) startProof(m wire.Opening, key chipauth.Key) (wire.Handover, error) {
	files, err := l.files()
	if err != nil {
		return wire.Handover{}, err
	}
	sod, dg14 := sha256.Sum256(m.SOD), sha256.Sum256(m.DG14)
	l.record.Document.DG14, l.chip = dg14, chipOf(key)
	l.contents = make(map[lds.File][]byte, len(files))
	proof, offer, err := chipproof.Start(chipproof.Config{
		Key: key,
		Handover: chipauth.Handover{
			Issuer: l.tx.Issuer, JTI: l.tx.JTI, AgentNonce: l.tx.AgentNonce, SODHash: sod[:], DG14Hash: dg14[:],
		},
		Files: files, MaxCommand: m.MaxCommand, MaxResponse: m.MaxResponse,
		Rand: l.verifier.config.Rand, Clock: l.verifier.config.Clock, Check: l.takeFile,
	})
	if err != nil {
		return wire.Handover{}, err
	}
	l.proof = proof
	return wire.Handover{
		Issuer: l.tx.Issuer, JTI: l.tx.JTI, AgentNonce: l.tx.AgentNonce, SODHash: sod[:], DG14Hash: dg14[:],
		KeyID: offer.KeyID, PublicKey: offer.PublicKey, Proof: offer.Proof, Commands: wire.NewBatch(offer.Commands),
	}, nil
}

// files lists what is read: DG1 first, then those that were asked for and that
// the document has, by its security object.
func (l *Login) files() ([]lds.File, error) {
	files := []lds.File{lds.DG1}
	if l.document.Object.Digests[lds.DG1] == nil {
		return nil, refusal.New(refusal.FileNotListed, errors.New("no signed digest of DG1"))
	}
	// DG11 before DG2: what is short comes first.
	for _, f := range []lds.File{lds.DG11, lds.DG2} {
		if slices.Contains(l.tx.Files, f) && l.document.Object.Digests[f] != nil {
			files = append(files, f)
		}
	}
	return files, nil
}

// takeFile is the check that the chip proof calls for each file that it read.
func (l *Login) takeFile(f lds.File, content []byte) error {
	l.notePresence()
	if err := l.checkFile(f, content); err != nil {
		return err
	}
	l.contents[f] = content
	return nil
}

// notePresence emits the check of the chip once the proof says so.
func (l *Login) notePresence() {
	if l.proof != nil && l.proof.Present() {
		l.record.Chip = l.chip
		l.passed(CheckChipAuthentication, l.chip.Protocol)
	}
}
