package pace

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// Option changes one run of PACE.
type Option func(*options)

type options struct{ lastTry bool }

// LastTry permits the run although the chip announces that the password has one
// try left. Ask the holder before: a PIN is blocked when it fails.
func LastTry() Option { return func(o *options) { o.lastTry = true } }

// Establish runs PACE over t and returns the session, whose channel takes over
// t; its send sequence counter starts at zero. info comes from EF.CardAccess by
// way of Choose. pw stays with the caller.
//
// t may be the *sm.Channel of an earlier session, as a suspended PIN needs it.
// That channel is closed when the run succeeds, since the chip replaces it
// too, and remains usable when the password is refused.
//
// Errors: ErrUnsupported before anything is sent; ErrSuspended, ErrLastTry,
// ErrBlocked and ErrDeactivated when the state of the password forbids the run;
// ErrWrongPassword when the chip refuses the terminal's token; ErrChip when the
// chip's answers are wrong; *card.StatusError for other refusals; the errors of
// t and of rand.
func Establish(ctx context.Context, t card.Transmitter, rand io.Reader, info lds.PACEInfo, pw *Password, opts ...Option) (*Session, error) {
	s, err := newSuite(info)
	if err != nil {
		return nil, err
	}
	e, err := prepareFor(rand, s)
	if err != nil {
		return nil, err
	}
	return e.Establish(ctx, t, info, pw, opts...)
}

// Establish is the function Establish with what the terminal draws prepared
// before. It uses that up, whatever the outcome. When it does not fit info, the
// error is ErrUnsupported and nothing is sent.
func (e *Ephemeral) Establish(ctx context.Context, t card.Transmitter, info lds.PACEInfo, pw *Password, opts ...Option) (*Session, error) {
	defer e.Wipe()
	s, err := newSuite(info)
	if err != nil {
		return nil, err
	}
	if !e.fits(s) {
		return nil, fmt.Errorf("keys prepared on %s do not fit %v on %s: %w", e.curve.Name(), info.OID, s.curve.Name(), ErrUnsupported)
	}
	if pw == nil || len(pw.value) == 0 {
		return nil, errors.New("PACE: no password")
	}
	oid, err := tlv.OID(info.OID)
	if err != nil {
		return nil, fmt.Errorf("PACE: %w", err)
	}
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	r := run{card: t, suite: s, oid: oid, password: pw, options: o, ephemeral: e}
	if err := r.selectProtocol(ctx, info.ParameterID); err != nil {
		return nil, err
	}
	keys, proof, err := r.all(ctx)
	if err != nil {
		return nil, err
	}
	return &Session{Channel: newChannel(t, keys), Info: info, proof: proof}, nil
}

// newChannel puts the keys over t, or in the place of the keys of t.
func newChannel(t card.Transmitter, keys *sm.Keys) *sm.Channel {
	if outer, ok := t.(*sm.Channel); ok {
		return outer.Rekey(keys, 0)
	}
	return sm.NewChannel(t, keys, 0)
}
