package vcard

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
)

// Tags of secure messaging data objects (ICAO Doc 9303-11, 9.8.4).
const (
	tagCryptogramOdd = 0x85 // of commands with an odd INS
	tagCryptogram    = 0x87
	tagLe            = 0x97
	tagStatus        = 0x99
	tagMAC           = 0x8E
)

const paddingIndicator = 0x01

// channel is one secure messaging session (ICAO Doc 9303-11, 9.8).
type channel struct {
	cipher Cipher
	enc    cipher.Block
	mac    macKey
	ssc    uint64 // last send sequence number used; with AES the high half stays zero
}

// newChannel derives the session keys from a shared secret.
func newChannel(c Cipher, secret []byte) *channel {
	return channelOf(c, c.derive(secret, deriveEncryption), c.derive(secret, deriveAuthentication), 0)
}

func channelOf(c Cipher, enc, mac []byte, ssc uint64) *channel {
	return &channel{cipher: c, enc: c.block(enc), mac: c.macKey(mac), ssc: ssc}
}

// token is the authentication token over data (ICAO Doc 9303-11, 4.4.3.4).
func (ch *channel) token(data []byte) []byte {
	if ch.cipher == TripleDES {
		data = ch.pad(data) // CMAC pads for itself
	}
	return ch.mac.sum(data)
}

func (ch *channel) pad(b []byte) []byte { return pad(b, ch.cipher.blockSize()) }

// counter is the send sequence counter as a block.
func (ch *channel) counter() []byte {
	n := ch.cipher.blockSize()
	return binary.BigEndian.AppendUint64(make([]byte, n-8, 2*n), ch.ssc)
}

// iv is the counter encrypted with AES and zero with 3DES (ICAO Doc 9303-11,
// 9.8.6.1 and 9.8.7.1).
func (ch *channel) iv() []byte {
	if ch.cipher == TripleDES {
		return nil
	}
	b := ch.counter()
	ch.enc.Encrypt(b, b)
	return b
}

// unwrap takes the protection off a command. Any status but 9000 is a secure
// messaging error, after which the session has to end.
func (ch *channel) unwrap(c command) (command, status) {
	ch.ssc++
	o, sw := parseProtected(c, ch.cipher.blockSize())
	if sw != statusOK {
		return command{}, sw
	}
	message := append(ch.counter(), ch.pad([]byte{c.cla, c.ins, c.p1, c.p2})...)
	if len(o.authenticated) > 0 {
		message = append(message, ch.pad(o.authenticated)...)
	}
	if subtle.ConstantTimeCompare(ch.mac.sum(message), o.mac) != 1 {
		return command{}, statusSMIncorrect
	}
	plain := command{cla: c.cla &^ claSecure, ins: c.ins, p1: c.p1, p2: c.p2, ne: o.ne, extended: c.extended}
	if o.cryptogram != nil {
		data, ok := unpad(decryptCBC(ch.enc, ch.iv(), o.cryptogram), ch.cipher.blockSize())
		if !ok {
			return command{}, statusSMIncorrect
		}
		plain.data = data
	}
	return plain, statusOK
}

// protectedObjects are the data objects of a protected command.
type protectedObjects struct {
	authenticated []byte // the objects before the MAC, as received
	cryptogram    []byte
	ne            int
	mac           []byte
}

// parseProtected reads DO'87' or DO'85', DO'97' and DO'8E', in this order,
// the last one always there.
func parseProtected(c command, blockSize int) (p protectedObjects, sw status) {
	if c.ne == 0 || len(c.data) == 0 {
		return p, statusSMMissing
	}
	objects, err := readObjects(c.data)
	if err != nil {
		return p, statusSMIncorrect
	}
	cryptogramTag := tagCryptogram
	if c.ins&1 == 1 {
		cryptogramTag = tagCryptogramOdd
	}
	next := func(tag int) ([]byte, bool) {
		if len(objects) == 0 || objects[0].tag != tag {
			return nil, false
		}
		value := objects[0].value
		objects = objects[1:]
		return value, true
	}
	if value, ok := next(cryptogramTag); ok {
		if p.cryptogram, ok = cryptogram(value, cryptogramTag, blockSize); !ok {
			return p, statusSMIncorrect
		}
	}
	if value, ok := next(tagLe); ok {
		if len(value) < 1 || len(value) > 2 {
			return p, statusSMIncorrect
		}
		if p.ne = number(value); p.ne == 0 {
			p.ne = 1 << (8 * len(value))
		}
	}
	mac, ok := next(tagMAC)
	switch {
	case !ok && len(objects) == 0:
		return p, statusSMMissing
	case !ok || len(objects) > 0 || len(mac) != macSize:
		return p, statusSMIncorrect
	}
	p.mac, p.authenticated = mac, c.data[:len(c.data)-2-macSize]
	return p, statusOK
}

// cryptogram is the whole encrypted blocks inside DO'87' or DO'85'.
func cryptogram(value []byte, tag, blockSize int) ([]byte, bool) {
	if tag == tagCryptogram {
		if len(value) == 0 || value[0] != paddingIndicator {
			return nil, false
		}
		value = value[1:]
	}
	return value, len(value) > 0 && len(value)%blockSize == 0
}

// wrap protects the response to a command with this INS. A response that
// does not fit the ne bytes that the outer command asked for becomes 6700.
func (ch *channel) wrap(r response, ins byte, ne int) response {
	ch.ssc++
	body := ch.protect(r, ins)
	if len(body)+2+macSize > ne {
		r = refuse(statusWrongLength)
		body = ch.protect(r, ins)
	}
	mac := ch.mac.sum(append(ch.counter(), ch.pad(body)...))
	return response{data: append(body, encode(tagMAC, mac)...), sw: r.sw}
}

// protect makes the data objects before the MAC.
func (ch *channel) protect(r response, ins byte) []byte {
	var body []byte
	if len(r.data) > 0 {
		secret := encryptCBC(ch.enc, ch.iv(), ch.pad(r.data))
		if ins&1 == 1 {
			body = encode(tagCryptogramOdd, secret)
		} else {
			body = encode(tagCryptogram, append([]byte{paddingIndicator}, secret...))
		}
	}
	return append(body, encode(tagStatus, []byte{byte(r.sw >> 8), byte(r.sw)})...)
}

// capacity is the most bytes of data that fit a protected response of n bytes
// before its status word.
func (ch *channel) capacity(n int, ins byte) int {
	block := ch.cipher.blockSize()
	room := n - objectSize(2) - objectSize(macSize)
	for secret := room / block * block; secret > 0; secret -= block {
		if objectSize(secret+1-int(ins&1)) <= room {
			return secret - 1 // at least one byte of padding
		}
	}
	return 0
}
