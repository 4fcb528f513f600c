package pace

import (
	"fmt"
	"io"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// Ephemeral is the terminal's part of one PACE that does not depend on the
// chip: what the mapping needs, and the scalar of the key agreement. It can be
// made before a card is there. It serves once and is secret.
type Ephemeral struct {
	curve     *curve.Curve
	mapping   *curve.Scalar // generic and chip authentication mapping
	public    *curve.Point  // mapping · G
	nonce     []byte        // t of integrated mapping, of the size of the key
	agreement *curve.Scalar
}

// Prepare makes an Ephemeral on c for generic mapping and chip authentication
// mapping, drawing the mapping scalar first, then that of the key agreement.
func Prepare(rand io.Reader, c *curve.Curve) (*Ephemeral, error) {
	mapping, err := c.RandomScalar(rand)
	if err != nil {
		return nil, fmt.Errorf("PACE: mapping scalar: %w", err)
	}
	e := &Ephemeral{curve: c, mapping: mapping}
	if err := e.drawAgreement(rand); err != nil {
		e.Wipe()
		return nil, err
	}
	if e.public, err = c.Generator().Mul(mapping); err != nil {
		e.Wipe()
		return nil, fmt.Errorf("PACE: mapping key: %w", err)
	}
	return e, nil
}

// PrepareIntegrated makes an Ephemeral on c for integrated mapping with the
// cipher, drawing the nonce t first, which has the size of the key of the
// cipher, then the scalar of the key agreement.
func PrepareIntegrated(rand io.Reader, c *curve.Curve, cipher sm.Cipher) (*Ephemeral, error) {
	if cipher.KeySize() == 0 {
		return nil, fmt.Errorf("PACE: %v: %w", cipher, ErrUnsupported)
	}
	e := &Ephemeral{curve: c, nonce: make([]byte, cipher.KeySize())}
	if _, err := io.ReadFull(rand, e.nonce); err != nil {
		return nil, fmt.Errorf("PACE: nonce of the terminal: %w", err)
	}
	if err := e.drawAgreement(rand); err != nil {
		e.Wipe()
		return nil, err
	}
	return e, nil
}

func (e *Ephemeral) drawAgreement(rand io.Reader) (err error) {
	if e.agreement, err = e.curve.RandomScalar(rand); err != nil {
		return fmt.Errorf("PACE: ephemeral scalar: %w", err)
	}
	return nil
}

// prepareFor makes the Ephemeral that a suite needs.
func prepareFor(rand io.Reader, s suite) (*Ephemeral, error) {
	if s.mapping == lds.IntegratedMapping {
		return PrepareIntegrated(rand, s.curve, s.cipher)
	}
	return Prepare(rand, s.curve)
}

// Fits tells whether the Ephemeral was prepared for the protocol of info.
func (e *Ephemeral) Fits(info lds.PACEInfo) bool {
	s, err := newSuite(info)
	return err == nil && e.fits(s)
}

func (e *Ephemeral) fits(s suite) bool {
	if s.mapping == lds.IntegratedMapping {
		return s.curve == e.curve && len(e.nonce) == s.cipher.KeySize()
	}
	return s.curve == e.curve && e.mapping != nil
}

// Curve is the curve the keys were made for.
func (e *Ephemeral) Curve() *curve.Curve { return e.curve }

// Wipe overwrites both scalars. Establish has done it already for an Ephemeral
// that was used.
func (e *Ephemeral) Wipe() {
	if e.mapping != nil {
		e.mapping.Wipe()
	}
	if e.agreement != nil {
		e.agreement.Wipe()
	}
	clear(e.nonce)
}
