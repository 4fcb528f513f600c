package cnie_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"testing"

	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/sm"
	"cnie.example/card/vcard"
)

// provider is the provider's half of a login, without judgement of documents.
type provider struct {
	rand     io.Reader
	le       int
	keys     *sm.Keys
	answered int // commands answered
	key      chipauth.Key
	public   []byte
}

var errProvider = errors.New("provider refuses the answers")

// hand makes the point for a document.
func (p *provider) hand(sod, dg14 []byte) (chipauth.Handover, []byte, error) {
	infos, err := lds.ParseDG14(dg14)
	if err != nil {
		return chipauth.Handover{}, nil, err
	}
	if p.key, err = chipauth.Select(infos); err != nil {
		return chipauth.Handover{}, nil, err
	}
	s, d := sha256.Sum256(sod), sha256.Sum256(dg14)
	h := chipauth.Handover{
		Issuer: "https://idp.test", JTI: "1", AgentNonce: make([]byte, 32), SODHash: s[:], DG14Hash: d[:], KeyID: p.key.KeyID,
	}
	e, err := chipauth.Compute(p.rand, p.key, h)
	if err != nil {
		return chipauth.Handover{}, nil, err
	}
	p.keys, h.PublicKey, p.public = e.Keys, e.PublicKey, e.PublicKey
	return h, e.Proof, nil
}

// commands wraps one read for each file ahead: command n counts 2n+1.
func (p *provider) commands(files []lds.File) ([][]byte, error) {
	var batch [][]byte
	for i, f := range files {
		c, err := p.keys.Wrap(2*uint64(i)+1, card.Command{INS: 0xB0, P1: 0x80 | byte(f), Le: p.le})
		if err != nil {
			return nil, err
		}
		b, err := c.Bytes()
		if err != nil {
			return nil, err
		}
		batch = append(batch, b)
	}
	return batch, nil
}

// files unwraps the answers: response n counts 2n+2.
func (p *provider) files(answers [][]byte, n int) ([][]byte, error) {
	if len(answers) != n {
		return nil, fmt.Errorf("%d answers: %w", len(answers), errProvider)
	}
	var files [][]byte
	for i, a := range answers {
		r, err := card.ParseResponse(a)
		if err != nil {
			return nil, err
		}
		r, err = p.keys.Unwrap(2*uint64(i)+2, r)
		if err != nil {
			return nil, err
		}
		if r.Status != card.StatusOK && r.Status != card.StatusEndOfFile {
			return nil, r.Err("read by the provider")
		}
		files = append(files, r.Data)
		p.answered++
	}
	return files, nil
}

// login is the card's part of a whole login: the agent's half by cnie, the
// provider's half by provider. It returns SOD, DG14 and the files.
func login(ctx context.Context, t card.Transmitter, rand io.Reader, can string, p *provider, files []lds.File) ([][]byte, error) {
	pw, err := pace.CAN([]byte(can))
	if err != nil {
		return nil, err
	}
	defer pw.Wipe()
	c, err := cnie.Open(ctx, t, nil, rand, pw)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	sod, dg14, err := c.Evidence(ctx)
	if err != nil {
		return nil, err
	}
	p.le = c.MaxResponse() - 2
	if p.le < card.MaxExtendedLe {
		p.le = 223
	}
	h, proof, err := p.hand(sod, dg14)
	if err != nil {
		return nil, err
	}
	if err := chipauth.VerifyProof(p.key, h, proof); err != nil {
		return nil, err
	}
	relay, err := c.Hand(ctx, p.key, h.PublicKey, files)
	if err != nil {
		return nil, err
	}
	batch, err := p.commands(files)
	if err != nil {
		return nil, err
	}
	answers, err := relay.Forward(ctx, batch)
	if err != nil {
		return nil, err
	}
	got, err := p.files(answers, len(files))
	if err != nil {
		return nil, err
	}
	return append([][]byte{sod, dg14}, got...), nil
}

func identityFiles() []lds.File { return []lds.File{lds.DG1, lds.DG11} }

// run is login with the specimen's CAN and seeded randomness.
func run(ctx context.Context, t card.Transmitter, seed int) ([][]byte, error) {
	return login(ctx, t, seeded("terminal", seed), specimenCAN, &provider{rand: seeded("provider", seed)}, identityFiles())
}

// check compares what a login read with what the document holds.
func check(p vcard.Personalisation, got [][]byte) error {
	for i, f := range append([]lds.File{lds.SOD, lds.DG14}, identityFiles()...) {
		if i >= len(got) || !bytes.Equal(got[i], p.Files[f.FID()]) {
			return fmt.Errorf("%v is not what the document holds", f)
		}
	}
	return nil
}

// loginAPDUs is the number of commands of a login with extended length that
// reads CardAccess, SOD, DG14, DG1 and DG11.
const loginAPDUs = 13

// TestLogin catches a terminal and a chip, written apart, that do not
// understand each other, and a command too many.
func TestLogin(t *testing.T) {
	base := specimen(t)
	for name, change := range map[string]func(p *vcard.Personalisation){
		"as seen":              func(*vcard.Personalisation) {},
		"nonce of 32 bytes":    func(p *vcard.Personalisation) { p.NonceSize = 32 },
		"key id":               func(p *vcard.Personalisation) { setKeyID(t, p, []byte{5}) },
		"refused SELECT MF":    func(p *vcard.Personalisation) { p.SelectMF = 0x6A86 },
		"generic mapping only": func(p *vcard.Personalisation) { p.CardAccess = cardAccess(t, false) },
	} {
		t.Run(name, func(t *testing.T) {
			p := base.Clone()
			change(&p)
			chip := newCard(t, p)
			got, err := run(t.Context(), chip, 0)
			must(t, err)
			must(t, check(p, got))
			apdus, received, sent := chip.Counters()
			t.Logf("%d APDUs, %d bytes to the chip, %d from it", apdus, received, sent)
			if apdus != loginAPDUs {
				t.Errorf("%d APDUs, want %d", apdus, loginAPDUs)
			}
		})
	}
}

func setKeyID(t testing.TB, p *vcard.Personalisation, id []byte) {
	public, err := p.ChipCurve.PublicKey(p.ChipKey)
	must(t, err)
	p.KeyID = id
	p.Files[lds.DG14.FID()] = dg14(t, public, id)
}

// TestShortLength catches a login that needs extended length, or takes more
// commands than the minimum for a card without it.
func TestShortLength(t *testing.T) {
	p := specimen(t)
	p.ShortLength = true
	chip := newCard(t, p)
	got, err := run(t.Context(), chip, 0)
	must(t, err)
	must(t, check(p, got))
	apdus, _, _ := chip.Counters()
	t.Logf("%d APDUs", apdus)
	if apdus > 24 {
		t.Errorf("%d APDUs, want 24", apdus)
	}
}

// TestReaderWithoutExtendedLength catches a login that gives up on a reader that
// fails extended commands itself, before they reach the card.
func TestReaderWithoutExtendedLength(t *testing.T) {
	p := specimen(t)
	chip := newCard(t, p)
	failed := 0
	reader := card.TransmitterFunc(func(ctx context.Context, command []byte) ([]byte, error) {
		if c, err := card.ParseCommand(command); err != nil || c.Extended {
			failed++
			return nil, card.ErrUnresponsive
		}
		return chip.Transmit(ctx, command)
	})
	got, err := run(t.Context(), reader, 0)
	must(t, err)
	must(t, check(p, got))
	if failed != 1 {
		t.Errorf("%d extended commands", failed)
	}
}

// TestWrongCAN catches a wrong CAN that is not named as such or shows in the
// error, and a card that has to be reset before the next attempt.
func TestWrongCAN(t *testing.T) {
	p := specimen(t)
	chip := newCard(t, p)
	for range 2 {
		_, err := login(t.Context(), chip, seeded("terminal", 1), "246811", &provider{}, nil)
		if !errors.Is(err, pace.ErrWrongPassword) || errors.Is(err, cnie.ErrUnknownCard) {
			t.Fatalf("wrong CAN: %v", err)
		}
		if bytes.Contains([]byte(err.Error()), []byte("24681")) {
			t.Errorf("CAN in the error: %v", err)
		}
	}
	got, err := run(t.Context(), chip, 0)
	must(t, err)
	must(t, check(p, got))
}

// TestAgainWithoutReset catches a second login on a card where the first one
// left the application selected and a channel open.
func TestAgainWithoutReset(t *testing.T) {
	p := specimen(t)
	chip := newCard(t, p)
	for i := range 3 {
		got, err := run(t.Context(), chip, i)
		must(t, err)
		must(t, check(p, got))
	}
}

// TestClone catches a chip accepted although its key is not the one of DG14.
func TestClone(t *testing.T) {
	p := specimen(t)
	var err error
	p.ChipKey, err = p.ChipCurve.GenerateKey(seeded("clone", 0))
	must(t, err)
	prov := &provider{rand: seeded("provider", 0)}
	if _, err := login(t.Context(), newCard(t, p), seeded("terminal", 0), specimenCAN, prov, identityFiles()); err == nil {
		t.Fatal("clone logged in")
	}
	if prov.keys == nil || prov.answered != 0 {
		t.Errorf("%d answers of the clone were accepted", prov.answered)
	}

	c := open(t, newCard(t, p))
	if err := c.Authenticate(t.Context(), seeded("local", 0)); !errors.Is(err, cnie.ErrChip) {
		t.Errorf("local reading of a clone: %v", err)
	}
	if _, err := c.Read(t.Context(), lds.DG1); !errors.Is(err, cnie.ErrOrder) {
		t.Errorf("read after a failed chip authentication: %v", err)
	}
}

// open opens the specimen.
func open(t testing.TB, chip card.Transmitter) *cnie.Card {
	t.Helper()
	pw, err := pace.CAN([]byte(specimenCAN))
	must(t, err)
	defer pw.Wipe()
	c, err := cnie.Open(t.Context(), chip, nil, seeded("terminal", 0), pw)
	must(t, err)
	t.Cleanup(c.Close)
	return c
}
