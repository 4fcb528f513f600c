package vcard

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
)

// macSize is the length of every MAC and token, in bytes.
const macSize = 8

// macKey computes MACs of macSize bytes over messages that are padded to whole
// blocks.
type macKey interface{ sum(padded []byte) []byte }

// macKey is the key of the cipher's MAC.
func (c Cipher) macKey(key []byte) macKey {
	if c != TripleDES {
		return cmacKey{c.block(key)}
	}
	first, err := des.NewCipher(key[:des.BlockSize])
	if err != nil {
		panic(err) // for keys of a wrong size, which derive never gives
	}
	second, err := des.NewCipher(key[des.BlockSize : 2*des.BlockSize])
	if err != nil {
		panic(err)
	}
	return retailKey{first, second}
}

// retailKey is MAC algorithm 3 of ISO/IEC 9797-1 with DES: CBC under the first
// key, and the last block decrypted and encrypted again (ICAO Doc 9303-11,
// 9.8.6.2).
type retailKey struct{ first, second cipher.Block }

func (k retailKey) sum(padded []byte) []byte {
	state := make([]byte, des.BlockSize)
	for i := 0; i < len(padded); i += des.BlockSize {
		xor(state, padded[i:])
		k.first.Encrypt(state, state)
	}
	k.second.Decrypt(state, state)
	k.first.Encrypt(state, state)
	return state
}

// cmacKey is AES-CMAC, cut to macSize bytes (ICAO Doc 9303-11, 9.8.7.2).
type cmacKey struct{ block cipher.Block }

func (k cmacKey) sum(message []byte) []byte { return cmac(k.block, message)[:macSize] }

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
func pad(b []byte, blockSize int) []byte {
	out := make([]byte, (len(b)/blockSize+1)*blockSize)
	out[copy(out, b)] = 0x80
	return out
}

// unpad takes the padding off, and says whether there was one.
func unpad(b []byte, blockSize int) ([]byte, bool) {
	for i := len(b) - 1; i >= 0 && i >= len(b)-blockSize; i-- {
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
