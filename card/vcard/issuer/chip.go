package issuer

import (
	"encoding/hex"
	"fmt"
	"io"

	"cnie.example/card/vcard"
)

// chipKey is a key of chip authentication that a profile asks for.
type chipKey struct {
	id      []byte // content bytes of an INTEGER, nil for none
	cipher  vcard.Cipher
	curve   vcard.Curve
	private []byte // nil: to be generated
	info    bool   // DG14 has a ChipAuthenticationInfo for it
}

func curveNames() (names []string) {
	for _, c := range vcard.Curves() {
		names = append(names, c.String())
	}
	return names
}

// curve reads the name of a curve, that of the profile when it is empty.
func (d *document) curve(name string) vcard.Curve {
	if name == "" {
		name = d.Curve
	}
	for _, c := range vcard.Curves() {
		if c.String() == name {
			return c
		}
	}
	return 0 // refused by the rule before
}

// cipher reads the name of a cipher, that of the profile when it is empty.
func (d *document) cipher(name string) vcard.Cipher {
	if name == "" {
		name = d.Cipher
	}
	return map[string]vcard.Cipher{
		"3DES": vcard.TripleDES, "AES-128": vcard.AES128, "AES-192": vcard.AES192, "AES-256": vcard.AES256,
	}[name]
}

func mapping(name string) vcard.Mapping {
	return map[string]vcard.Mapping{
		"GM": vcard.GenericMapping, "IM": vcard.IntegratedMapping, "CAM": vcard.ChipAuthenticationMapping,
	}[name]
}

// readPACE reads the protocols. A chip without PACE needs Basic Access
// Control; chip authentication mapping needs AES and a chip key on its curve,
// which is looked for when the chip keys are read.
func (d *document) readPACE() error {
	for i, p := range d.PACE {
		protocol := vcard.PACEProtocol{Mapping: mapping(p.Mapping), Cipher: d.cipher(p.Cipher), Curve: d.curve(p.Curve)}
		if protocol.Mapping == vcard.ChipAuthenticationMapping && protocol.Cipher == vcard.TripleDES {
			return refuseAs(fmt.Sprintf("pace[%d].cipher", i), "chip authentication mapping is for AES only")
		}
		d.pace = append(d.pace, protocol)
	}
	switch {
	case len(d.pace) == 0 && !d.BAC:
		return refuseAs("pace", "empty, and bac is false: the chip would have no door")
	case d.NonceLength != 16 && d.NonceLength != 32:
		return refuse("nonce_length")
	}
	return nil
}

// readChipKeys reads chip_keys, or the members that describe the one key.
func (d *document) readChipKeys() error {
	if d.Profile.ChipKeys == nil {
		k, err := d.chipKey(ChipKey{ID: d.ChipKeyID, Key: d.ChipKey})
		if err != nil {
			return refuse("chip_key")
		}
		d.keys = []chipKey{k}
	} else if d.ChipKey != "" || d.ChipKeyID != nil {
		return refuseAs("chip_keys", "given together with chip_key or chip_key_id, which it replaces")
	}
	for i, asked := range d.Profile.ChipKeys {
		k, err := d.chipKey(asked)
		if err != nil {
			return refuse(fmt.Sprintf("chip_keys[%d].key", i))
		}
		d.keys = append(d.keys, k)
	}
	return d.checkMapping()
}

func (d *document) chipKey(asked ChipKey) (chipKey, error) {
	k := chipKey{cipher: d.cipher(asked.Cipher), curve: d.curve(asked.Curve), info: !asked.WithoutInfo}
	if asked.ID != nil {
		k.id = integer(*asked.ID)
	}
	if asked.Key == "" {
		return k, nil
	}
	var err error
	if k.private, err = hex.DecodeString(asked.Key); err != nil {
		return chipKey{}, err
	}
	_, err = k.curve.PublicKey(k.private)
	return k, err
}

// integer is the content of an INTEGER that is not negative.
func integer(n int) []byte {
	b := []byte{byte(n)}
	for n >>= 8; n > 0; n >>= 8 {
		b = append([]byte{byte(n)}, b...)
	}
	if b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return b
}

// checkMapping wants a chip key on the curve of every chip authentication
// mapping (ICAO Doc 9303-11, 4.4.3.3.3).
func (d *document) checkMapping() error {
	for i, p := range d.pace {
		if p.Mapping != vcard.ChipAuthenticationMapping {
			continue
		}
		found := false
		for _, k := range d.keys {
			found = found || k.curve == p.Curve
		}
		if !found {
			return refuseAs(fmt.Sprintf("pace[%d].curve", i), "chip authentication mapping without a chip key on its curve")
		}
	}
	return nil
}

// generate draws the private keys that the profile does not give.
func (d *document) generate(rand io.Reader) (err error) {
	for i := range d.keys {
		if k := &d.keys[i]; k.private == nil {
			if k.private, err = k.curve.GenerateKey(rand); err != nil {
				return err
			}
		}
	}
	if d.active != nil {
		return d.active.generate(rand)
	}
	return nil
}

// protocols are the keys as the chip needs them.
func (d *document) protocols() (keys []vcard.ChipKey) {
	for _, k := range d.keys {
		keys = append(keys, vcard.ChipKey{ID: k.id, Curve: k.curve, Cipher: k.cipher, Scalar: k.private})
	}
	return keys
}
