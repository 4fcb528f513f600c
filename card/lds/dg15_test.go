package lds_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"testing"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

func octets(b []byte) []byte   { return tlv.Append(nil, 0x04, b) }
func explicit(b []byte) []byte { return tlv.Append(nil, 0xA0, b) }

func dg15(spki []byte) []byte { return tlv.Append(nil, 0x6F, spki) }

// positive is an INTEGER with the sign octet where it is needed.
func positive(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return integer(b...)
}

// publicKey is a SPECIMEN key that OpenSSL made, in DER.
func publicKey(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(b)
	if block == nil {
		t.Fatalf("%s is no PEM", name)
	}
	return block.Bytes
}

// Keys in the forms that chips have them: RSA, and curves by name, with all
// parameters, or by the number of the parameters. Files of OpenSSL, so that our
// writing and reading of them cannot share a mistake.
func TestDG15(t *testing.T) {
	der := publicKey(t, "SPECIMEN-rsa2048")
	want, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		t.Fatal(err)
	}
	k, err := lds.ParseDG15(dg15(der))
	if err != nil || k.RSA == nil || !k.RSA.Equal(want) || k.Curve != nil || k.Point != nil {
		t.Errorf("RSA: %+v, %v", k, err)
	}
	for name, c := range map[string]*curve.Curve{
		"SPECIMEN-prime256v1":               curve.P256(),
		"SPECIMEN-prime256v1-explicit":      curve.P256(),
		"SPECIMEN-brainpoolP256r1":          curve.BrainpoolP256r1(),
		"SPECIMEN-brainpoolP256r1-explicit": curve.BrainpoolP256r1(),
		"SPECIMEN-secp384r1":                curve.P384(),
		"SPECIMEN-secp521r1-explicit":       curve.P521(),
	} {
		der := publicKey(t, name)
		k, err := lds.ParseDG15(dg15(der))
		if err != nil || k.Curve != c || k.RSA != nil || !bytes.HasSuffix(der, k.Point) || len(k.Point) != 1+2*c.Size() {
			t.Errorf("%s: %+v, %v", name, k, err)
		}
	}
	g := curve.P384().Generator().Bytes()
	k, err = lds.ParseDG15(dg15(seq(seq(oid(t, 0, 4, 0, 127, 0, 7, 1, 2), integer(15)), bits(g))))
	if err != nil || k.Curve != curve.P384() || !bytes.Equal(k.Point, g) {
		t.Errorf("by number: %+v, %v", k, err)
	}
}

// A key of another kind is unknown, which is another thing than malformed: the
// document may be read without active authentication.
func TestDG15Unknown(t *testing.T) {
	point := bits([]byte{4, 1, 2})
	for name, tc := range map[string]struct {
		key   []byte
		curve bool
	}{
		"Ed25519":            {seq(seq(oid(t, 1, 3, 101, 112)), bits(make([]byte, 32))), false},
		"DSA":                {seq(seq(oid(t, 1, 2, 840, 10040, 4, 1)), bits(integer(1))), false},
		"unknown curve":      {seq(seq(oid(t, 1, 2, 840, 10045, 2, 1), oid(t, 1, 3, 36, 3, 3, 2, 8, 1, 1, 1)), point), true},
		"implicit curve":     {seq(seq(oid(t, 1, 2, 840, 10045, 2, 1), []byte{0x05, 0x00}), point), true},
		"number of no curve": {seq(seq(oid(t, 0, 4, 0, 127, 0, 7, 1, 2), integer(2)), point), true},
	} {
		k, err := lds.ParseDG15(dg15(tc.key))
		if !errors.Is(err, lds.ErrUnknownKey) || errors.Is(err, lds.ErrFile) || errors.Is(err, curve.ErrUnknownCurve) != tc.curve {
			t.Errorf("%s: %+v, %v", name, k, err)
		}
	}
}

// Each of these is no key that a verifier may use: an even or huge modulus costs
// or proves nothing, a point off the curve proves nothing.
func TestDG15Refused(t *testing.T) {
	rsaOID := oid(t, 1, 2, 840, 113549, 1, 1, 1)
	odd := func(n int) *big.Int {
		return new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), uint(n-1)), big.NewInt(1))
	}
	key := func(algorithm, n, e []byte) []byte { return dg15(seq(algorithm, bits(seq(n, e)))) }
	null := seq(rsaOID, []byte{0x05, 0x00})
	three := integer(3)
	p256 := seq(oid(t, 1, 2, 840, 10045, 2, 1), mustMarshal(t, curve.P256().OID()))
	g := curve.P256().Generator().Bytes()
	g[64] ^= 1
	for name, bits := range map[string]int{"1024": 1024, "8192": 8192} {
		if _, err := lds.ParseDG15(key(null, positive(odd(bits)), three)); err != nil {
			t.Errorf("%s bits: %v", name, err)
		}
	}
	if _, err := lds.ParseDG15(key(seq(rsaOID), positive(odd(2048)), three)); err != nil {
		t.Errorf("no parameters: %v", err)
	}
	for name, b := range map[string][]byte{
		"empty":             {},
		"DG14":              tlv.Append(nil, 0x6E, seq(null, bits(seq(positive(odd(2048)), three)))),
		"bytes behind":      append(key(null, positive(odd(2048)), three), 0),
		"behind the key":    dg15(append(seq(null, bits(seq(positive(odd(2048)), three))), 0x05, 0x00)),
		"in the key":        dg15(seq(null, bits(seq(positive(odd(2048)), three)), integer(1))),
		"behind exponent":   dg15(seq(null, bits(seq(positive(odd(2048)), three, three)))),
		"parameters":        key(seq(rsaOID, integer(1)), positive(odd(2048)), three),
		"long NULL":         key(seq(rsaOID, []byte{0x05, 0x01, 0x00}), positive(odd(2048)), three),
		"1023 bits":         key(null, positive(odd(1023)), three),
		"8193 bits":         key(null, positive(odd(8193)), three),
		"65536 bits":        key(null, positive(odd(65536)), three),
		"negative modulus":  key(null, integer(bytes.Repeat([]byte{0xA5}, 256)...), three),
		"even modulus":      key(null, positive(new(big.Int).Lsh(big.NewInt(1), 2047)), three),
		"leading zeros":     key(null, integer(append([]byte{0}, bytes.Repeat([]byte{0x5A}, 256)...)...), three),
		"exponent 1":        key(null, positive(odd(2048)), integer(1)),
		"even exponent":     key(null, positive(odd(2048)), integer(4)),
		"negative exponent": key(null, positive(odd(2048)), integer(0xFD)),
		"exponent of 2^31":  key(null, positive(odd(2048)), integer(0, 0x80, 0, 0, 1)),
		"empty modulus":     key(null, integer(), three),
		"no key":            dg15(seq(null, bits(nil))),
		"unused bits":       dg15(seq(null, tlv.Append(nil, 0x03, []byte{0x01, 0x30, 0x00}))),
		"point off curve":   dg15(seq(p256, bits(g))),
		"compressed point":  dg15(seq(p256, bits(append([]byte{2}, g[1:33]...)))),
	} {
		if k, err := lds.ParseDG15(b); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %+v, %v", name, k, err)
		}
	}
}
