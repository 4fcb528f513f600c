package activeauth

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/des"
	"encoding/binary"
	"testing"

	"cnie.example/card"
	"cnie.example/card/sm"
)

// chip answers INTERNAL AUTHENTICATE under secure messaging with 3DES, which is
// written here without the code under test. Its readers and cards differ in
// what lengths they take.
type chip struct {
	t          testing.TB
	sign       func(challenge [8]byte) []byte
	noExtended bool // extended length fields are answered with 6700
	chunk      int  // 0: whole answers; else bytes that GET RESPONSE hands out at a time
	fault      string

	enc, mac []byte
	ssc      uint64
	pending  []byte
	sent     []card.Command
	plain    []card.Command
}

const sharedSecret = "secret of the channel"

// newChip makes a chip and the channel to it.
func newChip(t testing.TB, sign func([8]byte) []byte) (*chip, *sm.Channel) {
	t.Helper()
	secret := []byte(sharedSecret)
	keys, err := sm.DeriveKeys(sm.TripleDES, secret)
	must(t, err)
	p := &chip{
		t: t, sign: sign,
		enc: sm.DeriveKey(sm.TripleDES, secret, sm.CounterEnc), mac: sm.DeriveKey(sm.TripleDES, secret, sm.CounterMAC),
	}
	return p, sm.NewChannel(p, keys, 0)
}

func (p *chip) Transmit(_ context.Context, b []byte) ([]byte, error) {
	c, err := card.ParseCommand(b)
	must(p.t, err)
	p.sent = append(p.sent, c)
	if c.INS == 0xC0 {
		return p.hand(), nil
	}
	plain, ok := p.unwrap(c)
	if !ok {
		return []byte{0x69, 0x88}, nil
	}
	p.plain = append(p.plain, plain)
	if c.Extended && p.noExtended {
		return p.wrap(nil, 0x6700), nil
	}
	answer := p.wrap(p.sign([8]byte(plain.Data)), 0x9000)
	switch {
	case p.fault == "MAC":
		answer[len(answer)-3] ^= 1
	case p.fault == "plain":
		return join(p.sign([8]byte(plain.Data)), []byte{0x90, 0x00}), nil
	case p.chunk > 0 && !c.Extended:
		p.pending = answer[:len(answer)-2]
		return []byte{0x61, 0x00}, nil
	}
	return answer, nil
}

// hand gives the next piece of a long answer.
func (p *chip) hand() []byte {
	n := min(p.chunk, len(p.pending))
	piece := bytes.Clone(p.pending[:n])
	if p.pending = p.pending[n:]; len(p.pending) > 0 {
		return append(piece, 0x61, byte(min(len(p.pending), p.chunk)))
	}
	return append(piece, 0x90, 0x00)
}

func (p *chip) block() cipher.Block {
	b, err := des.NewTripleDESCipher(join(p.enc, p.enc[:8]))
	must(p.t, err)
	return b
}

// sum is the retail MAC over the counter and the message.
func (p *chip) sum(message []byte) []byte {
	p.ssc++
	message = pad(join(binary.BigEndian.AppendUint64(nil, p.ssc), message))
	k1, _ := des.NewCipher(p.mac[:8])
	k2, _ := des.NewCipher(p.mac[8:])
	cipher.NewCBCEncrypter(k1, make([]byte, 8)).CryptBlocks(message, message)
	last := message[len(message)-8:]
	k2.Decrypt(last, last)
	k1.Encrypt(last, last)
	return last
}

func pad(b []byte) []byte {
	b = append(bytes.Clone(b), 0x80)
	return append(b, make([]byte, (8-len(b)%8)%8)...)
}

// unwrap wants DO'87' of two blocks, DO'97' and DO'8E', as eight bytes with an
// Le make them.
func (p *chip) unwrap(c card.Command) (card.Command, bool) {
	n := len(c.Data) - 10
	if c.CLA != 0x0C || n < 22 || !bytes.Equal(c.Data[:3], []byte{0x87, 17, 1}) || c.Data[19] != 0x97 ||
		!bytes.Equal(c.Data[n+2:], p.sum(join(pad([]byte{c.CLA, c.INS, c.P1, c.P2}), c.Data[:n]))) {
		return card.Command{}, false
	}
	data := make([]byte, 16)
	cipher.NewCBCDecrypter(p.block(), make([]byte, 8)).CryptBlocks(data, c.Data[3:19])
	plain := card.Command{INS: c.INS, P1: c.P1, P2: c.P2, Data: data[:8]}
	switch le := c.Data[21:n]; {
	case c.Data[20] == 1:
		plain.Le = int(le[0]-1) + 1 // 00 is 256
	case le[0] == 0 && le[1] == 0:
		plain.Le = 65536
	default:
		plain.Le = int(binary.BigEndian.Uint16(le))
	}
	return plain, bytes.Equal(data[8:], []byte{0x80, 0, 0, 0, 0, 0, 0, 0})
}

func (p *chip) wrap(data []byte, status uint16) []byte {
	var body []byte
	if len(data) > 0 {
		padded := pad(data)
		cipher.NewCBCEncrypter(p.block(), make([]byte, 8)).CryptBlocks(padded, padded)
		n := len(padded) + 1
		switch {
		case n < 0x80:
			body = []byte{0x87, byte(n), 1}
		case n < 0x100:
			body = []byte{0x87, 0x81, byte(n), 1}
		default:
			body = []byte{0x87, 0x82, byte(n >> 8), byte(n), 1}
		}
		body = append(body, padded...)
	}
	sw := []byte{byte(status >> 8), byte(status)}
	body = join(body, []byte{0x99, 2}, sw)
	return join(body, []byte{0x8E, 8}, p.sum(body), sw)
}
