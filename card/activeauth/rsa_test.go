package activeauth

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"testing"

	"cnie.example/card/lds"
)

// example is ICAO Doc 9303-11, Appendix F.
type example struct {
	challenge   [8]byte
	m1, h, f, s []byte
}

func readExample(t testing.TB) example {
	t.Helper()
	b, err := os.ReadFile("testdata/icao-9303-11-f.json")
	must(t, err)
	var v map[string]string
	must(t, json.Unmarshal(b, &v))
	return example{
		challenge: [8]byte(unhex(t, v["rnd_ifd"])),
		m1:        unhex(t, v["m1"]), h: unhex(t, v["h"]), f: unhex(t, v["f"]), s: unhex(t, v["s"]),
	}
}

// TestKnownAnswerRepresentative catches a representative taken apart at the
// wrong places, or a digest over something else than M1 and the challenge.
func TestKnownAnswerRepresentative(t *testing.T) {
	v := readExample(t)
	r, ok := parseRepresentative(v.f)
	if !ok || r.total || r.hash != crypto.SHA1 || !bytes.Equal(r.message, v.m1) || !bytes.Equal(r.digest, v.h) {
		t.Errorf("representative %+v", r)
	}
	if !signs(v.f, v.challenge) {
		t.Error("the example does not verify")
	}
	// The example has no key: it is signed here by one of this test.
	good, _ := signers(t)
	chip := good[0]
	must(t, Verify(chip.key(), lds.SecurityInfos{}, v.challenge, chip.raw(t, v.f)))
}

// TestEveryBitCounts catches a part of the representative that is not looked
// at, or a challenge of which only a part is.
func TestEveryBitCounts(t *testing.T) {
	v := readExample(t)
	for i := range 8 * len(v.f) {
		f := bytes.Clone(v.f)
		f[i/8] ^= 1 << (i % 8)
		if signs(f, v.challenge) {
			t.Errorf("bit %d changed", i)
		}
	}
	for i := range 64 {
		challenge := v.challenge
		challenge[i/8] ^= 1 << (i % 8)
		if signs(v.f, challenge) {
			t.Errorf("bit %d of the challenge changed", i)
		}
	}
}

// TestRSA catches a correct chip refused: every size, hash function, kind of
// recovery and way of signing.
func TestRSA(t *testing.T) {
	challenge := [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
	good, _ := signers(t)
	negatives := 0
	for _, chip := range good {
		size := chip.public.Size()
		for _, tr := range trailers() {
			for name, f := range map[string][]byte{
				"partial":          tr.partial(size, challenge),
				"total":            tr.total(size, tr.longest(size), challenge),
				"total, padded":    tr.total(size, tr.longest(size)-1, challenge),
				"challenge padded": tr.total(size, 0, challenge),
			} {
				if size > 192 && name != "partial" {
					continue // slow to sign
				}
				s := chip.raw(t, f)
				if err := Verify(chip.key(), lds.SecurityInfos{}, challenge, s); err != nil {
					t.Errorf("%v, %X, %s: %v", chip, tr.bytes, name, err)
				}
				smaller, larger, same := chip.smaller(s)
				if err := Verify(chip.key(), lds.SecurityInfos{}, challenge, smaller); err != nil {
					t.Errorf("%v, %X, %s, B.4: %v", chip, tr.bytes, name, err)
				}
				if !same {
					negatives++
				} else if err := Verify(chip.key(), lds.SecurityInfos{}, challenge, larger); !errors.Is(err, ErrSignature) {
					t.Errorf("%v, %X, %s: signature that neither way of signing gives: %v", chip, tr.bytes, name, err)
				}
				other := challenge
				other[7]++
				if err := Verify(chip.key(), lds.SecurityInfos{}, other, s); !errors.Is(err, ErrSignature) {
					t.Errorf("%v, %X, %s: other challenge: %v", chip, tr.bytes, name, err)
				}
			}
		}
	}
	if negatives == 0 {
		t.Error("no signature was a negative one")
	}
}

// TestForgedRepresentatives catches a verifier that is content with a part of
// the form: each of these has a right digest over something.
func TestForgedRepresentatives(t *testing.T) {
	challenge := [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
	sha1, sha256 := trailers()[0], trailers()[3]
	const size = 128
	m1 := bytes.Repeat([]byte{7}, size-1-20-1)
	change := func(f []byte, at int, to byte) []byte {
		f = bytes.Clone(f)
		f[at] = to
		return f
	}
	partial, total := sha1.partial(size, challenge), sha1.total(size, 50, challenge)
	for name, f := range map[string][]byte{
		"empty":                                 nil,
		"trailer alone":                         {0xBC},
		"digest and trailer alone":              join(sha1.sum(challenge[:]), []byte{0xBC}),
		"no trailer":                            change(partial, size-1, 0xBD),
		"PKCS #1 padding":                       change(partial, 0, 0x00),
		"partial recovery with padding":         join([]byte{0x6B, 0xBA}, m1[:len(m1)-1], sha1.sum(m1[:len(m1)-1], challenge[:]), []byte{0xBC}),
		"partial recovery, header 6B":           change(partial, 0, 0x6B),
		"partial recovery told as total":        change(partial, 0, 0x4A),
		"total recovery told as partial":        change(total, 0, 0x6A),
		"total recovery, padding 4C":            change(total, 0, 0x4C),
		"total recovery, padding BC":            change(total, 5, 0xBC),
		"total recovery, padding AB":            change(total, 5, 0xAB),
		"total recovery, padding BB only":       join([]byte{0x4B}, bytes.Repeat([]byte{0xBB}, size-22), sha1.sum(nil), []byte{0xBC}),
		"total recovery, no challenge":          join([]byte{0x4A}, m1, sha1.sum(m1), []byte{0xBC}),
		"total recovery, challenge first":       join([]byte{0x4A}, challenge[:], m1[8:], sha1.sum(challenge[:], m1[8:]), []byte{0xBC}),
		"total recovery, digest of both":        join([]byte{0x4A}, m1, sha1.sum(m1, challenge[:]), []byte{0xBC}),
		"partial recovery, no challenge":        join([]byte{0x6A}, m1, sha1.sum(m1), []byte{0xBC}),
		"partial recovery, challenge M1":        join([]byte{0x6A}, m1, sha1.sum(challenge[:], m1), []byte{0xBC}),
		"total recovery, header 0A":             change(sha1.total(size, sha1.longest(size), challenge), 0, 0x0A),
		"total recovery, header 2B":             change(total, 0, 0x2B),
		"total recovery, padding not at an end": join([]byte{0x4B, 0xBB}, m1[:len(m1)-9], challenge[:], sha1.sum(m1[:len(m1)-9], challenge[:]), []byte{0xBC}),
		"trailer 34 00":                         change(sha256.partial(size, challenge), size-1, 0x00),
		"header of more kinds":                  change(partial, 0, 0x7A),
		"trailer names another hash":            change(sha256.partial(size, challenge), size-2, 0x35),
		"trailer of RIPEMD-160":                 change(sha256.partial(size, challenge), size-2, 0x31),
		"SHA-256 with option 1":                 join(sha256.partial(size, challenge)[:size-2], []byte{0xBC}),
		"shorter than its digest":               {0x6A, 1, 2, 3, 0x35, 0xCC},
	} {
		if signs(f, challenge) {
			t.Errorf("%s: believed", name)
		}
	}
}

// TestSignatureForm catches a signature taken that is no number below the
// modulus of the modulus's length.
func TestSignatureForm(t *testing.T) {
	challenge := [8]byte{1}
	good, _ := signers(t)
	for _, chip := range good[:2] {
		size := chip.public.Size()
		var s []byte
		sum := new(big.Int).Lsh(big.NewInt(1), uint(8*size))
		for sum.BitLen() > 8*size { // until the signature plus the modulus has its length
			s = chip.raw(t, trailers()[0].partial(size, challenge))
			sum.Add(new(big.Int).SetBytes(s), chip.public.N)
		}
		must(t, Verify(chip.key(), lds.SecurityInfos{}, challenge, s))
		wrong := map[string][]byte{
			"none": nil, "empty": {}, "zero": make([]byte, len(s)), "cut": s[1:], "cut behind": s[:len(s)-1],
			"longer": append(bytes.Clone(s), 0), "zero before": append([]byte{0}, s...),
			"modulus": chip.public.N.Bytes(), "plus modulus": sum.Bytes(),
			"one": append(make([]byte, len(s)-1), 1),
		}
		for name, b := range wrong {
			if err := Verify(chip.key(), lds.SecurityInfos{}, challenge, b); !errors.Is(err, ErrSignature) {
				t.Errorf("%v, %s: %v", chip, name, err)
			}
		}
	}
}

// TestKeyLimits catches an RSA key taken that is too small, too large, not of
// whole bytes, or with an exponent that makes no signature: each outlier has a
// signature that would verify.
func TestKeyLimits(t *testing.T) {
	challenge := [8]byte{1}
	good, outliers := signers(t)
	for _, chip := range outliers {
		size := chip.public.N.BitLen() / 8
		s := chip.raw(t, trailers()[0].partial(size, challenge))
		if err := Verify(chip.key(), lds.SecurityInfos{}, challenge, s); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%v: %v", chip, err)
		}
	}
	n := good[0].public.N
	for name, key := range map[string]rsa.PublicKey{
		"no modulus":       {E: 65537},
		"negative modulus": {N: new(big.Int).Neg(n), E: 65537},
		"even modulus":     {N: new(big.Int).Sub(n, big.NewInt(1)), E: 65537},
		"no exponent":      {N: n},
		"exponent 1":       {N: n, E: 1},
		"exponent 2":       {N: n, E: 2},
		"exponent 65536":   {N: n, E: 65536},
		"exponent -3":      {N: n, E: -3},
		"exponent 2^32+1":  {N: n, E: wide()},
	} {
		f := trailers()[0].partial(128, challenge)
		for _, s := range [][]byte{f, make([]byte, 128)} { // with exponent 1, F signs itself
			err := Verify(lds.ActiveAuthenticationKey{RSA: &key}, lds.SecurityInfos{}, challenge, s)
			if !errors.Is(err, ErrUnsupported) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// wide is an odd number of 33 bits, or one where int has 32.
func wide() int {
	e := int64(1)<<32 + 1
	return int(e)
}

// FuzzRepresentative catches a panic, and a representative believed that is not
// the one encoding of its parts.
func FuzzRepresentative(f *testing.F) {
	challenge := [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
	for _, tr := range trailers() {
		f.Add(tr.partial(128, challenge))
		f.Add(tr.total(128, tr.longest(128), challenge))
		f.Add(tr.total(128, 3, challenge))
	}
	f.Add([]byte{0x4B, 0xBA, 0xCC})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, ok := parseRepresentative(b)
		if !ok {
			if signs(b, challenge) {
				t.Fatal("signs without a form")
			}
			return
		}
		ends := [][]byte{{0xBC}, {0x33, 0xCC}}
		for _, tr := range trailers() {
			if tr.hash == r.hash && r.hash != crypto.SHA1 {
				ends = [][]byte{tr.bytes}
			}
		}
		for _, end := range ends {
			header := []byte{0x6A}
			if padding := len(b) - len(r.message) - len(r.digest) - len(end); r.total && padding == 1 {
				header = []byte{0x4A}
			} else if r.total && padding > 1 {
				header = append(bytes.Repeat([]byte{0xBB}, padding-1), 0xBA)
				header[0] = 0x4B
			}
			if bytes.Equal(join(header, r.message, r.digest, end), b) {
				return
			}
		}
		t.Fatalf("%X is not the encoding of its parts", b)
	})
}

// FuzzVerify catches a panic, and a signature believed that nobody made.
func FuzzVerify(f *testing.F) {
	// One signature for all processes that the engine starts.
	v := readExample(f)
	challenge := v.challenge
	good, _ := signers(f)
	chip := good[0]
	s := chip.raw(f, v.f)
	smaller, _, _ := chip.smaller(s)
	f.Add(s)
	f.Add(smaller)
	f.Add(s[1:])
	f.Add(chip.public.N.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		err := Verify(chip.key(), lds.SecurityInfos{}, challenge, b)
		if made := bytes.Equal(b, s) || bytes.Equal(b, smaller); made != (err == nil) {
			t.Fatalf("%X: %v", b, err)
		}
		if err != nil && !errors.Is(err, ErrSignature) {
			t.Fatalf("untyped error: %v", err)
		}
	})
}
