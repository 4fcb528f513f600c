package certificate

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/binary"
	"fmt"
	"math/big"
	"math/bits"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// rsaKey is an RSA public key.
type rsaKey struct {
	modulus  []byte // big-endian, without leading zeros; aliases the certificate
	exponent uint64
}

// bitLen is the length of the modulus in bits.
func (k rsaKey) bitLen() int {
	return 8*(len(k.modulus)-1) + bits.Len8(k.modulus[0])
}

// readRSAKey parses RSAPublicKey (RFC 8017, A.1.1).
func readRSAKey(der []byte, opts Options) *PublicKey {
	var body cryptobyte.String
	var modulus, exponent []byte
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !input.Empty() ||
		!body.ReadASN1Integer(&modulus) || !body.ReadASN1Integer(&exponent) || !body.Empty() ||
		modulus[0] == 0 {
		return unusable("RSA key is malformed", ErrKey)
	}
	maxModulus, maxExponent := opts.rsaLimits()
	k := &PublicKey{rsa: rsaKey{modulus: modulus}}
	if n := k.rsa.bitLen(); n < minRSA || n > maxModulus {
		k.err = fmt.Errorf("RSA modulus of %d bits: %w", n, ErrKeySize)
		return k
	}
	if n := 8*(len(exponent)-1) + bits.Len8(exponent[0]); n > maxExponent {
		k.err = fmt.Errorf("RSA exponent of %d bits: %w", n, ErrKeySize)
		return k
	}
	k.rsa.exponent = binary.BigEndian.Uint64(append(make([]byte, 8-len(exponent)), exponent...))
	if modulus[len(modulus)-1]&1 == 0 || k.rsa.exponent < 3 || k.rsa.exponent&1 == 0 {
		k.err = fmt.Errorf("RSA modulus or exponent is even, or the exponent is 1: %w", ErrKey)
	}
	return k
}

// maxStandardExponent is the highest exponent that crypto/rsa takes.
const maxStandardExponent = 1<<31 - 1

// standard is the key for crypto/rsa, and whether that takes it.
func (k rsaKey) standard() (*rsa.PublicKey, bool) {
	if k.exponent > maxStandardExponent {
		return nil, false
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(k.modulus), E: int(k.exponent)}, true
}

// verifyPKCS1v15 verifies RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2).
func (k rsaKey) verifyPKCS1v15(hash crypto.Hash, digest, signature []byte) bool {
	if key, ok := k.standard(); ok {
		return rsa.VerifyPKCS1v15(key, hash, digest, signature) == nil
	}
	want, ok := encodePKCS1v15(hash, digest, len(k.modulus))
	if !ok {
		return false
	}
	got, ok := k.recover(signature)
	return ok && bytes.Equal(got, want)
}

// verifyPSS verifies RSASSA-PSS (RFC 8017, 8.1.2). crypto/rsa takes no salt of
// length zero for what it is, and one hash only.
func (k rsaKey) verifyPSS(a SignatureAlgorithm, digest, signature []byte) bool {
	if key, ok := k.standard(); ok && a.SaltLength > 0 && a.MaskHash == a.Hash {
		return rsa.VerifyPSS(key, a.Hash, digest, signature, &rsa.PSSOptions{SaltLength: a.SaltLength, Hash: a.Hash}) == nil
	}
	encoded, ok := k.recover(signature)
	return ok && verifyEncodedPSS(a, digest, encoded, k.bitLen()-1)
}

// recover computes the encoded message of a signature, as long as the modulus
// (RSAVP1 and I2OSP, RFC 8017, 5.2.2 and 4.1).
func (k rsaKey) recover(signature []byte) (encoded []byte, ok bool) {
	n, s := new(big.Int).SetBytes(k.modulus), new(big.Int).SetBytes(signature)
	if len(signature) != len(k.modulus) || s.Cmp(n) >= 0 {
		return nil, false
	}
	s.Exp(s, new(big.Int).SetUint64(k.exponent), n)
	return s.FillBytes(make([]byte, len(k.modulus))), true
}

// encodePKCS1v15 is EMSA-PKCS1-v1_5-ENCODE of a digest (RFC 8017, 9.2).
func encodePKCS1v15(hash crypto.Hash, digest []byte, size int) (encoded []byte, ok bool) {
	oid, ok := digestOID(hash)
	if !ok {
		return nil, false
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(oid)) })
			b.AddASN1NULL()
		})
		b.AddASN1OctetString(digest)
	})
	info, err := b.Bytes()
	if err != nil || size < len(info)+11 {
		return nil, false
	}
	encoded = append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, size-len(info)-3)...)
	return append(append(encoded, 0), info...), true
}

// verifyEncodedPSS is EMSA-PSS-VERIFY with the salt length that is declared
// (RFC 8017, 9.1.2). encoded may have one octet more than emBits needs, which
// has to be zero (8.1.2, step 2c).
func verifyEncodedPSS(a SignatureAlgorithm, digest, encoded []byte, emBits int) bool {
	size, hashSize := (emBits+7)/8, a.Hash.Size()
	if len(encoded) > size {
		if encoded[0] != 0 {
			return false
		}
		encoded = encoded[1:]
	}
	if size < hashSize+a.SaltLength+2 || encoded[size-1] != 0xbc {
		return false
	}
	db, h := encoded[:size-hashSize-1], encoded[size-hashSize-1:size-1]
	spare := 8*size - emBits
	if db[0]>>(8-spare) != 0 {
		return false
	}
	unmask(a.MaskHash, h, db)
	db[0] &= 0xff >> spare
	padding, salt := db[:len(db)-a.SaltLength], db[len(db)-a.SaltLength:]
	if padding[len(padding)-1] != 1 || len(bytes.Trim(padding[:len(padding)-1], "\x00")) != 0 {
		return false
	}
	m := a.Hash.New()
	m.Write(make([]byte, 8))
	m.Write(digest)
	m.Write(salt)
	return bytes.Equal(m.Sum(nil), h)
}

// unmask adds MGF1 of seed to data (RFC 8017, B.2.1).
func unmask(hash crypto.Hash, seed, data []byte) {
	h, block := hash.New(), make([]byte, 0, hash.Size())
	for counter := uint32(0); len(data) > 0; counter++ {
		h.Reset()
		h.Write(seed)
		h.Write(binary.BigEndian.AppendUint32(nil, counter))
		block = h.Sum(block[:0])
		n := min(len(block), len(data))
		for i := range n {
			data[i] ^= block[i]
		}
		data = data[n:]
	}
}
