package vcard

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" // for the key derivation of 128 bit keys (ICAO Doc 9303-11, 9.7.1.1)
	"crypto/sha256"
)

// Cipher is a block cipher of PACE, secure messaging and chip authentication.
type Cipher int

// The AES key sizes of ICAO Doc 9303-11, 9.8.7. The zero Cipher is none.
const (
	AES128 Cipher = iota + 1
	AES192
	AES256
)

// String is the name as in "AES-256".
func (c Cipher) String() string {
	switch c {
	case AES128:
		return "AES-128"
	case AES192:
		return "AES-192"
	case AES256:
		return "AES-256"
	}
	return "unknown cipher"
}

func (c Cipher) known() bool { return c >= AES128 && c <= AES256 }

// keySize is in bytes.
func (c Cipher) keySize() int { return 8 + 8*int(c) }

// Counters of the key derivation function (ICAO Doc 9303-11, 9.7.1).
const (
	deriveEncryption     = 1
	deriveAuthentication = 2
	derivePassword       = 3
)

// derive is KDF(secret, counter) (ICAO Doc 9303-11, 9.7.1).
func (c Cipher) derive(secret []byte, counter byte) []byte {
	input := append(append([]byte(nil), secret...), 0, 0, 0, counter)
	if c == AES128 {
		digest := sha1.Sum(input)
		return digest[:c.keySize()]
	}
	digest := sha256.Sum256(input)
	return digest[:c.keySize()]
}

// newBlock panics for keys of a wrong size: every key here comes from derive.
func newBlock(key []byte) cipher.Block {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	return block
}

// encryptCBC encrypts whole blocks.
func encryptCBC(block cipher.Block, iv, plain []byte) []byte {
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, plain)
	return out
}

// decryptCBC decrypts whole blocks.
func decryptCBC(block cipher.Block, iv, secret []byte) []byte {
	out := make([]byte, len(secret))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, secret)
	return out
}

// cmac is AES-CMAC (NIST SP 800-38B, 6.2), all 16 bytes.
func cmac(block cipher.Block, message []byte) []byte {
	subkey := make([]byte, aes.BlockSize)
	block.Encrypt(subkey, subkey)
	double(subkey)
	last := len(message)
	if last > 0 {
		last = (last - 1) / aes.BlockSize * aes.BlockSize
	}
	tail := make([]byte, aes.BlockSize)
	if n := copy(tail, message[last:]); n < aes.BlockSize {
		tail[n] = 0x80
		double(subkey)
	}
	state := make([]byte, aes.BlockSize)
	for i := 0; i < last; i += aes.BlockSize {
		xor(state, message[i:])
		block.Encrypt(state, state)
	}
	xor(state, tail)
	xor(state, subkey)
	block.Encrypt(state, state)
	return state
}

// double multiplies by x in GF(2^128) (NIST SP 800-38B, 6.1).
func double(b []byte) {
	carry := byte(0)
	for i := len(b) - 1; i >= 0; i-- {
		b[i], carry = b[i]<<1|carry, b[i]>>7
	}
	b[len(b)-1] ^= carry * 0x87
}

func xor(dst, src []byte) {
	for i := range dst {
		dst[i] ^= src[i]
	}
}

// pad appends 80 00 … to a whole number of blocks (ISO/IEC 9797-1, method 2).
func pad(b []byte) []byte {
	out := append(append([]byte(nil), b...), 0x80)
	for len(out)%aes.BlockSize != 0 {
		out = append(out, 0)
	}
	return out
}

// unpad takes the padding off, and says whether there was one.
func unpad(b []byte) ([]byte, bool) {
	for i := len(b) - 1; i >= 0 && i >= len(b)-aes.BlockSize; i-- {
		switch b[i] {
		case 0:
		case 0x80:
			return b[:i], true
		default:
			return nil, false
		}
	}
	return nil, false
}
