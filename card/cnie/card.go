package cnie

import (
	"bytes"
	"context"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
	"cnie.example/card/relay"
	"cnie.example/card/sm"
)

// state is what has happened to a Card. The order is that of the constants;
// handed and authenticated exclude each other.
type state int

const (
	opened        state = iota // PACE done, keys A
	selected                   // eMRTD application selected under A
	authenticated              // local chip authentication done, keys of this terminal
	closed                     // handed to a provider, or over
)

// applicationID is the eMRTD application (ICAO Doc 9303-10, 3.4).
func applicationID() []byte { return []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01} }

// Card is a document whose secure channel is open. It is not for concurrent
// use, and Close has to be called on it.
type Card struct {
	bare       card.Transmitter
	document   Document
	cardAccess []byte
	dg14       []byte // once read
	maxLe      int    // plain Le of reads that the card answered
	channel    *sm.Channel
	reader     *lds.Reader
	state      state
}

// Document is what Recognise told about the answer to reset; ok is false when
// it is not in the table.
func (c *Card) Document() (d Document, ok bool) { return c.document, c.document.Name != "" }

// Evidence selects the eMRTD application and reads DG14 and EF.SOD, from which
// a provider learns the chip's public key and who vouches for it. The caller
// owns both. The error wraps lds.ErrSFIRefused when the card takes no short
// file identifiers under secure messaging: the relay's rule needs them, so a
// login is then impossible.
func (c *Card) Evidence(ctx context.Context) (sod, dg14 []byte, err error) {
	if dg14, err = c.Read(ctx, lds.DG14); err != nil {
		return nil, nil, err
	}
	if sod, err = c.Read(ctx, lds.SOD); err != nil {
		return nil, nil, err
	}
	return sod, dg14, nil
}

// Read reads one file for local use, selecting the eMRTD application first if
// that has not happened. EF.CardAccess is the one that Open read. The caller
// owns the result. The content is what the card says; its truth is for passive
// authentication.
func (c *Card) Read(ctx context.Context, f lds.File) ([]byte, error) {
	if f == lds.CardAccess {
		return bytes.Clone(c.cardAccess), nil
	}
	if err := c.selectApplication(ctx); err != nil {
		return nil, err
	}
	b, err := c.reader.Read(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("read %v: %w", f, err)
	}
	c.maxLe = c.reader.MaxLe()
	if f == lds.DG14 {
		c.dg14 = bytes.Clone(b)
	}
	return b, nil
}

// selectApplication carries no Le: some cards refuse one.
func (c *Card) selectApplication(ctx context.Context) error {
	const op = "select eMRTD application"
	switch c.state {
	case selected, authenticated:
		return nil
	case closed:
		return fmt.Errorf("%s: %w", op, ErrOrder)
	}
	r, err := card.Send(ctx, c.channel, card.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: applicationID()})
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := r.Err(op); err != nil {
		return err
	}
	c.state = selected
	return nil
}

// Hand gives the chip a provider's public key under the channel of PACE and
// wipes that channel: from now on the chip obeys only the provider, whose
// commands pass the returned relay if they read files of consented. key is the
// chip's key of the DG14 that Evidence read. The caller verifies the proof of
// the hand-over before (chipauth.VerifyProof).
//
// The Card is closed afterwards, also on error. Before Evidence the error is
// ErrOrder.
func (c *Card) Hand(ctx context.Context, key chipauth.Key, publicKey []byte, consented []lds.File, options ...relay.Option) (*relay.Relay, error) {
	if c.state != selected {
		return nil, fmt.Errorf("hand over: %w", ErrOrder)
	}
	defer c.Close()
	if err := chipauth.Present(ctx, c.channel, key, publicKey); err != nil {
		return nil, fmt.Errorf("hand over: %w", err)
	}
	return relay.New(c.bare, consented, options...), nil
}

// Close wipes the keys of the channel. It does not reset the card. It can be
// called more than once.
func (c *Card) Close() {
	c.channel.Close()
	c.state = closed
}
