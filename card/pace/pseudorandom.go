package pace

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"

	"cnie.example/card/sm"
)

// Constants c0 and c1 of the pseudo-random function for nonces of 128 and of
// 256 bits (ICAO Doc 9303-11, 4.4.3.3.2).
const (
	short0 = "\xA6\x68\x89\x2A\x7C\x41\xE3\xCA\x73\x9F\x40\xB0\x57\xD8\x59\x04"
	short1 = "\xA4\xE1\x36\xAC\x72\x5F\x73\x8B\x01\xC1\xF6\x02\x17\xC1\x88\xAD"
	long0  = "\xD4\x63\xD6\x52\x34\x12\x4E\xF7\x89\x70\x54\x98\x6D\xCA\x0A\x17" +
		"\x4E\x28\xDF\x75\x8C\xBA\xA0\x3F\x24\x06\x16\x41\x4D\x5A\x16\x76"
	long1 = "\x54\xBD\x72\x55\xF0\xAA\xF8\x31\xBE\xC3\x42\x3F\xCF\x39\xD6\x9B" +
		"\x6C\xBF\x06\x66\x77\xD0\xFA\xAE\x5A\xAD\xD9\x9D\xF8\xE5\x35\x17"
)

// pseudoRandomConstants are those for a nonce of n bytes.
func pseudoRandomConstants(n int) (c0, c1 string) {
	if n > len(short0) {
		return long0, long1
	}
	return short0, short1
}

// extraBits is how much longer than the prime the output is at least, so that
// its residue is close to uniform.
const extraBits = 64

// pseudoRandom is x_1‖…‖x_n of the function R(s, t) (ICAO Doc 9303-11,
// 4.4.3.3.2, figure 2): k_0 = E(t, s), then x_i = E(k_(i-1), c1) and
// k_i = E(k_(i-1), c0), each k_i cut to the key size, until n times the l bits
// of s are at least those of the prime and 64 more. s has 16 or 32 bytes. The
// caller wipes the result.
//
// The standard has l = 128 for 3DES and AES-128 and l = 256 for AES-192 and
// AES-256. Of a chip that gives the latter a nonce of 16 bytes, each k_i is
// shorter than the key size; it then keys AES by its own length, as
// implementations do that cut and never fill up.
func pseudoRandom(c sm.Cipher, s, t []byte, primeBits int) ([]byte, error) {
	c0, c1 := pseudoRandomConstants(len(s))
	l := 8 * len(c0)
	n := (primeBits + extraBits + l - 1) / l
	out := make([]byte, 0, n*len(c0))
	k, err := encryptCBC(c, t, s)
	if err != nil {
		return nil, err
	}
	for range n {
		key := k[:min(len(k), c.KeySize())]
		x, err := encryptCBC(c, key, []byte(c1))
		if err != nil {
			return nil, err
		}
		out = append(out, x...)
		clear(x)
		next, err := encryptCBC(c, key, []byte(c0))
		if err != nil {
			return nil, err
		}
		clear(k)
		k = next
	}
	clear(k)
	return out, nil
}

// encryptCBC is E in CBC mode with a zero initialization vector.
func encryptCBC(c sm.Cipher, key, data []byte) ([]byte, error) {
	newBlock := aes.NewCipher
	if c == sm.TripleDES {
		newBlock = c.NewBlock
	}
	block, err := newBlock(key)
	if err != nil {
		return nil, fmt.Errorf("pseudo-random function: %w", err)
	}
	out := make([]byte, len(data))
	cipher.NewCBCEncrypter(block, make([]byte, block.BlockSize())).CryptBlocks(out, data)
	return out, nil
}
