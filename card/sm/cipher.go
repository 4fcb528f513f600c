package sm

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"fmt"
)

// Cipher is a block cipher of secure messaging with its key length (ICAO Doc
// 9303-11, 9.8.6 and 9.8.7).
type Cipher int

// Ciphers that ICAO Doc 9303-11 names, the weakest first: a stronger one is
// greater. The zero value is none of them.
const (
	TripleDES Cipher = iota + 1 // two-key 3DES, CBC and retail MAC
	AES128                      // AES-CBC and AES-CMAC
	AES192
	AES256
)

// KeySize is the length of each of the two keys in bytes; 0 for a value that
// is no Cipher.
func (c Cipher) KeySize() int {
	switch c {
	case TripleDES, AES128:
		return 16
	case AES192:
		return 24
	case AES256:
		return 32
	}
	return 0
}

// BlockSize is the block length in bytes.
func (c Cipher) BlockSize() int {
	if c == TripleDES {
		return des.BlockSize
	}
	return aes.BlockSize
}

// String is the usual name of the cipher.
func (c Cipher) String() string {
	switch c {
	case TripleDES:
		return "3DES"
	case AES128:
		return "AES-128"
	case AES192:
		return "AES-192"
	case AES256:
		return "AES-256"
	}
	return fmt.Sprintf("Cipher(%d)", int(c))
}

// Unpad takes ISO/IEC 9797-1 padding method 2 off decrypted blocks of the
// cipher: one byte 80, then zeros, all within the last block. The result aliases
// b; ok is false for any other ending. It takes variable time: whoever sees
// it fail learns something of the plain text, so that it is for what has been
// authenticated, or where nobody but the sender sees it.
func (c Cipher) Unpad(b []byte) (data []byte, ok bool) {
	end := len(b) - 1
	for end >= 0 && b[end] == 0 {
		end--
	}
	if end < max(0, len(b)-c.BlockSize()) || b[end] != 0x80 {
		return nil, false
	}
	return b[:end], true
}

// NewBlock makes the block cipher for a key of KeySize bytes, which stays with
// the caller.
func (c Cipher) NewBlock(key []byte) (cipher.Block, error) {
	if n := c.KeySize(); n == 0 || len(key) != n {
		return nil, fmt.Errorf("%v with a key of %d bytes", c, len(key))
	}
	if c != TripleDES {
		return aes.NewCipher(key)
	}
	var k [24]byte // K1, K2, K1
	copy(k[copy(k[:], key):], key)
	defer clear(k[:])
	return des.NewTripleDESCipher(k[:])
}
