package activeauth

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"testing"

	"cnie.example/card/lds"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	must(t, err)
	return b
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// signer is a chip's RSA key: a SPECIMEN of testdata.
type signer struct {
	public rsa.PublicKey
	d      *big.Int
}

func (s signer) key() lds.ActiveAuthenticationKey { return lds.ActiveAuthenticationKey{RSA: &s.public} }

func (s signer) String() string { return fmt.Sprintf("RSA-%d, e=%d", s.public.N.BitLen(), s.public.E) }

// signers reads the keys of testdata: those to be taken, and outliers.
func signers(t testing.TB) (good, outliers []signer) {
	t.Helper()
	b, err := os.ReadFile("testdata/rsa-keys.json")
	must(t, err)
	type key struct {
		N, D string
		E    int
	}
	var file struct{ Keys, Outliers []key }
	must(t, json.Unmarshal(b, &file))
	read := func(keys []key) (s []signer) {
		for _, k := range keys {
			n := new(big.Int).SetBytes(unhex(t, k.N))
			s = append(s, signer{rsa.PublicKey{N: n, E: k.E}, new(big.Int).SetBytes(unhex(t, k.D))})
		}
		return s
	}
	return read(file.Keys), read(file.Outliers)
}

// raw is the private operation on F, which must be below the modulus.
func (s signer) raw(t testing.TB, f []byte) []byte {
	t.Helper()
	x := new(big.Int).SetBytes(f)
	if x.Cmp(s.public.N) >= 0 {
		t.Fatalf("%v: representative is not below the modulus", s)
	}
	return x.Exp(x, s.d, s.public.N).FillBytes(make([]byte, s.public.Size()))
}

// smaller is what a chip sends that signs by ISO/IEC 9796-2, B.4: the smaller
// of a signature and its negative. larger is the other of the two.
func (s signer) smaller(signature []byte) (smaller, larger []byte, same bool) {
	x := new(big.Int).SetBytes(signature)
	y := new(big.Int).Sub(s.public.N, x)
	negative := y.FillBytes(make([]byte, len(signature)))
	if x.Cmp(y) < 0 {
		return signature, negative, true
	}
	return negative, signature, false
}

// trailer is the end of F with its hash function.
type trailer struct {
	bytes []byte
	hash  crypto.Hash
}

func trailers() []trailer {
	return []trailer{
		{[]byte{0xBC}, crypto.SHA1},
		{[]byte{0x33, 0xCC}, crypto.SHA1},
		{[]byte{0x38, 0xCC}, crypto.SHA224},
		{[]byte{0x34, 0xCC}, crypto.SHA256},
		{[]byte{0x36, 0xCC}, crypto.SHA384},
		{[]byte{0x35, 0xCC}, crypto.SHA512},
	}
}

func (tr trailer) sum(message ...[]byte) []byte {
	h := tr.hash.New()
	h.Write(join(message...))
	return h.Sum(nil)
}

// partial makes F as ICAO Doc 9303-11, 6.1.2.2 wants it: M1 fills the place.
func (tr trailer) partial(size int, challenge [8]byte) []byte {
	m1 := make([]byte, size-1-tr.hash.Size()-len(tr.bytes))
	_, _ = rand.Read(m1)
	return join([]byte{0x6A}, m1, tr.sum(m1, challenge[:]), tr.bytes)
}

// total makes F of a message that is recovered whole, with n bytes before the
// challenge in it.
func (tr trailer) total(size, n int, challenge [8]byte) []byte {
	m := make([]byte, n, n+8)
	_, _ = rand.Read(m)
	m = append(m, challenge[:]...)
	padding := size - len(m) - tr.hash.Size() - len(tr.bytes)
	header := []byte{0x4A}
	if padding > 1 {
		header = append(bytes.Repeat([]byte{0xBB}, padding-1), 0xBA)
		header[0] = 0x4B
	}
	return join(header, m, tr.sum(m), tr.bytes)
}

// longest is the n of total that leaves no padding.
func (tr trailer) longest(size int) int { return size - 1 - 8 - tr.hash.Size() - len(tr.bytes) }
