package vcard

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/sha1" // for the key derivation of 128 bit keys (ICAO Doc 9303-11, 9.7.1)
	"crypto/sha256"
)

// Cipher is a block cipher of PACE, secure messaging and chip authentication.
type Cipher int

// The ciphers of ICAO Doc 9303-11, 9.8.6 and 9.8.7. The zero Cipher is none.
const (
	AES128 Cipher = iota + 1
	AES192
	AES256
	TripleDES // with two keys
)

// Ciphers gives all ciphers the chip knows.
func Ciphers() []Cipher { return []Cipher{TripleDES, AES128, AES192, AES256} }

// String is the name as in "AES-256".
func (c Cipher) String() string {
	switch c {
	case AES128:
		return "AES-128"
	case AES192:
		return "AES-192"
	case AES256:
		return "AES-256"
	case TripleDES:
		return "3DES"
	}
	return "unknown cipher"
}

// Arc is the last number of the object identifier of a protocol with this
// cipher: 1 for 3DES, 2, 3 and 4 for AES (ICAO Doc 9303-11, 9.2), 0 for none.
func (c Cipher) Arc() int {
	switch c {
	case AES128, AES192, AES256:
		return int(c-AES128) + 2
	case TripleDES:
		return 1
	}
	return 0
}

func (c Cipher) known() bool { return c.Arc() != 0 }

// keySize is in bytes.
func (c Cipher) keySize() int {
	switch c {
	case AES192:
		return 24
	case AES256:
		return 32
	}
	return 16
}

// blockSize is in bytes.
func (c Cipher) blockSize() int {
	if c == TripleDES {
		return des.BlockSize
	}
	return aes.BlockSize
}

// Counters of the key derivation function (ICAO Doc 9303-11, 9.7.1).
const (
	deriveEncryption     = 1
	deriveAuthentication = 2
	derivePassword       = 3
)

// derive is KDF(secret, counter) (ICAO Doc 9303-11, 9.7.1). The parity bits of
// 3DES keys stay as they come: DES passes over them.
func (c Cipher) derive(secret []byte, counter byte) []byte {
	input := append(append([]byte(nil), secret...), 0, 0, 0, counter)
	if c == AES128 || c == TripleDES {
		digest := sha1.Sum(input)
		return digest[:c.keySize()]
	}
	digest := sha256.Sum256(input)
	return digest[:c.keySize()]
}

// block is the cipher under a key of keySize bytes. It panics for other sizes:
// every key here comes from derive or has been cut.
func (c Cipher) block(key []byte) cipher.Block {
	var block cipher.Block
	var err error
	if c == TripleDES {
		block, err = des.NewTripleDESCipher(append(append([]byte(nil), key...), key[:des.BlockSize]...))
	} else {
		block, err = aes.NewCipher(key[:c.keySize()])
	}
	if err != nil {
		panic(err)
	}
	return block
}

// encryptCBC encrypts whole blocks; a nil iv is zero.
func encryptCBC(block cipher.Block, iv, plain []byte) []byte {
	if iv == nil {
		iv = make([]byte, block.BlockSize())
	}
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, plain)
	return out
}

// decryptCBC decrypts whole blocks; a nil iv is zero.
func decryptCBC(block cipher.Block, iv, secret []byte) []byte {
	if iv == nil {
		iv = make([]byte, block.BlockSize())
	}
	out := make([]byte, len(secret))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, secret)
	return out
}
