package sm

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// Counters of the key derivation function (ICAO Doc 9303-11, 9.7.1).
const (
	CounterEnc uint32 = 1 // KSenc
	CounterMAC uint32 = 2 // KSmac
	CounterPi  uint32 = 3 // the key that encrypts the nonce of PACE
)

// DeriveKey is KDF(secret, counter): SHA-1 for 3DES and AES-128, SHA-256 for
// AES-192 and AES-256, cut to the key length; 3DES keys get odd parity (ICAO
// Doc 9303-11, 9.7.1). secret is not kept and not changed; the caller owns the
// key and wipes it. The result is nil when c is no Cipher.
func DeriveKey(c Cipher, secret []byte, counter uint32) []byte {
	var digest [sha256.Size]byte
	defer clear(digest[:])
	var suffix [4]byte
	binary.BigEndian.PutUint32(suffix[:], counter)
	switch c {
	case TripleDES, AES128:
		h := sha1.New()
		h.Write(secret)
		h.Write(suffix[:])
		h.Sum(digest[:0])
	case AES192, AES256:
		h := sha256.New()
		h.Write(secret)
		h.Write(suffix[:])
		h.Sum(digest[:0])
	default:
		return nil
	}
	key := make([]byte, c.KeySize())
	copy(key, digest[:])
	if c == TripleDES {
		setParity(key)
	}
	return key
}

// setParity makes each byte odd by its lowest bit, as DES keys have it.
func setParity(key []byte) {
	for i, b := range key {
		key[i] = b&0xFE | byte(bits.OnesCount8(b>>1)+1)&1
	}
}
