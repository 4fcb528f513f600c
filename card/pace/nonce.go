package pace

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"

	"cnie.example/card/sm"
)

// Lengths of an encrypted nonce: the chip chooses a multiple of the block size
// (ICAO Doc 9303-11, 4.4.3.3). With AES-256 both 16 and 32 bytes are seen.
const (
	shortNonce = 16
	longNonce  = 32
)

// decryptNonce is s = D(K_π, z) with K_π = KDF(f(π), 3), AES in CBC mode with a
// zero initialization vector (ICAO Doc 9303-11, 4.4.3.3 and 9.7.3). The caller
// wipes the result. Every z decrypts to something: a wrong password shows only
// at the tokens.
func decryptNonce(c sm.Cipher, pw *Password, z []byte) ([]byte, error) {
	if len(z) != shortNonce && len(z) != longNonce {
		return nil, fmt.Errorf("nonce of %d bytes: %w", len(z), ErrChip)
	}
	key := sm.DeriveKey(c, pw.value, sm.CounterPi)
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("key of the nonce: %w", err)
	}
	s := make([]byte, len(z))
	cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(s, z)
	return s, nil
}
