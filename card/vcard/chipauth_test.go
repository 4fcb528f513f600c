package vcard

import (
	"bytes"
	"math/big"
	"testing"
)

// manyKeys is a card with keys of chip authentication for every command.
func manyKeys(t *testing.T) Personalisation {
	t.Helper()
	p := blank()
	p.ChipKeys = nil
	for i, x := range []struct {
		cipher Cipher
		curve  Curve
		id     []byte
	}{
		{AES256, BrainpoolP256r1, []byte{1}},
		{AES256, P384, []byte{2}},
		{AES128, BrainpoolP256r1, []byte{1}},
		{TripleDES, P256, []byte{3}},
		{TripleDES, BrainpoolP320r1, []byte{0x00, 0x80}},
	} {
		private, err := x.curve.GenerateKey(seeded(byte(20 + i)))
		if err != nil {
			t.Fatal(err)
		}
		p.ChipKeys = append(p.ChipKeys, ChipKey{ID: x.id, Curve: x.curve, Cipher: x.cipher, Scalar: private})
	}
	return p
}

// agree runs chip authentication with a key of the card by the command of its
// cipher, naming the reference unless that is nil. It returns the last status
// word and takes new keys into use.
func (t *terminal) agree(key chipKey, reference []byte) status {
	t.Helper()
	var named []byte
	if reference != nil {
		named = encode(tagReference, reference)
	}
	public := key.domain.encode(key.domain.multiplyGenerator(big.NewInt(987654321)))
	var sw status
	if key.Cipher == TripleDES {
		sw = t.send(apdu(0x002241A6, append(encode(tagEphemeralKeyKAT, public), named...), false)).sw
	} else {
		oid := encode(tagMechanism, mechanism(caECDH(), key.Cipher))
		if sw = t.send(apdu(0x002241A4, append(oid, named...), false)).sw; sw == statusOK {
			sw = t.generalAuthenticate(0, encode(tagEphemeralKey, public)).sw
		}
	}
	if sw == statusOK {
		t.channel = t.agreed(key, public)
	}
	return sw
}

// Would catch: a key taken for another, a cipher with the wrong command, and
// session keys or counters of the old session under the new cipher.
func TestChipKeys(t *testing.T) {
	terminal := open(t, manyKeys(t))
	references := [][]byte{{1}, {2}, {1}, {3}, {0x80}}
	for i, key := range terminal.card.keys {
		if sw := terminal.agree(key, references[i]); sw != statusOK {
			t.Fatalf("key %d: %04X", i, sw)
		}
		for range 2 {
			if r := terminal.send("00B0810000"); r.sw != statusOK || !bytes.Equal(r.data, terminal.card.p.Files[FIDDG1][:256]) {
				t.Fatalf("key %d: read answered %04X", i, r.sw)
			}
		}
	}
	for i, key := range terminal.card.keys {
		if sw := terminal.agree(key, nil); sw != statusReferenceNotFound {
			t.Errorf("key %d without a reference: %04X", i, sw)
		}
		if sw := terminal.agree(key, []byte{9}); sw != statusReferenceNotFound {
			t.Errorf("key %d with an unknown reference: %04X", i, sw)
		}
	}
	// The sign octet belongs to the INTEGER of DG14, not to the reference.
	if sw := terminal.agree(terminal.card.keys[4], []byte{0, 0x80}); sw != statusReferenceNotFound {
		t.Errorf("reference with a sign octet: %04X", sw)
	}
	if sw := terminal.agree(terminal.card.keys[3], []byte{1}); sw != statusReferenceNotFound {
		t.Errorf("3DES with the reference of an AES key: %04X", sw)
	}
}

// Would catch: a chip that asks for a reference though it has one key, or has
// a key without one and takes any.
func TestChipKeyWithoutReference(t *testing.T) {
	for _, cipher := range []Cipher{AES192, TripleDES} {
		p := blank()
		p.ChipKeys[0].ID, p.ChipKeys[0].Cipher = nil, cipher
		terminal := open(t, p)
		if sw := terminal.agree(terminal.card.keys[0], []byte{1}); sw != statusReferenceNotFound {
			t.Errorf("%v: reference of a key that has none: %04X", cipher, sw)
		}
		if sw := terminal.agree(terminal.card.keys[0], nil); sw != statusOK {
			t.Errorf("%v: %04X", cipher, sw)
		}
		if r := terminal.send("00B0810004"); r.sw != statusOK {
			t.Errorf("%v: read answered %04X", cipher, r.sw)
		}
	}
}

// Would catch: MSE:Set KAT that takes a broken object, and a failure in it that
// ends or changes the session.
func TestKeyAgreementTemplate(t *testing.T) {
	p := blank()
	p.ChipKeys[0].Cipher = TripleDES
	d := domainBrainpoolP256r1()
	public := d.encode(d.generator)
	off := bytes.Clone(public)
	off[40] ^= 1
	key := encode(tagEphemeralKeyKAT, public)
	terminal := open(t, p)
	for name, x := range map[string]struct {
		data []byte
		want status
	}{
		"no key":              {encode(tagReference, []byte{1}), statusWrongData},
		"off the curve":       {encode(tagEphemeralKeyKAT, off), statusWrongData},
		"compressed":          {encode(tagEphemeralKeyKAT, public[:33]), statusWrongData},
		"key twice":           {append(bytes.Clone(key), key...), statusWrongData},
		"unknown object":      {append(bytes.Clone(key), 0x80, 1, 0), statusWrongData},
		"empty reference":     {append(bytes.Clone(key), 0x84, 0), statusWrongData},
		"cut":                 {key[:20], statusWrongData},
		"empty":               {nil, statusWrongData},
		"other key reference": {append(bytes.Clone(key), 0x84, 1, 2), statusReferenceNotFound},
	} {
		if r := terminal.send(apdu(0x002241A6, x.data, false)); r.sw != x.want {
			t.Errorf("%s: %04X, want %04X", name, r.sw, x.want)
		}
		if r := terminal.send("00B0810004"); r.sw != statusOK {
			t.Fatalf("%s: the next read answered %04X", name, r.sw)
		}
	}
	if r := connect(t, p).send(apdu(0x002241A6, key, false)); r.sw != statusSecurity {
		t.Errorf("outside secure messaging: %04X", r.sw)
	}
}
