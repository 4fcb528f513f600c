package attesttest

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"embed"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
)

//go:embed testdata/rsa-*.pem
var specimens embed.FS

// rsaKey computes without crypto/rsa, which refuses sizes and exponents that
// tests need.
type rsaKey struct{ n, e, d, p, q *big.Int }

// RSA2048 is SPECIMEN key 1 or 2 of 2048 bits.
func RSA2048(number int) *Key { return readRSA(fmt.Sprintf("rsa-2048-%d.pem", number)) }

// RSA4096 is SPECIMEN key 1 or 2 of 4096 bits.
func RSA4096(number int) *Key { return readRSA(fmt.Sprintf("rsa-4096-%d.pem", number)) }

// RSA1024 is a SPECIMEN key that is too small.
func RSA1024() *Key { return readRSA("rsa-1024.pem") }

// RSA8192 is a SPECIMEN key that is too large.
func RSA8192() *Key { return readRSA("rsa-8192.pem") }

// WithExponent is the RSA key of the same modulus with another public exponent,
// of any size. It panics when the exponent has no inverse.
func (k *Key) WithExponent(e *big.Int) *Key {
	one := big.NewInt(1)
	order := new(big.Int).Mul(new(big.Int).Sub(k.rsa.p, one), new(big.Int).Sub(k.rsa.q, one))
	d := new(big.Int).ModInverse(e, order)
	if d == nil {
		panic("attesttest: exponent has no inverse")
	}
	return &Key{rsa: &rsaKey{n: k.rsa.n, e: e, d: d, p: k.rsa.p, q: k.rsa.q}}
}

func readRSA(name string) *Key {
	text, err := specimens.ReadFile("testdata/" + name)
	if err != nil {
		panic("attesttest: no key " + name)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		panic("attesttest: " + name + ": " + err.Error())
	}
	return &Key{rsa: &rsaKey{n: key.N, e: big.NewInt(int64(key.E)), d: key.D, p: key.Primes[0], q: key.Primes[1]}}
}

func (k *rsaKey) size() int { return (k.n.BitLen() + 7) / 8 }

// private is RSASP1 with the Chinese remainder theorem (RFC 8017, 5.2.1).
func (k *rsaKey) private(message []byte) []byte {
	m, one := new(big.Int).SetBytes(message), big.NewInt(1)
	power := func(prime *big.Int) *big.Int {
		exponent := new(big.Int).Mod(k.d, new(big.Int).Sub(prime, one))
		return new(big.Int).Exp(m, exponent, prime)
	}
	s := power(k.q)
	h := new(big.Int).Sub(power(k.p), s)
	h.Mul(h, new(big.Int).ModInverse(k.q, k.p)).Mod(h, k.p)
	return s.Add(s, h.Mul(h, k.q)).FillBytes(make([]byte, k.size()))
}

// signPKCS1 is RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.1 and 9.2).
func (k *rsaKey) signPKCS1(h crypto.Hash, message []byte) []byte {
	info := Sequence(Digest(h), Octets(Sum(h, message)))
	padding := bytes.Repeat([]byte{0xFF}, k.size()-len(info)-3)
	return k.private(slices.Concat([]byte{0, 1}, padding, []byte{0}, info))
}

// signPSS is RSASSA-PSS (RFC 8017, 8.1.1 and 9.1.1). The salt follows from the
// message.
func (k *rsaKey) signPSS(a Algorithm, message []byte) []byte {
	digest := Sum(a.Hash, message)
	salt := mask(crypto.SHA256, append([]byte("salt"), digest...), a.Salt)
	hash := Sum(a.Hash, slices.Concat(make([]byte, 8), digest, salt))
	bits := k.n.BitLen() - 1
	size := (bits + 7) / 8
	padding := make([]byte, size-len(salt)-len(hash)-2)
	block := slices.Concat(padding, []byte{1}, salt)
	for i, b := range mask(a.mask(), hash, len(block)) {
		block[i] ^= b
	}
	block[0] &= 0xFF >> (8*size - bits)
	return k.private(slices.Concat(block, hash, []byte{0xBC}))
}

// mask is MGF1 (RFC 8017, B.2.1).
func mask(h crypto.Hash, seed []byte, size int) []byte {
	var out []byte
	for counter := uint32(0); len(out) < size; counter++ {
		out = append(out, Sum(h, binary.BigEndian.AppendUint32(slices.Clone(seed), counter))...)
	}
	return out[:size]
}
