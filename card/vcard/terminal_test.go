package vcard

import (
	"bytes"
	"context"
	"crypto/aes"
	"encoding/hex"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// unhex reads hexadecimal with spaces.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(string(bytes.ReplaceAll([]byte(s), []byte(" "), nil)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// seeded is a reproducible random source.
func seeded(n byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{n}) }

// blank is the personalisation that the tests of this package change.
func blank() Personalisation {
	return Personalisation{
		ATR: []byte{0x3B, 0x00}, CAN: []byte("314159"), MRZ: []byte("T22000129364081251010318"),
		CardAccess: []byte{0x31, 0x00},
		Files: map[uint16][]byte{
			FIDCOM: {0x60, 0x00}, FIDDG1: bytes.Repeat([]byte{0x61}, 300), FIDDG3: {0x63, 0x00},
			FIDDG2: bytes.Repeat([]byte{0x75, 0x01, 0x02}, 10000),
		},
		PACECipher: AES256, PACECurve: BrainpoolP256r1, NonceSize: 16,
		ChipKey: append(make([]byte, 31), 7), ChipCurve: BrainpoolP256r1, ChipCipher: AES256, KeyID: []byte{1},
	}
}

func newCard(t testing.TB, p Personalisation) *Card {
	t.Helper()
	c, err := New(p, seeded(1))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// terminal is the other side, for tests of order and state. It shares code
// with the chip, so it proves nothing about the bytes: known answers do.
type terminal struct {
	testing.TB
	card    *Card
	channel *channel // nil: plain commands
	scalar  *big.Int
}

func connect(t testing.TB, p Personalisation) *terminal {
	return &terminal{TB: t, card: newCard(t, p), scalar: big.NewInt(0x1234567)}
}

// raw sends bytes.
func (t *terminal) raw(b []byte) response {
	t.Helper()
	answer, err := t.card.Transmit(context.Background(), b)
	if err != nil || len(answer) < 2 {
		t.Fatalf("answer of %d bytes, error %v", len(answer), err)
	}
	n := len(answer) - 2
	return response{data: answer[:n], sw: status(number(answer[n:]))}
}

// send sends a plain command in hexadecimal, protected when there is a
// channel, and gives the plain response.
func (t *terminal) send(s string) response {
	t.Helper()
	if t.channel == nil {
		return t.raw(unhex(t, s))
	}
	r := t.raw(t.protect(unhex(t, s)))
	if len(r.data) == 0 {
		t.channel = nil
		return r
	}
	return t.unprotect(r)
}

// protect is the terminal's half of secure messaging.
func (t *terminal) protect(b []byte) []byte {
	t.Helper()
	cmd, err := parseCommand(b)
	if err != nil {
		t.Fatal(err)
	}
	t.channel.ssc++
	var body []byte
	if len(cmd.data) > 0 {
		secret := encryptCBC(t.channel.enc, t.channel.iv(), pad(cmd.data))
		body = encode(tagCryptogram, append([]byte{paddingIndicator}, secret...))
	}
	switch {
	case cmd.ne > 0 && cmd.extended:
		body = append(body, encode(tagLe, []byte{byte(cmd.ne >> 8), byte(cmd.ne)})...)
	case cmd.ne > 0:
		body = append(body, encode(tagLe, []byte{byte(cmd.ne)})...)
	}
	header := []byte{cmd.cla | claSecure, cmd.ins, cmd.p1, cmd.p2}
	message := append(t.channel.counter(), pad(header)...)
	if len(body) > 0 {
		message = append(message, pad(body)...)
	}
	body = append(body, encode(tagMAC, t.channel.token(message))...)
	out := append(header, 0, byte(len(body)>>8), byte(len(body)))
	return append(append(out, body...), 0, 0)
}

func (t *terminal) unprotect(r response) response {
	t.Helper()
	t.channel.ssc++
	objects, err := readObjects(r.data)
	if err != nil || len(objects) < 2 {
		t.Fatalf("protected response: %v", err)
	}
	body := r.data[:len(r.data)-10]
	mac := t.channel.token(append(t.channel.counter(), pad(body)...))
	if !bytes.Equal(mac, objects[len(objects)-1].value) {
		t.Fatal("MAC of the response is wrong")
	}
	if sw := objects[len(objects)-2]; sw.tag != tagStatus || status(number(sw.value)) != r.sw {
		t.Fatal("protected status word differs from the outer one")
	}
	plain := response{sw: r.sw}
	if objects[0].tag == tagCryptogram {
		secret := objects[0].value[1:]
		if len(secret)%aes.BlockSize != 0 {
			t.Fatal("cryptogram is not whole blocks")
		}
		plain.data, _ = unpad(decryptCBC(t.channel.enc, t.channel.iv(), secret))
	}
	return plain
}

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

func (t *terminal) generalAuthenticate(cla byte, content []byte) response {
	t.Helper()
	data := encode(tagDynamicAuthenticationData, content)
	b := append([]byte{cla, insGeneralAuthenticate, 0, 0, byte(len(data))}, data...)
	return t.send(hex.EncodeToString(append(b, 0)))
}

// setPACE is MSE:Set AT with tag 84.
func (t *terminal) setPACE(reference byte) response {
	t.Helper()
	data := slices.Concat(
		encode(tagMechanism, mechanism(paceECDHGM(), t.card.p.PACECipher)),
		encode(tagPassword, []byte{reference}), encode(tagReference, []byte{byte(t.card.p.PACECurve)}))
	return t.send(hex.EncodeToString(append([]byte{0, 0x22, 0xC1, 0xA4, byte(len(data))}, data...)))
}

// establish runs PACE with the CAN and takes the channel into use. It returns
// the last status word.
func (t *terminal) establish(can string) status {
	t.Helper()
	if r := t.setPACE(passwordCAN); r.sw != statusOK {
		return r.sw
	}
	d, cipher := t.card.pace, t.card.p.PACECipher
	z := t.object(t.generalAuthenticate(0x10, nil), tagEncryptedNonce)
	block := newBlock(cipher.derive([]byte(can), derivePassword))
	s := new(big.Int).SetBytes(decryptCBC(block, make([]byte, aes.BlockSize), z))
	own := d.encode(d.multiply(t.scalar, d.generator))
	chip, _ := d.decode(t.object(t.generalAuthenticate(0x10, encode(tagMapTerminal, own)), tagMapChip))
	base := d.add(d.multiply(s, d.generator), d.multiply(t.scalar, chip))
	own = d.encode(d.multiply(t.scalar, base))
	theirs := t.object(t.generalAuthenticate(0x10, encode(tagAgreeTerminal, own)), tagAgreeChip)
	chip, _ = d.decode(theirs)
	next := newChannel(cipher, d.secret(d.multiply(t.scalar, chip)))
	r := t.generalAuthenticate(0, encode(tagTokenTerminal, next.token(t.card.tokenInput(theirs))))
	if r.sw == statusOK {
		if !bytes.Equal(t.object(r, tagTokenChip), next.token(t.card.tokenInput(own))) {
			t.Fatal("token of the chip is wrong")
		}
		t.channel = next
	}
	return r.sw
}

// open is a terminal that has run PACE and selected the application.
func open(t testing.TB, p Personalisation) *terminal {
	t.Helper()
	terminal := connect(t, p)
	if sw := terminal.establish(string(p.CAN)); sw != statusOK {
		t.Fatalf("PACE answered %04X", sw)
	}
	if r := terminal.send("00A4040C07A0000002471001"); r.sw != statusOK {
		t.Fatalf("SELECT answered %04X", r.sw)
	}
	return terminal
}

const setChipAuthentication = "002241A40F 800A04007F00070202030204 840101"

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
		d := t.card.chip.domain
		p, err := d.decode(public)
		if err != nil {
			t.Fatal(err)
		}
		t.channel = newChannel(t.card.p.ChipCipher, d.secret(d.multiply(t.card.chip.scalar, p)))
	}
	return r.sw
}
