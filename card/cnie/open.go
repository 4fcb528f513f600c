package cnie

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/sm"
)

// Prepare makes, before a card is there, the keys of the terminal for PACE on
// the curve of the CNIe, brainpoolP256r1 (seen: gmrtd's README, "FR ID 2024").
// They are for one OpenPrepared.
func Prepare(rand io.Reader) (*pace.Ephemeral, error) {
	return pace.Prepare(rand, curve.BrainpoolP256r1())
}

// Open reads EF.CardAccess and opens the secure channel of PACE with the
// strongest protocol that both sides have. t is the card, atr its answer to
// reset, which decides nothing here. pw stays with the caller.
//
// ErrUnknownCard: the card has no EF.CardAccess, or one that makes no sense.
// pace.ErrUnsupported: no PACE in common. pace.ErrWrongPassword: Open may be
// called again on the same connection. After errors of the transport a new
// connection is needed.
func Open(ctx context.Context, t card.Transmitter, atr []byte, rand io.Reader, pw *pace.Password) (*Card, error) {
	return OpenPrepared(ctx, t, atr, rand, pw, nil)
}

// OpenPrepared is Open with keys from Prepare, which it uses up, whatever the
// outcome. A chip on another curve gets fresh ones.
func OpenPrepared(ctx context.Context, t card.Transmitter, atr []byte, rand io.Reader, pw *pace.Password, prepared *pace.Ephemeral) (*Card, error) {
	if prepared != nil {
		defer prepared.Wipe()
	}
	access, maxLe, err := readCardAccess(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("open card: %w", err)
	}
	infos, err := lds.ParseCardAccess(access)
	if err != nil {
		return nil, fmt.Errorf("open card: %w: %w", ErrUnknownCard, err)
	}
	info, err := pace.Choose(infos)
	if err != nil {
		return nil, fmt.Errorf("open card: %w", err)
	}
	channel, err := establish(ctx, t, rand, info, pw, prepared)
	if err != nil {
		return nil, fmt.Errorf("open card: %w", err)
	}
	document, _ := Recognise(atr)
	return &Card{
		bare: t, document: document, cardAccess: access, maxLe: maxLe,
		channel: channel, reader: newReader(channel, maxLe), state: opened,
	}, nil
}

// newReader reads under secure messaging. Where only short length works, it
// asks from the start for what fits a short response when protected: a chip
// that refuses more may do so without protection, which ends the channel.
func newReader(channel *sm.Channel, maxLe int) *lds.Reader {
	if maxLe <= card.MaxShortLe {
		maxLe = min(maxLe, protectedShortLe)
	}
	return lds.NewReader(channel, maxLe)
}

func establish(ctx context.Context, t card.Transmitter, rand io.Reader, info lds.PACEInfo, pw *pace.Password, prepared *pace.Ephemeral) (*sm.Channel, error) {
	if prepared != nil {
		if c, err := curve.ByParameterID(info.ParameterID); err == nil && c == prepared.Curve() {
			return prepared.Establish(ctx, t, info, pw)
		}
	}
	return pace.Establish(ctx, t, rand, info, pw)
}

// readCardAccess reads EF.CardAccess by its short identifier. After a reset the
// master file is selected (ICAO Doc 9303-10, 3.2), so that nothing precedes the
// read. Where the card gives something else, an application may be selected
// instead, as is seen over the contactless interface: the master file is then
// selected, whose refusal means nothing (NFCPassportReader issue 164), and the
// read repeated.
func readCardAccess(ctx context.Context, t card.Transmitter) (access []byte, maxLe int, err error) {
	r := lds.NewReader(t, card.MaxExtendedLe)
	access, err = r.Read(ctx, lds.CardAccess)
	if errors.Is(err, card.ErrUnresponsive) && ctx.Err() == nil {
		// Some readers fail an extended command instead of passing it on.
		// Nothing is lost yet: try a short one.
		r = lds.NewReader(t, card.MaxShortLe)
		access, err = r.Read(ctx, lds.CardAccess)
	}
	if answered(err) {
		selectMF := card.Command{INS: 0xA4, P2: 0x0C, Data: []byte{0x3F, 0x00}}
		if _, err := card.Send(ctx, t, selectMF); err != nil {
			return nil, 0, fmt.Errorf("select master file: %w", err)
		}
		access, err = r.Read(ctx, lds.CardAccess)
	}
	if answered(err) {
		return nil, 0, fmt.Errorf("%w: %w", ErrUnknownCard, err)
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
