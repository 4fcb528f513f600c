package sm

import (
	"crypto/cipher"
	"encoding/binary"
	"fmt"
)

// Keys is a pair of session keys, KSenc and KSmac. It keeps no counter. It is
// not for concurrent use.
type Keys struct {
	cipher   Cipher
	enc, mac []byte
	block    cipher.Block // under KSenc
	auth     mac          // under KSmac; nil once wiped
	ssc, iv  [maxBlock]byte
}

// NewKeys takes ownership of both keys, each of c.KeySize() bytes: Wipe
// overwrites them, and so does a failure here.
func NewKeys(c Cipher, enc, mac []byte) (*Keys, error) {
	k := &Keys{cipher: c, enc: enc, mac: mac}
	if err := k.schedule(); err != nil {
		k.Wipe()
		return nil, fmt.Errorf("session keys for %v: %w", c, err)
	}
	return k, nil
}

// DeriveKeys derives both keys from a shared secret (ICAO Doc 9303-11, 9.7.1).
// secret stays with the caller, who wipes it.
func DeriveKeys(c Cipher, secret []byte) (*Keys, error) {
	return NewKeys(c, DeriveKey(c, secret, CounterEnc), DeriveKey(c, secret, CounterMAC))
}

func (k *Keys) schedule() (err error) {
	n := k.cipher.KeySize()
	if n == 0 || len(k.enc) != n || len(k.mac) != n {
		return fmt.Errorf("keys of %d and %d bytes, want %d", len(k.enc), len(k.mac), n)
	}
	if k.block, err = k.cipher.NewBlock(k.enc); err != nil {
		return err
	}
	if k.cipher == TripleDES {
		k.auth, err = newRetail(k.mac)
		return err
	}
	block, err := k.cipher.NewBlock(k.mac)
	if err != nil {
		return err
	}
	k.auth = newCMAC(block)
	return nil
}

// Cipher is the cipher of the keys.
func (k *Keys) Cipher() Cipher { return k.cipher }

// Token is the MAC of 8 bytes under KSmac over data: the authentication token
// of PACE (ICAO Doc 9303-11, 4.4.3.4). For 3DES the data is padded by ISO/IEC
// 9797-1 method 2; CMAC pads by itself. It fails with ErrClosed after Wipe.
func (k *Keys) Token(data []byte) ([]byte, error) {
	if k.auth == nil {
		return nil, ErrClosed
	}
	k.auth.write(data)
	if k.cipher == TripleDES {
		k.auth.pad()
	}
	m := k.auth.sum()
	return m[:], nil
}

// Wipe overwrites the keys. Every later use fails with ErrClosed.
func (k *Keys) Wipe() {
	clear(k.enc)
	clear(k.mac)
	if k.auth != nil {
		k.auth.wipe()
	}
	k.auth, k.block = nil, nil
	clear(k.ssc[:])
	clear(k.iv[:])
}

// Release hands both keys out and closes k as Wipe does: they go on elsewhere,
// and from then on here every use fails with ErrClosed. NewKeys takes them
// again. The keys are the caller's, who wipes them. It fails with ErrClosed
// after Wipe.
func (k *Keys) Release() (enc, mac []byte, err error) {
	if k.auth == nil {
		return nil, nil, ErrClosed
	}
	enc, mac = k.enc, k.mac
	k.enc, k.mac = nil, nil
	k.Wipe()
	return enc, mac, nil
}

// counter is the send sequence counter as a block: 8 bytes for 3DES, 16 with
// leading zeros for AES (ICAO Doc 9303-11, 9.8.6.3 and 9.8.7.3). It is valid
// until the next call.
func (k *Keys) counter(ssc uint64) []byte {
	n := k.cipher.BlockSize()
	clear(k.ssc[:])
	binary.BigEndian.PutUint64(k.ssc[n-8:n], ssc)
	return k.ssc[:n]
}

// vector is the initialisation vector for a counter: zero for 3DES, the
// encrypted counter for AES (ICAO Doc 9303-11, 9.8.6.1 and 9.8.7.1).
func (k *Keys) vector(ssc uint64) []byte {
	n := k.cipher.BlockSize()
	clear(k.iv[:])
	if k.cipher != TripleDES {
		k.block.Encrypt(k.iv[:n], k.counter(ssc))
	}
	return k.iv[:n]
}
