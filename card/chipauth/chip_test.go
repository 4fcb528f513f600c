package chipauth

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"encoding/binary"
	"math/big"
	"testing"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/sm"
)

// chip is the other half of chip authentication with the secure messaging it
// needs, written plainly and without the code under test. It knows MSE:Set KAT,
// MSE:Set AT, GENERAL AUTHENTICATE and one READ BINARY, which it answers by
// file.
type chip struct {
	t      testing.TB
	cipher sm.Cipher
	scalar *curve.Scalar
	id     []byte // as DO'84' names it; nil: must be absent
	file   []byte
	fault  string

	session, next *session
	set           bool // MSE:Set AT was done
}

// session is one set of keys of the chip.
type session struct {
	c        sm.Cipher
	enc, mac []byte
	ssc      uint64
}

func newSession(c sm.Cipher, secret []byte) *session {
	return &session{c: c, enc: sm.DeriveKey(c, secret, sm.CounterEnc), mac: sm.DeriveKey(c, secret, sm.CounterMAC)}
}

func (s *session) size() int { return s.c.BlockSize() }

func (s *session) block(key []byte) cipher.Block {
	b, err := aes.NewCipher(key)
	if s.c == sm.TripleDES {
		b, err = des.NewTripleDESCipher(append(bytes.Clone(key), key[:8]...))
	}
	if err != nil {
		panic(err)
	}
	return b
}

func (s *session) counter() []byte {
	b := make([]byte, s.size())
	binary.BigEndian.PutUint64(b[len(b)-8:], s.ssc)
	return b
}

func (s *session) iv() []byte {
	b := make([]byte, s.size())
	if s.c != sm.TripleDES {
		s.block(s.enc).Encrypt(b, s.counter())
	}
	return b
}

func (s *session) pad(b []byte) []byte {
	b = append(bytes.Clone(b), 0x80)
	return append(b, make([]byte, (s.size()-len(b)%s.size())%s.size())...)
}

// sum is the MAC over whole blocks: the retail MAC, or CMAC whose last block is
// always full.
func (s *session) sum(message []byte) []byte {
	out := make([]byte, len(message))
	if s.c == sm.TripleDES {
		k1, _ := des.NewCipher(s.mac[:8])
		k2, _ := des.NewCipher(s.mac[8:])
		cipher.NewCBCEncrypter(k1, make([]byte, 8)).CryptBlocks(out, message)
		last := out[len(out)-8:]
		k2.Decrypt(last, last)
		k1.Encrypt(last, last)
		return last
	}
	b := s.block(s.mac)
	l := make([]byte, 16)
	b.Encrypt(l, l)
	double := new(big.Int).Lsh(new(big.Int).SetBytes(l), 1)
	if double.Bit(128) == 1 {
		double.SetBit(double, 128, 0).Xor(double, big.NewInt(0x87))
	}
	double.FillBytes(l)
	message = bytes.Clone(message)
	for i := range l {
		message[len(message)-16+i] ^= l[i]
	}
	cipher.NewCBCEncrypter(b, make([]byte, 16)).CryptBlocks(out, message)
	return out[len(out)-16:][:8]
}

// open verifies a protected command and gives its data; ok is false when the
// MAC is wrong or there is none.
func (s *session) open(c card.Command) (data []byte, ok bool) {
	s.ssc++
	n := len(c.Data) - 10
	if c.CLA&0x0C != 0x0C || n < 0 {
		return nil, false
	}
	message := append(s.counter(), s.pad([]byte{c.CLA, c.INS, c.P1, c.P2})...)
	if n > 0 {
		message = append(message, s.pad(c.Data[:n])...)
	}
	if !bytes.Equal(c.Data[n:], append([]byte{0x8E, 8}, s.sum(message)...)) {
		return nil, false
	}
	if n == 0 || c.Data[0] != 0x87 {
		return nil, true
	}
	value := c.Data[2:]
	if c.Data[1] == 0x81 {
		value = c.Data[3:]
	}
	value = value[1 : 1+(len(value)-11)/s.size()*s.size()]
	plain := make([]byte, len(value))
	cipher.NewCBCDecrypter(s.block(s.enc), s.iv()).CryptBlocks(plain, value)
	return plain[:bytes.LastIndexByte(plain, 0x80)], true
}

func (s *session) seal(data []byte, status uint16) []byte {
	s.ssc++
	var body []byte
	if len(data) > 0 {
		padded := s.pad(data)
		cipher.NewCBCEncrypter(s.block(s.enc), s.iv()).CryptBlocks(padded, padded)
		body = append([]byte{0x87, byte(len(padded) + 1), 0x01}, padded...)
	}
	body = append(body, 0x99, 2, byte(status>>8), byte(status))
	m := s.sum(append(s.counter(), s.pad(body)...))
	body = append(append(body, 0x8E, 8), m...)
	return append(body, byte(status>>8), byte(status))
}

// Transmit answers one command.
func (p *chip) Transmit(_ context.Context, b []byte) ([]byte, error) {
	c, err := card.ParseCommand(b)
	if err != nil {
		p.t.Errorf("command %X: %v", b, err)
		return []byte{0x67, 0x00}, nil
	}
	data, ok := p.session.open(c)
	if !ok {
		return []byte{0x69, 0x88}, nil
	}
	answer, status := p.command(c, data)
	sealed := p.session.seal(answer, status)
	if p.next != nil {
		p.session, p.next = p.next, nil
	}
	if c.INS == 0xB0 && p.fault == "plain" {
		return append(bytes.Clone(answer), 0x90, 0x00), nil
	}
	return sealed, nil
}

func (p *chip) command(c card.Command, data []byte) ([]byte, uint16) {
	reference := []byte(nil)
	if p.id != nil {
		reference = append([]byte{0x84, byte(len(p.id))}, p.id...)
	}
	switch {
	case c.INS == 0x22 && c.P1 == 0x41 && c.P2 == 0xA6 && p.cipher == sm.TripleDES:
		point, ok := bytes.CutSuffix(data, reference)
		return nil, p.agree(point, 0x91, ok)
	case c.INS == 0x22 && c.P1 == 0x41 && c.P2 == 0xA4 && p.cipher != sm.TripleDES:
		if !bytes.HasSuffix(data, reference) || len(data) != 12+len(reference) {
			return nil, 0x6A88
		}
		p.set = true
		return nil, 0x9000
	case c.INS == 0x86 && p.set && data[0] == 0x7C:
		content := data[2:]
		if data[1] == 0x81 {
			content = data[3:]
		}
		if status := p.agree(content, 0x80, true); status != 0x9000 {
			return nil, status
		}
		return []byte{0x7C, 0}, 0x9000
	case c.INS == 0xB0:
		return p.file, 0x9000
	}
	return nil, 0x6A86
}

// agree takes the terminal's point out of a data object and makes the new keys.
func (p *chip) agree(object []byte, tag byte, ok bool) uint16 {
	if !ok || len(object) < 3 || object[0] != tag {
		return 0x6A80
	}
	value := object[2:]
	if object[1] == 0x81 {
		value = object[3:]
	}
	point, err := p.scalar.Curve().Point(value)
	if err != nil {
		return 0x6A80
	}
	shared, err := point.Mul(p.scalar)
	if err != nil {
		return 0x6A80
	}
	if p.fault != "keeps keys" {
		p.next = newSession(p.cipher, shared.X())
	}
	return 0x9000
}
