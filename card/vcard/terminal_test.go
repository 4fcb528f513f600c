package vcard

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"math/big"
	"math/rand/v2"
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
		MasterFiles: map[uint16][]byte{FIDCardAccess: {0x31, 0x00}},
		Files: map[uint16][]byte{
			FIDCOM: {0x60, 0x00}, FIDDG1: bytes.Repeat([]byte{0x61}, 300), FIDDG3: {0x63, 0x00},
			FIDDG2: bytes.Repeat([]byte{0x75, 0x01, 0x02}, 10000),
		},
		PACE: []PACEProtocol{{Mapping: GenericMapping, Cipher: AES256, Curve: BrainpoolP256r1}}, NonceSize: 16,
		ChipKeys: []ChipKey{{ID: []byte{1}, Curve: BrainpoolP256r1, Cipher: AES256, Scalar: append(make([]byte, 31), 7)}},
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
	short   bool   // protected commands have short length fields
	shared  []byte // secret of the last PACE
	proof   bool   // the last chip authentication mapping proved the key
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
		secret := encryptCBC(t.channel.enc, t.channel.iv(), t.channel.pad(cmd.data))
		if cmd.ins&1 == 1 {
			body = encode(tagCryptogramOdd, secret)
		} else {
			body = encode(tagCryptogram, append([]byte{paddingIndicator}, secret...))
		}
	}
	switch {
	case cmd.ne > 0 && cmd.extended:
		body = append(body, encode(tagLe, []byte{byte(cmd.ne >> 8), byte(cmd.ne)})...)
	case cmd.ne > 0:
		body = append(body, encode(tagLe, []byte{byte(cmd.ne)})...)
	}
	header := []byte{cmd.cla | claSecure, cmd.ins, cmd.p1, cmd.p2}
	message := append(t.channel.counter(), t.channel.pad(header)...)
	if len(body) > 0 {
		message = append(message, t.channel.pad(body)...)
	}
	body = append(body, encode(tagMAC, t.channel.mac.sum(message))...)
	if t.short {
		return append(append(append(header, byte(len(body))), body...), 0)
	}
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
	mac := t.channel.mac.sum(append(t.channel.counter(), t.channel.pad(body)...))
	if !bytes.Equal(mac, objects[len(objects)-1].value) {
		t.Fatal("MAC of the response is wrong")
	}
	if sw := objects[len(objects)-2]; sw.tag != tagStatus || status(number(sw.value)) != r.sw {
		t.Fatal("protected status word differs from the outer one")
	}
	plain := response{sw: r.sw}
	if tag := objects[0].tag; tag == tagCryptogram || tag == tagCryptogramOdd {
		secret := objects[0].value
		if tag == tagCryptogram {
			secret = secret[1:]
		}
		block := t.channel.cipher.blockSize()
		if len(secret)%block != 0 {
			t.Fatal("cryptogram is not whole blocks")
		}
		plain.data, _ = unpad(decryptCBC(t.channel.enc, t.channel.iv(), secret), block)
	}
	return plain
}

// open is a terminal that has run PACE and selected the application.
func open(t testing.TB, p Personalisation) *terminal {
	t.Helper()
	terminal := connect(t, p)
	if sw := terminal.establish(string(p.CAN)); sw != statusOK {
		t.Fatalf("PACE answered %04X", sw)
	}
	terminal.selectApplication()
	return terminal
}

func (t *terminal) selectApplication() {
	t.Helper()
	if r := t.send(selectApplication); r.sw != statusOK {
		t.Fatalf("SELECT answered %04X", r.sw)
	}
}

const (
	selectApplication     = "00A4040C07A0000002471001"
	setChipAuthentication = "002241A40F 800A04007F00070202030204 840101"
)

func sha1Of(s string) []byte {
	d := sha1.Sum([]byte(s))
	return d[:]
}
