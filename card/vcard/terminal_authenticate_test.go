package vcard

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"slices"
)

// object takes the value of one object out of dynamic authentication data.
func (t *terminal) object(r response, tag int) []byte {
	t.Helper()
	content, err := only(r.data, tagDynamicAuthenticationData)
	if err != nil || r.sw != statusOK {
		t.Fatalf("authentication answered %04X", r.sw)
	}
	value, err := only(content, tag)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// apdu is a command in hexadecimal, with Le 00 when le is true.
func apdu(header uint32, data []byte, le bool) string {
	b := []byte{byte(header >> 24), byte(header >> 16), byte(header >> 8), byte(header)}
	if len(data) > 0 {
		b = append(append(b, byte(len(data))), data...)
	}
	if le {
		b = append(b, 0)
	}
	return hex.EncodeToString(b)
}

func (t *terminal) generalAuthenticate(cla byte, content []byte) response {
	t.Helper()
	return t.send(apdu(uint32(cla)<<24|0x860000, encode(tagDynamicAuthenticationData, content), true))
}

// set is MSE:Set AT of a protocol of PACE with tag 84.
func (t *terminal) set(protocol PACEProtocol, reference byte) response {
	t.Helper()
	return t.send(apdu(0x0022C1A4, slices.Concat(
		encode(tagMechanism, protocol.identifier()),
		encode(tagPassword, []byte{reference}), encode(tagReference, []byte{byte(protocol.Curve)})), false))
}

// setPACE is MSE:Set AT of the card's first protocol.
func (t *terminal) setPACE(reference byte) response {
	t.Helper()
	return t.set(t.card.p.PACE[0], reference)
}

// establish runs PACE with the CAN and takes the channel into use. It returns
// the last status word.
func (t *terminal) establish(can string) status {
	t.Helper()
	return t.pace(t.card.p.PACE[0], passwordCAN, []byte(can))
}

// pace runs PACE and returns the status word of the step that failed, or of
// the last. Warnings of MSE:Set AT do not stop it.
func (t *terminal) pace(protocol PACEProtocol, reference byte, password []byte) status {
	t.Helper()
	if r := t.set(protocol, reference); r.sw != statusOK && r.sw>>8 != 0x63 && r.sw != statusDeactivated {
		return r.sw
	}
	d, err := protocol.Curve.domain()
	if err != nil {
		t.Fatal(err)
	}
	r := t.generalAuthenticate(0x10, nil)
	if r.sw != statusOK {
		return r.sw
	}
	z := t.object(r, tagEncryptedNonce)
	nonce := decryptCBC(protocol.Cipher.block(protocol.Cipher.derive(password, derivePassword)), nil, z)
	base, mapped := t.mapped(protocol, d, nonce)
	run := &paceRun{protocol: protocol}
	own := d.encode(d.multiply(t.scalar, base))
	theirs := t.object(t.generalAuthenticate(0x10, encode(tagAgreeTerminal, own)), tagAgreeChip)
	chip, err := d.decode(theirs)
	if err != nil {
		t.Fatal(err)
	}
	t.shared = d.secret(d.multiply(t.scalar, chip))
	next := newChannel(protocol.Cipher, t.shared)
	r = t.generalAuthenticate(0, encode(tagTokenTerminal, next.token(run.tokenInput(theirs))))
	if r.sw == statusOK {
		t.finish(protocol, d, r, next, run.tokenInput(own), mapped)
	}
	return r.sw
}

// mapped does the terminal's half of a mapping. For chip authentication mapping
// it keeps the chip's public key of the mapping.
func (t *terminal) mapped(protocol PACEProtocol, d *domain, nonce []byte) (base, chip point) {
	t.Helper()
	if protocol.Mapping == IntegratedMapping {
		own := bytes.Repeat([]byte{0x5A}, protocol.Cipher.keySize())
		if answer := t.object(t.generalAuthenticate(0x10, encode(tagMapTerminal, own)), tagMapChip); len(answer) != 0 {
			t.Fatalf("integrated mapping answered %X", answer)
		}
		r := new(big.Int).SetBytes(protocol.Cipher.pseudoRandom(nonce, own, d.p.BitLen()))
		base, _ = d.encodeNumber(r.Mod(r, d.p))
		return base, point{}
	}
	own := d.encode(d.multiply(t.scalar, d.generator))
	chip, err := d.decode(t.object(t.generalAuthenticate(0x10, encode(tagMapTerminal, own)), tagMapChip))
	if err != nil {
		t.Fatal(err)
	}
	s := new(big.Int).SetBytes(nonce)
	return d.add(d.multiply(s, d.generator), d.multiply(t.scalar, chip)), chip
}

// finish checks the last answer and takes the channel into use.
func (t *terminal) finish(protocol PACEProtocol, d *domain, r response, next *channel, input []byte, mapped point) {
	t.Helper()
	content, err := only(r.data, tagDynamicAuthenticationData)
	if err != nil {
		t.Fatal(err)
	}
	token, rest, err := readObject(content)
	if err != nil || token.tag != tagTokenChip || !bytes.Equal(token.value, next.token(input)) {
		t.Fatal("token of the chip is wrong")
	}
	if protocol.Mapping == ChipAuthenticationMapping {
		sealed, err := only(rest, tagEncryptedChipData)
		if err != nil {
			t.Fatal(err)
		}
		t.proof = t.proves(d, next, sealed, mapped)
	} else if len(rest) > 0 {
		t.Fatalf("%d bytes behind the token", len(rest))
	}
	t.channel = next
}

// proves says whether the data of chip authentication mapping proves the
// card's first key: the data times the static public key is the public key of
// the mapping.
func (t *terminal) proves(d *domain, ch *channel, sealed []byte, mapped point) bool {
	iv := bytes.Repeat([]byte{0xFF}, 16)
	ch.enc.Encrypt(iv, iv)
	data, ok := unpad(decryptCBC(ch.enc, iv, sealed), 16)
	if !ok || len(data) != d.size() {
		t.Fatalf("chip authentication data of %d bytes", len(data))
	}
	static := d.multiply(t.card.keys[0].scalar, d.generator)
	return d.multiply(new(big.Int).SetBytes(data), static).x.Cmp(mapped.x) == 0
}

// authenticateChip sends the terminal's point and returns the status word; new
// keys are taken into use after 9000.
func (t *terminal) authenticateChip(public []byte) status {
	t.Helper()
	if r := t.send(setChipAuthentication); r.sw != statusOK {
		return r.sw
	}
	r := t.generalAuthenticate(0, encode(tagEphemeralKey, public))
	if r.sw == statusOK {
		if !bytes.Equal(r.data, []byte{0x7C, 0x00}) {
			t.Fatalf("chip authentication answered %X", r.data)
		}
		t.channel = t.agreed(t.card.keys[0], public)
	}
	return r.sw
}

// agreed is the channel of a chip's key and a terminal's public key.
func (t *terminal) agreed(key chipKey, public []byte) *channel {
	t.Helper()
	p, err := key.domain.decode(public)
	if err != nil {
		t.Fatal(err)
	}
	return newChannel(key.Cipher, key.domain.secret(key.domain.multiply(key.scalar, p)))
}
