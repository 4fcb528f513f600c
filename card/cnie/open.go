package cnie

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/sm"
)

// Open opens a document over t, which is the card: it reads EF.CardAccess and
// runs PACE with the strongest protocol that both sides have, or, where
// Access.BAC is set, Basic Access Control. Neither is tried after the other
// failed.
//
// ErrAccess: nothing was sent. ErrUnknownCard: there is no EF.CardAccess, or one
// that makes no sense. pace.ErrUnsupported: no PACE in common.
// pace.ErrWrongPassword and bac.ErrWrongPassword: Open may be called again on
// the same connection. ErrOtherDocument: not the card of Access.Known; a wrong
// password may have the same cause. ErrDowngrade: the files of Access.Known do
// not agree; nothing was sent. After errors of the transport a new connection is
// needed.
func Open(ctx context.Context, t card.Transmitter, a Access) (*Card, error) {
	if a.Prepared != nil {
		defer a.Prepared.Wipe()
	}
	open := openPACE
	if a.BAC != nil {
		open = openBAC
	}
	err := a.check()
	if err == nil {
		var c *Card
		if c, err = open(ctx, t, a); err == nil {
			return c, nil
		}
	}
	return nil, fmt.Errorf("open card: %w", err)
}

func openPACE(ctx context.Context, t card.Transmitter, a Access) (*Card, error) {
	access, maxLe, err := a.cardAccess(ctx, t, readCardAccess)
	if err != nil {
		return nil, err
	}
	infos, err := lds.ParseCardAccess(access)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", a.malformed(), err)
	}
	c := a.card(t, access, maxLe)
	c.offered = infos.PACE
	if err := c.expect(a.Known); err != nil {
		return nil, err
	}
	info, err := pace.Choose(infos, a.Preference)
	if err != nil {
		return nil, err
	}
	if c.session, err = establish(ctx, t, a, info); err != nil {
		return nil, a.otherwise(err)
	}
	c.use(c.session.Channel)
	return c, nil
}

// openBAC selects the application in clear, where Basic Access Control begins
// (ICAO Doc 9303-11, 4.2). EF.CardAccess is read only to learn what lengths the
// card takes; most of these documents do not have it.
func openBAC(ctx context.Context, t card.Transmitter, a Access) (*Card, error) {
	access, maxLe, err := a.cardAccess(ctx, t, probeCardAccess)
	if err != nil && !answered(err) {
		return nil, err
	}
	c := a.card(t, access, maxLe)
	if err := c.expect(a.Known); err != nil {
		return nil, err
	}
	if err := send(ctx, t, selectApplication(), "select eMRTD application"); err != nil {
		return nil, err
	}
	channel, err := bac.Establish(ctx, t, a.Rand, a.BAC)
	if err != nil {
		return nil, err
	}
	c.use(channel)
	c.directory, c.state = application, selected
	return c, nil
}

// malformed is what an EF.CardAccess that makes no sense is: the card's fault, or
// that of the caller who kept it.
func (a Access) malformed() error {
	if a.Known != nil {
		return ErrAccess
	}
	return ErrUnknownCard
}

// card is a Card without a channel.
func (a Access) card(t card.Transmitter, access []byte, maxLe int) *Card {
	return &Card{
		bare: t, rand: a.Rand, atr: bytes.Clone(a.ATR), preference: a.Preference,
		cardAccess: access, maxLe: maxLe, guessed: a.Known != nil && a.MaxLe <= 0, state: opened,
	}
}

// use puts the card's reads on a channel.
func (c *Card) use(channel *sm.Channel) {
	c.channel = channel
	c.reader = newReader(channel, c.maxLe)
}

// newReader reads under secure messaging. Where only short length works, it
// asks from the start for what fits a short response when protected: a chip
// that refuses more may do so without protection, which ends the channel.
func newReader(channel *sm.Channel, maxLe int) *lds.Reader {
	if maxLe <= card.MaxShortLe {
		maxLe = min(maxLe, protectedShortLe)
	}
	return lds.NewReader(channel, maxLe, lds.SelectFallback())
}

func establish(ctx context.Context, t card.Transmitter, a Access, info lds.PACEInfo) (*pace.Session, error) {
	if a.Prepared != nil && a.Prepared.Fits(info) {
		return a.Prepared.Establish(ctx, t, info, a.Password)
	}
	return pace.Establish(ctx, t, a.Rand, info, a.Password)
}

// otherwise marks a failure of PACE with the protocol of a known document that
// this document would not have: a refusal of the protocol, or an answer that
// makes no sense in it. What the chip says about the password is not one.
func (a Access) otherwise(err error) error {
	if a.Known == nil || aboutPassword(err) {
		return err
	}
	var status *card.StatusError
	if errors.As(err, &status) || errors.Is(err, pace.ErrChip) {
		return fmt.Errorf("%w: %w", ErrOtherDocument, err)
	}
	return err
}

func aboutPassword(err error) bool {
	for _, cause := range []error{pace.ErrWrongPassword, pace.ErrBlocked, pace.ErrSuspended, pace.ErrDeactivated, pace.ErrLastTry} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}
