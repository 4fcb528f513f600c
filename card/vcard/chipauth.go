package vcard

import (
	"bytes"
	"fmt"
	"math/big"
)

// caECDH is id-CA-ECDH, 0.4.0.127.0.7.2.2.3.2 (ICAO Doc 9303-11, 9.2.7), as
// value bytes.
func caECDH() []byte { return []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02} }

// tagEphemeralKey holds the terminal's ephemeral public key.
const tagEphemeralKey = 0x80

// chipKey is the static key of chip authentication.
type chipKey struct {
	domain *domain
	scalar *big.Int
}

// newChipKey is nil when the chip has no key.
func newChipKey(p Personalisation) (*chipKey, error) {
	if p.ChipKey == nil {
		return nil, nil
	}
	d, err := p.ChipCurve.domain()
	if err != nil {
		return nil, err
	}
	k, err := d.scalar(p.ChipKey)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPersonalisation, err)
	}
	return &chipKey{d, k}, nil
}

// setChipAuthentication is MSE:Set AT of chip authentication (ICAO Doc
// 9303-11, 6.2.4.2). The chip has one key, so its reference may be absent.
func (c *Card) setChipAuthentication(e securityEnvironment) response {
	switch {
	case c.chip == nil || !bytes.Equal(e.mechanism, mechanism(caECDH(), c.p.ChipCipher)):
		return refuse(statusWrongData)
	case e.reference != nil && !bytes.Equal(e.reference, c.p.KeyID):
		return refuse(statusReferenceNotFound)
	}
	c.chipAuthentication = true
	return response{sw: statusOK}
}

// agreeWithChipKey is GENERAL AUTHENTICATE of chip authentication: the new
// session keys hold after this response, with the counter at zero (ICAO Doc
// 9303-11, 6.2.4.2 and 9.8.2).
func (c *Card) agreeWithChipKey(content []byte) response {
	b, sw := authenticationData(content, tagEphemeralKey)
	if sw != statusOK {
		return refuse(sw)
	}
	terminal, err := c.chip.domain.decode(b)
	if err != nil {
		return refuse(statusWrongData)
	}
	shared := c.chip.domain.multiply(c.chip.scalar, terminal)
	c.next = newChannel(c.p.ChipCipher, c.chip.domain.secret(shared))
	return authenticated(nil)
}
