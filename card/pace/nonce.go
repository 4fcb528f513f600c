package pace

import (
	"crypto/cipher"
	"fmt"

	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// Lengths of a nonce in bytes. The chip chooses a multiple of the block size;
// for integrated mapping the standard has 16 with 3DES and AES-128 and 32 with
// AES-192 and AES-256 (ICAO Doc 9303-11, 4.4.3.3). With AES-256 both are seen,
// so both are taken with every cipher.
const (
	shortNonce = 16
	longNonce  = 32
)

// checkNonce tells whether a nonce may have n bytes.
func checkNonce(s suite, n int) error {
	size := s.cipher.BlockSize()
	ok := n > 0 && n <= longNonce && n%size == 0
	if s.mapping == lds.IntegratedMapping {
		ok = n == shortNonce || n == longNonce
	}
	if !ok {
		return fmt.Errorf("nonce of %d bytes: %w", n, ErrChip)
	}
	return nil
}

// decryptNonce is s = D(K_π, z) with K_π = KDF(f(π), 3), in CBC mode with a
// zero initialization vector (ICAO Doc 9303-11, 4.4.3.3 and 9.7.3). z is of
// whole blocks. The caller wipes the result. Every z decrypts to something: a
// wrong password shows only at the tokens.
func decryptNonce(c sm.Cipher, pw *Password, z []byte) ([]byte, error) {
	key := sm.DeriveKey(c, pw.value, sm.CounterPi)
	defer clear(key)
	block, err := c.NewBlock(key)
	if err != nil {
		return nil, fmt.Errorf("key of the nonce: %w", err)
	}
	s := make([]byte, len(z))
	cipher.NewCBCDecrypter(block, make([]byte, block.BlockSize())).CryptBlocks(s, z)
	return s, nil
}
