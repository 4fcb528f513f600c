package sm

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"encoding/binary"
	"errors"

	"cnie.example/card"
)

// chip is the other end, written plainly and without the code under test but
// for DeriveKey and card: messages are joined whole, the MAC is computed over
// the joined bytes, lengths are written by hand.
type chip struct {
	c        Cipher
	enc, mac []byte
}

var errChip = errors.New("chip refuses")

func (p chip) block(key []byte) cipher.Block {
	var b cipher.Block
	var err error
	if p.c == TripleDES {
		b, err = des.NewTripleDESCipher(append(append([]byte{}, key...), key[:8]...))
	} else {
		b, err = aes.NewCipher(key)
	}
	if err != nil {
		panic(err)
	}
	return b
}

func (p chip) size() int {
	if p.c == TripleDES {
		return 8
	}
	return 16
}

func (p chip) counter(ssc uint64) []byte {
	b := make([]byte, p.size())
	binary.BigEndian.PutUint64(b[len(b)-8:], ssc)
	return b
}

func (p chip) iv(ssc uint64) []byte {
	b := make([]byte, p.size())
	if p.c != TripleDES {
		p.block(p.enc).Encrypt(b, p.counter(ssc))
	}
	return b
}

func (p chip) padded(b []byte) []byte {
	b = append(append([]byte{}, b...), 0x80)
	for len(b)%p.size() != 0 {
		b = append(b, 0)
	}
	return b
}

// tag is the MAC over a message that is whole blocks.
func (p chip) tag(message []byte) []byte {
	if p.c == TripleDES {
		return naiveRetail(p.mac, message)
	}
	return naiveCMAC(p.mac, message)[:8]
}

func naiveRetail(key, message []byte) []byte {
	k1, _ := des.NewCipher(key[:8])
	k2, _ := des.NewCipher(key[8:])
	out := make([]byte, len(message))
	cipher.NewCBCEncrypter(k1, make([]byte, 8)).CryptBlocks(out, message)
	last := out[len(out)-8:]
	k2.Decrypt(last, last)
	k1.Encrypt(last, last)
	return last
}

// naiveCMAC is RFC 4493 in its own words, for any AES key length.
func naiveCMAC(key, message []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	shift := func(b []byte) []byte {
		hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
		out := make([]byte, 16)
		binary.BigEndian.PutUint64(out[:8], hi<<1|lo>>63)
		binary.BigEndian.PutUint64(out[8:], lo<<1)
		if hi>>63 == 1 {
			out[15] ^= 0x87
		}
		return out
	}
	l := make([]byte, 16)
	block.Encrypt(l, l)
	k := shift(l)
	m := append([]byte{}, message...)
	if len(m) == 0 || len(m)%16 != 0 {
		k = shift(k)
		m = append(m, 0x80)
		for len(m)%16 != 0 {
			m = append(m, 0)
		}
	}
	for i := range k {
		m[len(m)-16+i] ^= k[i]
	}
	out := make([]byte, len(m))
	cipher.NewCBCEncrypter(block, make([]byte, 16)).CryptBlocks(out, m)
	return out[len(out)-16:]
}

// object writes a data object with the lengths that occur here.
func object(tag byte, value []byte) []byte {
	n := len(value)
	switch {
	case n < 128:
		return append([]byte{tag, byte(n)}, value...)
	case n < 256:
		return append([]byte{tag, 0x81, byte(n)}, value...)
	case n < 65536:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, value...)
	}
	return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, value...)
}

// open takes a protected command apart by its data objects, in order.
func (p chip) open(ssc uint64, c card.Command) (card.Command, error) {
	if c.CLA&0x0C != 0x0C || len(c.Data) < 10 {
		return card.Command{}, errChip
	}
	objects, mac := c.Data[:len(c.Data)-10], c.Data[len(c.Data)-10:]
	message := append(p.counter(ssc), p.padded([]byte{c.CLA, c.INS, c.P1, c.P2})...)
	if len(objects) > 0 {
		message = append(message, p.padded(objects)...)
	}
	if !bytes.Equal(mac, object(0x8E, p.tag(message))) {
		return card.Command{}, errChip
	}
	plain := card.Command{CLA: c.CLA &^ 0x0C, INS: c.INS, P1: c.P1, P2: c.P2}
	switch {
	case bytes.HasSuffix(objects, []byte{0x97, 0x01, lastByte(objects)}):
		plain.Le = 256
		if b := lastByte(objects); b != 0 {
			plain.Le = int(b)
		}
		objects = objects[:len(objects)-3]
	case len(objects) >= 4 && objects[len(objects)-4] == 0x97 && objects[len(objects)-3] == 0x02:
		plain.Le = int(binary.BigEndian.Uint16(objects[len(objects)-2:]))
		if plain.Le == 0 {
			plain.Le = 65536
		}
		objects = objects[:len(objects)-4]
	}
	if len(objects) == 0 {
		return plain, nil
	}
	cryptogram := objects[1:]
	switch {
	case cryptogram[0] == 0x81:
		cryptogram = cryptogram[2:]
	case cryptogram[0] == 0x82:
		cryptogram = cryptogram[3:]
	case cryptogram[0] == 0x83:
		cryptogram = cryptogram[4:]
	default:
		cryptogram = cryptogram[1:]
	}
	want := byte(0x87)
	if c.INS&1 == 1 {
		want = 0x85
	} else {
		if cryptogram[0] != 0x01 {
			return card.Command{}, errChip
		}
		cryptogram = cryptogram[1:]
	}
	if objects[0] != want || len(cryptogram)%p.size() != 0 {
		return card.Command{}, errChip
	}
	data := make([]byte, len(cryptogram))
	cipher.NewCBCDecrypter(p.block(p.enc), p.iv(ssc)).CryptBlocks(data, cryptogram)
	data = bytes.TrimRight(data, "\x00")
	plain.Data = data[:len(data)-1]
	return plain, nil
}

func lastByte(b []byte) byte {
	if len(b) == 0 {
		return 0
	}
	return b[len(b)-1]
}

// seal protects a response.
func (p chip) seal(ssc uint64, r card.Response) card.Response {
	var objects []byte
	if len(r.Data) > 0 {
		data := p.padded(r.Data)
		cipher.NewCBCEncrypter(p.block(p.enc), p.iv(ssc)).CryptBlocks(data, data)
		objects = object(0x87, append([]byte{0x01}, data...))
	}
	objects = append(objects, 0x99, 0x02, r.Status.SW1(), r.Status.SW2())
	return p.sign(ssc, objects, r.Status)
}

// sign puts a right MAC behind any data objects.
func (p chip) sign(ssc uint64, objects []byte, outer card.Status) card.Response {
	mac := p.tag(append(p.counter(ssc), p.padded(objects)...))
	return card.Response{Data: append(append([]byte{}, objects...), object(0x8E, mac)...), Status: outer}
}

// pair makes both ends of a session.
func pair(c Cipher) (*Keys, chip) {
	secret := []byte("SPECIMEN shared secret")
	k, err := DeriveKeys(c, secret)
	if err != nil {
		panic(err)
	}
	return k, chip{c: c, enc: DeriveKey(c, secret, 1), mac: DeriveKey(c, secret, 2)}
}
