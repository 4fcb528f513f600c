package curve

import (
	"fmt"
	"io"
)

// maxCandidates bounds rejection sampling. At least half of the candidates are
// good on every curve, so only a broken source of randomness gets there.
const maxCandidates = 256

// Scalar is a number from 1 to n-1, n the order of its curve: a private key, an
// ephemeral key or a nonce. It is secret: it has no encoding and no String
// method, and its owner wipes it.
type Scalar struct {
	curve *Curve
	b     []byte // big-endian, ScalarSize bytes; nil once wiped
}

// Scalar decodes a big-endian number of exactly ScalarSize bytes. It is
// ErrScalar unless it is from 1 to n-1. The bytes are copied.
func (c *Curve) Scalar(b []byte) (*Scalar, error) {
	var x residue
	defer clear(x[:])
	if len(b) != c.order.size || !c.order.decode(&x, b) || c.order.isZero(&x) {
		return nil, fmt.Errorf("decode scalar of %s: %w", c.name, ErrScalar)
	}
	return &Scalar{curve: c, b: append([]byte(nil), b...)}, nil
}

// ReduceScalar takes a big-endian number of 1 to 2·ScalarSize bytes modulo n,
// as the mapping of PACE needs (ICAO Doc 9303-11, 4.4.3.3.1). It is ErrScalar
// when the length is out of range or the result is zero. The bytes are copied.
func (c *Curve) ReduceScalar(b []byte) (*Scalar, error) {
	var x residue
	defer clear(x[:])
	if len(b) == 0 || len(b) > 2*c.order.size {
		return nil, fmt.Errorf("reduce scalar of %s: %w: %d bytes", c.name, ErrScalar, len(b))
	}
	c.order.reduce(&x, b)
	if c.order.isZero(&x) {
		return nil, fmt.Errorf("reduce scalar of %s: %w: zero", c.name, ErrScalar)
	}
	return &Scalar{curve: c, b: c.order.encode(&x)}, nil
}

// RandomScalar draws a scalar by rejection sampling (FIPS 186-5, A.2.2): it
// reads ScalarSize bytes, clears the bits above the length of n, and takes the
// big-endian number if it is from 1 to n-1, else draws again. An error of rand
// is returned; a source that never gives a good candidate is ErrScalar.
func (c *Curve) RandomScalar(rand io.Reader) (*Scalar, error) {
	b := make([]byte, c.order.size)
	defer clear(b)
	for range maxCandidates {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("draw scalar of %s: %w", c.name, err)
		}
		b[0] &= 0xFF >> (8*c.order.size - c.order.bits)
		if k, err := c.Scalar(b); err == nil {
			return k, nil
		}
	}
	return nil, fmt.Errorf("draw scalar of %s: %w: source is not random", c.name, ErrScalar)
}

// Curve is the curve of the scalar.
func (k *Scalar) Curve() *Curve { return k.curve }

// Wipe overwrites the scalar. It is of no use afterwards.
func (k *Scalar) Wipe() {
	clear(k.b)
	k.b = nil
}
