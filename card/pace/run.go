package pace

import (
	"context"
	"crypto/subtle"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// run is one PACE.
type run struct {
	card      card.Transmitter
	suite     suite
	oid       []byte
	password  *Password
	options   options
	ephemeral *Ephemeral
	mapped    *curve.Point // chip's public key of the mapping; nil when integrated
}

// selectProtocol is MSE:Set AT. Its warnings tell the state of the password,
// before a try is spent.
func (r *run) selectProtocol(ctx context.Context, parameterID int) error {
	const op = "PACE: MSE:Set AT"
	answer, err := card.Send(ctx, r.card, mseSetAT(r.oid, r.password.reference, parameterID))
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := r.admit(answer.Err(op)); err != nil {
		return err
	}
	if len(answer.Data) != 0 {
		return fmt.Errorf("%s: %w: data in the answer", op, ErrChip)
	}
	return nil
}

// all goes through the four steps of ICAO Doc 9303-11, 4.4.5. proof is nil
// unless the mapping authenticates the chip.
func (r *run) all(ctx context.Context) (keys *sm.Keys, proof *chipProof, err error) {
	s, err := r.nonce(ctx)
	if err != nil {
		return nil, nil, r.refused(err)
	}
	defer clear(s)
	generator, err := r.mapNonce(ctx, s)
	if err != nil {
		return nil, nil, r.refused(err)
	}
	defer generator.Wipe()
	a, err := r.agree(ctx, generator)
	if err != nil {
		return nil, nil, r.refused(err)
	}
	defer a.secret.Wipe()
	if proof, err = r.authenticate(ctx, a); err != nil {
		a.keys.Wipe()
		return nil, nil, err
	}
	return a.keys, proof, nil
}

// nonce obtains and decrypts the chip's nonce s.
func (r *run) nonce(ctx context.Context) ([]byte, error) {
	step := stepNonce()
	z, err := generalAuthenticate(ctx, r.card, step, nil)
	if err != nil {
		return nil, err
	}
	if err := checkNonce(r.suite, len(z)); err != nil {
		return nil, fmt.Errorf("%s: %w", step.name, err)
	}
	s, err := decryptNonce(r.suite.cipher, r.password, z)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", step.name, err)
	}
	return s, nil
}

// agreed is the outcome of the key agreement.
type agreed struct {
	own, other *curve.Point // ephemeral public keys, for the tokens
	secret     *curve.Point
	keys       *sm.Keys
}

// agree makes the session keys by the key agreement over the mapped generator
// (4.4.1, step 3).
func (r *run) agree(ctx context.Context, generator *curve.Point) (*agreed, error) {
	step := stepAgree()
	own, err := generator.Mul(r.ephemeral.agreement)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", step.name, err)
	}
	secret, other, err := r.keyAgreement(ctx, step, r.ephemeral.agreement, own)
	if err != nil {
		return nil, err
	}
	x := secret.X()
	defer clear(x)
	keys, err := sm.DeriveKeys(r.suite.cipher, x)
	if err != nil {
		secret.Wipe()
		return nil, fmt.Errorf("%s: %w", step.name, err)
	}
	return &agreed{own: own, other: other, secret: secret, keys: keys}, nil
}

// keyAgreement exchanges public keys and multiplies the chip's by k. A chip
// that sends the terminal's own key back is refused (4.4.1, step 3d): the
// tokens would then be equal.
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
// key of the other (4.4.3.4). The data that authenticates the chip must be
// there with chip authentication mapping and must not be there otherwise
// (4.4.5).
func (r *run) authenticate(ctx context.Context, a *agreed) (*chipProof, error) {
	step := stepToken()
	if r.suite.mapping == lds.ChipAuthenticationMapping {
		step.wanted = append(step.wanted, tagChipData)
	}
	token, err := a.keys.Token(publicKeyData(r.oid, a.other.Bytes()))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", step.name, err)
	}
	expected, err := a.keys.Token(publicKeyData(r.oid, a.own.Bytes()))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", step.name, err)
	}
	defer clear(expected)
	answer, err := exchange(ctx, r.card, step, token)
	if err != nil {
		return nil, r.rejected(err)
	}
	if subtle.ConstantTimeCompare(answer[0], expected) != 1 {
		return nil, fmt.Errorf("%s: %w: wrong token", step.name, ErrChip)
	}
	if len(answer) == 1 {
		return nil, nil
	}
	return r.readChipData(a, answer[1])
}
