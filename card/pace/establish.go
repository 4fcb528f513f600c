package pace

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// Establish runs PACE with generic mapping over t and returns the secure
// channel, which takes over t; its send sequence counter starts at zero. info
// comes from EF.CardAccess by way of Choose. pw stays with the caller.
//
// Errors: ErrUnsupported before anything is sent; ErrWrongPassword when the
// chip refuses the terminal's token; ErrChip when the chip's answers are wrong;
// *card.StatusError for other refusals; the errors of t and of rand.
func Establish(ctx context.Context, t card.Transmitter, rand io.Reader, info lds.PACEInfo, pw *Password) (*sm.Channel, error) {
	s, err := newSuite(info)
	if err != nil {
		return nil, err
	}
	e, err := Prepare(rand, s.curve)
	if err != nil {
		return nil, err
	}
	return e.Establish(ctx, t, info, pw)
}

// Establish is the function Establish with the key pair and the scalar prepared
// before. It uses them up, whatever the outcome. info must be on the curve that
// was prepared, else the error is ErrUnsupported and nothing is sent.
func (e *Ephemeral) Establish(ctx context.Context, t card.Transmitter, info lds.PACEInfo, pw *Password) (*sm.Channel, error) {
	defer e.Wipe()
	s, err := newSuite(info)
	if err != nil {
		return nil, err
	}
	if s.curve != e.public.Curve() {
		return nil, fmt.Errorf("key prepared on %s, chip is on %s: %w", e.public.Curve().Name(), s.curve.Name(), ErrUnsupported)
	}
	if pw == nil || len(pw.value) == 0 {
		return nil, errors.New("PACE: no password")
	}
	oid, err := oidValue(s.oid)
	if err != nil {
		return nil, err
	}
	const op = "PACE: MSE:Set AT"
	r, err := card.Send(ctx, t, mseSetAT(oid, pw.reference, info.ParameterID))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if err := r.Err(op); err != nil {
		return nil, err
	}
	if len(r.Data) != 0 {
		return nil, fmt.Errorf("%s: %w: data in the answer", op, ErrChip)
	}
	run := run{card: t, suite: s, oid: oid, ephemeral: e}
	return run.all(ctx, pw)
}

// run is one PACE after MSE:Set AT.
type run struct {
	card      card.Transmitter
	suite     suite
	oid       []byte
	ephemeral *Ephemeral
}

// all goes through the four steps of ICAO Doc 9303-11, 4.4.3.
func (r *run) all(ctx context.Context, pw *Password) (*sm.Channel, error) {
	nonce, err := r.nonce(ctx, pw)
	if err != nil {
		return nil, err
	}
	defer nonce.Wipe()
	generator, err := r.mapNonce(ctx, nonce)
	if err != nil {
		return nil, err
	}
	defer generator.Wipe()
	keys, own, other, err := r.agree(ctx, generator)
	if err != nil {
		return nil, err
	}
	if err := r.authenticate(ctx, keys, own, other); err != nil {
		keys.Wipe()
		return nil, err
	}
	return sm.NewChannel(r.card, keys, 0), nil
}

// nonce obtains and decrypts the chip's nonce s (4.4.3.1, 4.4.3.2).
func (r *run) nonce(ctx context.Context, pw *Password) (*curve.Scalar, error) {
	step := stepNonce()
	z, err := generalAuthenticate(ctx, r.card, step, nil)
	if err != nil {
		return nil, err
	}
	s, err := decryptNonce(r.suite.cipher, pw, z)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", step.name, err)
	}
	defer clear(s)
	k, err := r.suite.curve.ReduceScalar(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", step.name, ErrChip, err)
	}
	return k, nil
}

// mapNonce agrees on H and makes the ephemeral generator s·G + H (4.4.3.3.1).
func (r *run) mapNonce(ctx context.Context, nonce *curve.Scalar) (*curve.Point, error) {
	step := stepMap()
	h, _, err := r.keyAgreement(ctx, step, r.ephemeral.mapping, r.ephemeral.public)
	if err != nil {
		return nil, err
	}
	defer h.Wipe()
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

// agree makes the session keys of the second key agreement, over the mapped
// generator (4.4.3.4). It returns both public keys for the tokens.
func (r *run) agree(ctx context.Context, generator *curve.Point) (keys *sm.Keys, own, other *curve.Point, err error) {
	step := stepAgree()
	own, err = generator.Mul(r.ephemeral.agreement)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", step.name, err)
	}
	shared, other, err := r.keyAgreement(ctx, step, r.ephemeral.agreement, own)
	if err != nil {
		return nil, nil, nil, err
	}
	defer shared.Wipe()
	secret := shared.X()
	defer clear(secret)
	keys, err = sm.DeriveKeys(r.suite.cipher, secret)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", step.name, err)
	}
	return keys, own, other, nil
}

// keyAgreement exchanges public keys and multiplies the chip's by k. A chip
// that sends the terminal's own key back is refused (4.4.3.4): the tokens would
// then be equal.
func (r *run) keyAgreement(ctx context.Context, step step, k *curve.Scalar, own *curve.Point) (shared, other *curve.Point, err error) {
	b, err := generalAuthenticate(ctx, r.card, step, own.Bytes())
	if err != nil {
		return nil, nil, err
	}
	other, err = r.suite.curve.Point(b)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w: %w", step.name, ErrChip, err)
	}
	if other.Equal(own) {
		return nil, nil, fmt.Errorf("%s: %w: public key of the terminal came back", step.name, ErrChip)
	}
	shared, err = other.Mul(k)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", step.name, err)
	}
	return shared, other, nil
}

// authenticate exchanges the tokens: each side proves the keys over the public
// key of the other (4.4.3.4).
func (r *run) authenticate(ctx context.Context, keys *sm.Keys, own, other *curve.Point) error {
	step := stepToken()
	token, err := keys.Token(publicKeyData(r.oid, other.Bytes()))
	if err != nil {
		return fmt.Errorf("%s: %w", step.name, err)
	}
	expected, err := keys.Token(publicKeyData(r.oid, own.Bytes()))
	if err != nil {
		return fmt.Errorf("%s: %w", step.name, err)
	}
	defer clear(expected)
	answer, err := generalAuthenticate(ctx, r.card, step, token)
	if errors.Is(err, card.ErrAuthenticationFailed) {
		return fmt.Errorf("%w: %w", ErrWrongPassword, err)
	}
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(answer, expected) != 1 {
		return fmt.Errorf("%s: %w: wrong token", step.name, ErrChip)
	}
	return nil
}
