package vcard

import (
	"bytes"
	"math/big"
)

// caECDH is id-CA-ECDH, 0.4.0.127.0.7.2.2.3.2 (ICAO Doc 9303-11, 9.2.7), as
// value bytes.
func caECDH() []byte { return []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02} }

// Tags of the terminal's ephemeral public key, in GENERAL AUTHENTICATE and in
// MSE:Set KAT.
const (
	tagEphemeralKey    = 0x80
	tagEphemeralKeyKAT = 0x91
)

// chipKey is a static key of chip authentication, ready for use.
type chipKey struct {
	ChipKey
	domain *domain
	scalar *big.Int
}

// chipKeys reads the keys. It is the check of them too.
func (p *Personalisation) chipKeys() ([]chipKey, error) {
	var keys []chipKey
	for _, k := range p.ChipKeys {
		d, err := k.Curve.domain()
		if err != nil {
			return nil, err
		}
		scalar, err := d.scalar(k.Scalar)
		if err != nil {
			return nil, err
		}
		keys = append(keys, chipKey{k, d, scalar})
	}
	return keys, nil
}

// chipScalar is the private key that the chip uses: a clone has another one.
// Twice the scalar is never the scalar or its negative, as n is a prime.
func (c *Card) chipScalar(k *chipKey) *big.Int {
	if !c.has(Clone) {
		return k.scalar
	}
	return k.domain.doubled(k.scalar)
}

// doubled is 2k mod n.
func (d *domain) doubled(k *big.Int) *big.Int {
	v := new(big.Int).Lsh(k, 1)
	return v.Mod(v, d.n)
}

// unsigned drops the octet that only carries the sign of an INTEGER: the
// reference of a private key is an unsigned number (ICAO Doc 9303-11, 9.4.1).
func unsigned(id []byte) []byte {
	if len(id) > 1 && id[0] == 0 {
		return id[1:]
	}
	return id
}

// chipKey finds the key for a cipher. The reference may be absent when all
// keys have the same one (ICAO Doc 9303-11, 6.2.4).
func (c *Card) chipKey(matches func(Cipher) bool, reference []byte) (*chipKey, status) {
	sw, ambiguous := statusWrongData, false
	for _, k := range c.keys {
		ambiguous = ambiguous || !bytes.Equal(k.ID, c.keys[0].ID)
	}
	for i := range c.keys {
		k := &c.keys[i]
		if !matches(k.Cipher) {
			continue
		}
		sw = statusReferenceNotFound
		if reference == nil && !ambiguous || reference != nil && bytes.Equal(reference, unsigned(k.ID)) {
			return k, statusOK
		}
	}
	return nil, sw
}

// mappingKey is the first key on the curve, for chip authentication mapping.
func (c *Card) mappingKey(curve Curve) (*chipKey, bool) {
	for i := range c.keys {
		if c.keys[i].Curve == curve {
			return &c.keys[i], true
		}
	}
	return nil, false
}

// setChipAuthentication is MSE:Set AT of chip authentication, for AES (ICAO Doc
// 9303-11, 6.2.4.2).
func (c *Card) setChipAuthentication(e securityEnvironment) response {
	named := func(cipher Cipher) bool {
		return cipher != TripleDES && bytes.Equal(e.mechanism, mechanism(caECDH(), cipher))
	}
	key, sw := c.chipKey(named, e.reference)
	if sw != statusOK {
		return refuse(sw)
	}
	c.chipAuthentication = key
	return response{sw: statusOK}
}

// agreeWithChipKey is GENERAL AUTHENTICATE of chip authentication: the new
// session keys hold after this response, with the counter at zero (ICAO Doc
// 9303-11, 6.2.4.2 and 9.8.2).
func (c *Card) agreeWithChipKey(key *chipKey, content []byte) response {
	b, sw := authenticationData(content, tagEphemeralKey)
	if sw != statusOK {
		return refuse(sw)
	}
	if sw := c.agreeStatic(key, b); sw != statusOK {
		return refuse(sw)
	}
	return authenticated(nil)
}

// setKeyAgreement is MSE:Set KAT: chip authentication with 3DES in one command
// (ICAO Doc 9303-11, 6.2.4.1).
func (c *Card) setKeyAgreement(data []byte) response {
	objects, err := readObjects(data)
	if err != nil {
		return refuse(statusWrongData)
	}
	var public, reference []byte
	for _, o := range objects {
		switch {
		case o.tag == tagEphemeralKeyKAT && public == nil:
			public = o.value
		case o.tag == tagReference && reference == nil && len(o.value) > 0:
			reference = o.value
		default:
			return refuse(statusWrongData)
		}
	}
	key, sw := c.chipKey(func(cipher Cipher) bool { return cipher == TripleDES }, reference)
	if sw == statusOK {
		sw = c.agreeStatic(key, public)
	}
	return response{sw: sw}
}

// agreeStatic makes the session keys of the terminal's ephemeral key and a
// static key.
func (c *Card) agreeStatic(key *chipKey, public []byte) status {
	terminal, err := key.domain.decode(public)
	if err != nil {
		return statusWrongData
	}
	shared := c.times(key.domain, c.chipScalar(key), terminal)
	c.next = &succession{channel: newChannel(key.Cipher, key.domain.secret(shared)), by: byChipAuthentication}
	return statusOK
}
