package pace

import (
	"fmt"
	"io"

	"cnie.example/card/curve"
)

// Ephemeral is the terminal's part of one PACE that does not depend on the
// chip: the key pair of the mapping and the scalar of the key agreement. It can
// be made before a card is there. It serves once and is secret.
type Ephemeral struct {
	mapping   *curve.Scalar
	public    *curve.Point // mapping · G
	agreement *curve.Scalar
}

// Prepare makes an Ephemeral on c, drawing the mapping scalar first, then that
// of the key agreement.
func Prepare(rand io.Reader, c *curve.Curve) (*Ephemeral, error) {
	mapping, err := c.RandomScalar(rand)
	if err != nil {
		return nil, fmt.Errorf("PACE: mapping scalar: %w", err)
	}
	agreement, err := c.RandomScalar(rand)
	if err != nil {
		mapping.Wipe()
		return nil, fmt.Errorf("PACE: ephemeral scalar: %w", err)
	}
	e := &Ephemeral{mapping: mapping, agreement: agreement}
	if e.public, err = c.Generator().Mul(mapping); err != nil {
		e.Wipe()
		return nil, fmt.Errorf("PACE: mapping key: %w", err)
	}
	return e, nil
}

// Wipe overwrites both scalars. Establish has done it already for an Ephemeral
// that was used.
func (e *Ephemeral) Wipe() {
	e.mapping.Wipe()
	e.agreement.Wipe()
}

// Curve is the curve the keys were made for.
func (e *Ephemeral) Curve() *curve.Curve { return e.public.Curve() }
