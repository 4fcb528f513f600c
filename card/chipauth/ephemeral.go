package chipauth

import (
	"bytes"
	"fmt"
	"io"

	"cnie.example/card/curve"
	"cnie.example/card/sm"
)

// Ephemeral is what remains of an ephemeral key pair when its scalar is gone.
type Ephemeral struct {
	PublicKey []byte   // SEC 1 uncompressed
	Proof     []byte   // ECDSA r‖s by the ephemeral scalar over Handover.Digest; nil from Agree
	Keys      *sm.Keys // session keys with the chip; to be wiped by their user
}

// Compute makes a fresh key pair on the chip's curve, derives the session keys
// with the chip's public key (ICAO Doc 9303-11, 6.2.2: KDF(K,1) and KDF(K,2)
// over the x-coordinate padded to the field size), and signs h with the scalar,
// which is destroyed before Compute returns.
//
// KeyID and PublicKey of h are ignored and replaced by those of key and of the
// new point. An incomplete h is refused with ErrHandover.
func Compute(rand io.Reader, key Key, h Handover) (*Ephemeral, error) {
	if err := h.check(); err != nil {
		return nil, fmt.Errorf("compute: %w", err)
	}
	k, err := scalar(rand, key)
	if err != nil {
		return nil, fmt.Errorf("compute: %w", err)
	}
	defer k.Wipe()
	e, err := agree(k, key)
	if err != nil {
		return nil, fmt.Errorf("compute: %w", err)
	}
	h.KeyID, h.PublicKey = key.KeyID, e.PublicKey
	digest := h.Digest()
	if e.Proof, err = curve.Sign(rand, k, digest[:]); err != nil {
		e.Keys.Wipe()
		return nil, fmt.Errorf("compute: sign hand-over: %w", err)
	}
	return e, nil
}

// Agree makes a fresh key pair and derives the session keys as Compute does,
// without a hand-over and its proof. It serves a terminal that reads for its
// own user and proves nothing to a third party.
func Agree(rand io.Reader, key Key) (*Ephemeral, error) {
	k, err := scalar(rand, key)
	if err != nil {
		return nil, fmt.Errorf("agree: %w", err)
	}
	defer k.Wipe()
	e, err := agree(k, key)
	if err != nil {
		return nil, fmt.Errorf("agree: %w", err)
	}
	return e, nil
}

func scalar(rand io.Reader, key Key) (*curve.Scalar, error) {
	if !key.supported() {
		return nil, ErrUnsupported
	}
	k, err := key.Point.Curve().RandomScalar(rand)
	if err != nil {
		return nil, fmt.Errorf("ephemeral scalar: %w", err)
	}
	return k, nil
}

func agree(k *curve.Scalar, key Key) (*Ephemeral, error) {
	public, err := key.Point.Curve().Generator().Mul(k)
	if err != nil {
		return nil, fmt.Errorf("ephemeral public key: %w", err)
	}
	shared, err := key.Point.Mul(k)
	if err != nil {
		return nil, fmt.Errorf("key agreement: %w", err)
	}
	defer shared.Wipe()
	secret := shared.X()
	defer clear(secret)
	keys, err := sm.DeriveKeys(key.Cipher, secret)
	if err != nil {
		return nil, fmt.Errorf("session keys: %w", err)
	}
	return &Ephemeral{PublicKey: public.Bytes(), Keys: keys}, nil
}

// VerifyProof is the check of the one who holds the card, before Present: the
// point of h is a canonical point of the chip's curve, h names the chip's key,
// and proof is a signature over h by the scalar of that very point. Without it
// a provider could pass on a point that another one made for a login of his
// own. Every failure is ErrProof; a bad point is ErrPoint as well.
func VerifyProof(key Key, h Handover, proof []byte) error {
	if key.Point == nil {
		return fmt.Errorf("%w: %w", ErrProof, ErrUnsupported)
	}
	if err := h.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrProof, err)
	}
	if !bytes.Equal(h.KeyID, key.KeyID) {
		return fmt.Errorf("other key id than the chip's: %w", ErrProof)
	}
	public, err := point(key, h.PublicKey)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrProof, err)
	}
	digest := h.Digest()
	if !curve.Verify(public, digest[:], proof) {
		return ErrProof
	}
	return nil
}

func point(key Key, publicKey []byte) (*curve.Point, error) {
	p, err := key.Point.Curve().Point(publicKey)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPoint, err)
	}
	return p, nil
}
