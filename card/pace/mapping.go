package pace

import (
	"context"
	"fmt"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
)

// mapNonce makes the ephemeral generator of the nonce s (ICAO Doc 9303-11,
// 4.4.3.3). Chip authentication mapping maps as generic mapping does
// (4.4.3.3.3).
func (r *run) mapNonce(ctx context.Context, s []byte) (*curve.Point, error) {
	if r.suite.mapping == lds.IntegratedMapping {
		return r.mapIntegrated(ctx, s)
	}
	return r.mapGeneric(ctx, s)
}

// mapGeneric agrees on H and makes s·G + H (4.4.3.3.1). It keeps the chip's
// public key: in chip authentication mapping the chip proves that it is made of
// its static one.
func (r *run) mapGeneric(ctx context.Context, s []byte) (*curve.Point, error) {
	step := stepMap()
	nonce, err := r.suite.curve.ReduceScalar(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", step.name, ErrChip, err)
	}
	defer nonce.Wipe()
	h, mapped, err := r.keyAgreement(ctx, step, r.ephemeral.mapping, r.ephemeral.public)
	if err != nil {
		return nil, err
	}
	defer h.Wipe()
	r.mapped = mapped
	sg, err := r.suite.curve.Generator().Mul(nonce)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", step.name, err)
	}
	defer sg.Wipe()
	g, err := sg.Add(h)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", step.name, ErrChip, err)
	}
	return g, nil
}

// mapIntegrated sends the nonce t and encodes the pseudo-random function of
// both nonces as a point (4.4.3.3.2 and appendix B). The chip has nothing to
// tell in this step: its data object is empty (4.4.5.2.2).
func (r *run) mapIntegrated(ctx context.Context, s []byte) (*curve.Point, error) {
	step := stepMap()
	t := r.ephemeral.nonce
	answer, err := generalAuthenticate(ctx, r.card, step, t)
	if err != nil {
		return nil, err
	}
	if len(answer) != 0 {
		return nil, fmt.Errorf("%s: %w: mapping data of %d bytes", step.name, ErrChip, len(answer))
	}
	// The whole bytes of P-521 give the same n as its bits.
	x, err := pseudoRandom(r.suite.cipher, s, t, 8*r.suite.curve.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", step.name, err)
	}
	defer clear(x)
	g, err := r.suite.curve.IntegratedMap(x)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", step.name, ErrChip, err)
	}
	return g, nil
}
