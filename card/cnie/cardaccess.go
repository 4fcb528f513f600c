package cnie

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/lds"
)

// readCardAccess reads EF.CardAccess by its short identifier, or by selection
// where the card refuses that. After a reset the master file is selected (ICAO
// Doc 9303-10, 3.2), so that nothing precedes the read. Where the card gives
// something else, an application may be selected instead, as is seen over the
// contactless interface: the master file is then selected, whose refusal means
// nothing (NFCPassportReader issue 164), and the read repeated.
func readCardAccess(ctx context.Context, t card.Transmitter, le int) (access []byte, maxLe int, err error) {
	access, maxLe, err = probeCardAccess(ctx, t, le)
	if !answered(err) {
		return access, maxLe, err
	}
	if _, err := card.Send(ctx, t, selectMasterFile()); err != nil {
		return nil, 0, fmt.Errorf("select master file: %w", err)
	}
	access, maxLe, err = probeCardAccess(ctx, t, maxLe)
	if answered(err) {
		return nil, 0, fmt.Errorf("%w: %w", ErrUnknownCard, err)
	}
	return access, maxLe, err
}

// probeCardAccess reads EF.CardAccess where the card stands. maxLe is what the
// card took, also when it does not have the file.
func probeCardAccess(ctx context.Context, t card.Transmitter, le int) (access []byte, maxLe int, err error) {
	r := lds.NewReader(t, le, lds.SelectFallback())
	access, err = r.Read(ctx, lds.CardAccess)
	if errors.Is(err, card.ErrUnresponsive) && le > card.MaxShortLe && ctx.Err() == nil {
		// Some readers fail an extended command instead of passing it on.
		// Nothing is lost yet: try a short one.
		r = lds.NewReader(t, card.MaxShortLe, lds.SelectFallback())
		access, err = r.Read(ctx, lds.CardAccess)
	}
	return access, r.MaxLe(), err
}

// answered tells the error of a card that answered, but with something else
// than the file, from that of a card that did not answer.
func answered(err error) bool {
	var status *card.StatusError
	return errors.As(err, &status) || errors.Is(err, lds.ErrFile) ||
		errors.Is(err, lds.ErrTruncated) || errors.Is(err, lds.ErrTooLong)
}

// cardAccess gives EF.CardAccess, that of the known document when there is one.
// Then nothing is read in clear, and without MaxLe nothing is known of lengths:
// the short ones are what every card takes.
func (a Access) cardAccess(ctx context.Context, t card.Transmitter, read reading) (access []byte, maxLe int, err error) {
	maxLe = a.MaxLe
	if a.Known == nil {
		if maxLe <= 0 {
			maxLe = card.MaxExtendedLe
		}
		return read(ctx, t, maxLe)
	}
	if maxLe <= 0 {
		maxLe = card.MaxShortLe
	}
	return bytes.Clone(a.Known.CardAccess), maxLe, nil
}

// reading is readCardAccess or probeCardAccess.
type reading func(ctx context.Context, t card.Transmitter, le int) (access []byte, maxLe int, err error)
