package vcard

import (
	"fmt"
	"io"
	"math/big"
)

// Curve names elliptic curve domain parameters by their number in the table
// of standardized domain parameters (ICAO Doc 9303-11, 9.5.1).
type Curve int

// The curves the chip knows. The zero Curve is none.
const (
	P256            Curve = 12 // secp256r1 (NIST SP 800-186, 3.2.1.3)
	BrainpoolP256r1 Curve = 13 // RFC 5639, 3.4
	BrainpoolP320r1 Curve = 14 // RFC 5639, 3.5
	P384            Curve = 15 // secp384r1 (NIST SP 800-186, 3.2.1.4)
	BrainpoolP384r1 Curve = 16 // RFC 5639, 3.6
	BrainpoolP512r1 Curve = 17 // RFC 5639, 3.7
	P521            Curve = 18 // secp521r1 (NIST SP 800-186, 3.2.1.5)
)

// Curves gives all curves the chip knows, by their number.
func Curves() []Curve {
	return []Curve{P256, BrainpoolP256r1, BrainpoolP320r1, P384, BrainpoolP384r1, BrainpoolP512r1, P521}
}

// String is the name as in "brainpoolP256r1".
func (c Curve) String() string {
	switch c {
	case P256:
		return "P-256"
	case BrainpoolP256r1:
		return "brainpoolP256r1"
	case BrainpoolP320r1:
		return "brainpoolP320r1"
	case P384:
		return "P-384"
	case BrainpoolP384r1:
		return "brainpoolP384r1"
	case BrainpoolP512r1:
		return "brainpoolP512r1"
	case P521:
		return "P-521"
	}
	return "unknown curve"
}

// bits is the size of the field, 0 for no curve.
func (c Curve) bits() int {
	d, err := c.domain()
	if err != nil {
		return 0
	}
	return d.p.BitLen()
}

// GenerateKey makes a private key, a big-endian number of the size of the
// field from 1 to n-1, by rejection sampling. The bytes are the caller's.
func (c Curve) GenerateKey(rand io.Reader) ([]byte, error) {
	d, err := c.domain()
	if err != nil {
		return nil, err
	}
	k, err := d.randomScalar(rand)
	if err != nil {
		return nil, err
	}
	return k.FillBytes(make([]byte, d.size())), nil
}

// PublicKey is the point of a private key, uncompressed: 04 ‖ X ‖ Y.
func (c Curve) PublicKey(private []byte) ([]byte, error) {
	d, err := c.domain()
	if err != nil {
		return nil, err
	}
	k, err := d.scalar(private)
	if err != nil {
		return nil, err
	}
	return d.encode(d.multiplyGenerator(k)), nil
}

// Parameters are the domain parameters of a curve as big-endian numbers of the
// size of the field; the generator is an uncompressed point. The cofactor of
// every curve here is 1.
type Parameters struct{ P, A, B, Generator, Order []byte }

// Parameters gives the domain parameters, for files that write them out. The
// bytes are the caller's.
func (c Curve) Parameters() (Parameters, error) {
	d, err := c.domain()
	if err != nil {
		return Parameters{}, err
	}
	fill := func(v *big.Int) []byte { return v.FillBytes(make([]byte, d.size())) }
	return Parameters{fill(d.p), fill(d.a), fill(d.b), d.encode(d.generator), fill(d.n)}, nil
}

// domain is the domain parameters of the curve, shared by all cards.
func (c Curve) domain() (*domain, error) {
	switch c {
	case P256:
		return domainP256(), nil
	case BrainpoolP256r1:
		return domainBrainpoolP256r1(), nil
	case BrainpoolP320r1:
		return domainBrainpoolP320r1(), nil
	case P384:
		return domainP384(), nil
	case BrainpoolP384r1:
		return domainBrainpoolP384r1(), nil
	case BrainpoolP512r1:
		return domainBrainpoolP512r1(), nil
	case P521:
		return domainP521(), nil
	}
	return nil, fmt.Errorf("curve %d: %w", int(c), ErrPersonalisation)
}
