package cnie_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"cnie.example/card"
	"cnie.example/card/activeauth"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
)

// outcome is what a flow brought.
type outcome struct {
	files    map[lds.File][]byte
	proof    cnie.Proof
	document cnie.Document
	known    *cnie.Known
	maxLe    int
}

// flow is one use of a document.
type flow func(ctx context.Context, t card.Transmitter, a cnie.Access, files []lds.File) (outcome, error)

// login is the card's part of a whole login: the agent's half by cnie, the
// provider's half by provider, over one source of randomness.
func login(ctx context.Context, t card.Transmitter, a cnie.Access, files []lds.File) (outcome, error) {
	return loginWith(ctx, t, a, files, &provider{rand: a.Rand})
}

func loginWith(ctx context.Context, t card.Transmitter, a cnie.Access, files []lds.File, p *provider) (o outcome, err error) {
	c, err := cnie.Open(ctx, t, a)
	if err != nil {
		return o, err
	}
	defer c.Close()
	o.files = map[lds.File][]byte{}
	sod, dg14, err := c.Evidence(ctx)
	if err != nil {
		return o, err
	}
	o.files[lds.SOD], o.files[lds.DG14] = sod, dg14
	if k, ok := c.Known(); ok {
		o.known = &k
	}
	o.maxLe = c.MaxLe()
	infos := lds.SecurityInfos{}
	if dg14 != nil {
		if infos, err = lds.ParseDG14(dg14); err != nil {
			return o, err
		}
	}
	if _, err = chipauth.Select(infos); errors.Is(err, chipauth.ErrUnsupported) {
		return o, signed(ctx, c, infos, files, o.files)
	}
	return o, handedOver(ctx, c, files, p, o.files)
}

// handedOver is the login of a chip with chip authentication.
func handedOver(ctx context.Context, c *cnie.Card, files []lds.File, p *provider, read map[lds.File][]byte) error {
	if p.le = c.MaxResponse() - 2; p.le < card.MaxExtendedLe {
		p.le = 223
	}
	h, proof, err := p.hand(read[lds.SOD], read[lds.DG14])
	if err != nil {
		return err
	}
	if err := chipauth.VerifyProof(p.key, h, proof); err != nil {
		return err
	}
	relay, err := c.Hand(ctx, p.key, h.PublicKey, files)
	if err != nil {
		return err
	}
	batch, err := p.commands(files)
	if err != nil {
		return err
	}
	answers, err := relay.Forward(ctx, batch)
	if err != nil {
		return err
	}
	got, err := p.files(answers, len(files))
	for i, b := range got {
		read[files[i]] = b
	}
	return err
}

// signed is the login of a chip with active authentication alone.
func signed(ctx context.Context, c *cnie.Card, infos lds.SecurityInfos, files []lds.File, read map[lds.File][]byte) error {
	challenge := activeauth.Challenge("https://idp.test", "1", make([]byte, 32), make([]byte, 32))
	dg15, signature, err := c.ActiveAuthenticate(ctx, challenge)
	if err != nil {
		return err
	}
	key, err := lds.ParseDG15(dg15)
	if err != nil {
		return err
	}
	if err := activeauth.Verify(key, infos, challenge, signature); err != nil {
		return err
	}
	read[lds.DG15] = dg15
	for _, f := range files {
		if read[f], err = c.Read(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// read is a person's own reading.
func read(ctx context.Context, t card.Transmitter, a cnie.Access, files []lds.File) (o outcome, err error) {
	o.files = map[lds.File][]byte{}
	o.maxLe, err = cnie.Use(ctx, t, a, func(c *cnie.Card) error {
		err := c.Authenticate(ctx)
		o.proof = c.Proof()
		if err != nil && !errors.Is(err, cnie.ErrNoProof) {
			return err
		}
		for _, f := range append([]lds.File{lds.SOD, lds.COM}, files...) {
			if o.files[f], err = c.Read(ctx, f); err != nil {
				return err
			}
		}
		o.document, _ = c.Document()
		return nil
	})
	return o, err
}

// holds compares what a flow read with what the document holds.
func (o outcome) holds(content map[uint16][]byte, files []lds.File) error {
	for _, f := range append([]lds.File{lds.SOD}, files...) {
		if len(o.files[f]) == 0 {
			return fmt.Errorf("%v was not read", f)
		}
	}
	for f, b := range o.files {
		if !bytes.Equal(b, content[f.FID()]) {
			return fmt.Errorf("%v is not what the document holds", f)
		}
	}
	return nil
}

// counter counts what passes, and keeps the commands.
type counter struct {
	card     card.Transmitter
	commands [][]byte
}

func (c *counter) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	c.commands = append(c.commands, bytes.Clone(command))
	return c.card.Transmit(ctx, command)
}

// sent says whether a command with the instruction went to the card in clear.
func (c *counter) sent(ins byte) bool {
	for _, b := range c.commands {
		if b[0]&0x0C == 0 && b[1] == ins {
			return true
		}
	}
	return false
}

// errReader is a source of randomness that has none.
type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
