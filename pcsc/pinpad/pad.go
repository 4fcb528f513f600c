package pinpad

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"cnie.example/card"
)

// Reader is a card reader that takes control commands (SCardControl), connected
// to a card. Errors of Control that wrap a connection error of package card, or
// the error of ctx, mean that the connection is over; any other error means that
// the reader refuses the command. The answer belongs to the caller. *pcsc.Card
// is a Reader; its connection should be exclusive, or in a transaction.
type Reader interface {
	Control(ctx context.Context, code uint32, in []byte) ([]byte, error)
}

// featureRequest is CM_IOCTL_GET_FEATURE_REQUEST.
const featureRequest = 3400

// ControlCode is the control code that the system makes of a function number
// (SCARD_CTL_CODE): winioctl.h on Windows, reader.h of pcsc-lite elsewhere.
func ControlCode(function uint16) uint32 {
	if runtime.GOOS == "windows" {
		return 0x31<<16 | uint32(function)<<2
	}
	return 0x42000000 + uint32(function)
}

// Pad is a reader with keys for a PIN. Like the reader's, its calls are made
// one at a time.
type Pad struct {
	reader   Reader
	features Features
}

// Open asks the reader for its features. A reader that has no way to enter a
// PIN, or does not know the question, is ErrNoPad; an answer that does not
// parse is ErrAnswer; a connection that is over is its error.
func Open(ctx context.Context, r Reader) (*Pad, error) {
	const op = "ask the reader for its features"
	answer, err := r.Control(ctx, ControlCode(featureRequest), nil)
	if over(ctx, err) {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w (%w)", op, ErrNoPad, err)
	}
	features, err := ParseFeatures(answer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	p := &Pad{reader: r, features: features}
	if !p.Has(VerifyPINDirect) && !p.Has(ModifyPINDirect) && !p.Has(ExecutePACE) {
		return nil, fmt.Errorf("%s: %w", op, ErrNoPad)
	}
	return p, nil
}

// over says that the connection is over, rather than the command refused.
// card.ErrUnresponsive is no such error: readers without features answer the
// question as they answer a command that a card does not take.
func over(ctx context.Context, err error) bool {
	for _, kind := range []error{
		card.ErrNoService, card.ErrNoReader, card.ErrNoCard, card.ErrRemoved, card.ErrReset, card.ErrBusy,
		context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return err != nil && ctx.Err() != nil
}

// Has says whether the reader offers a feature.
func (p *Pad) Has(f Feature) bool {
	_, ok := p.features[f]
	return ok
}

// run gives a feature its structure and returns the answer.
func (p *Pad) run(ctx context.Context, f Feature, in []byte) ([]byte, error) {
	code, ok := p.features[f]
	if !ok {
		return nil, fmt.Errorf("%v: %w", f, ErrUnsupported)
	}
	answer, err := p.reader.Control(ctx, code, in)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", f, err)
	}
	return answer, nil
}
