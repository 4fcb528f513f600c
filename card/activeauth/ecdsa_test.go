package activeauth

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"errors"
	"testing"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
)

func curves() []*curve.Curve {
	return []*curve.Curve{
		curve.BrainpoolP256r1(), curve.BrainpoolP320r1(), curve.BrainpoolP384r1(), curve.BrainpoolP512r1(),
		curve.P256(), curve.P384(), curve.P521(),
	}
}

// infosWith is a DG14 that names hash functions, in version 1.
func infosWith(hashes ...crypto.Hash) (infos lds.SecurityInfos) {
	for _, h := range hashes {
		infos.ActiveAuthentication = append(infos.ActiveAuthentication, lds.ActiveAuthenticationInfo{Version: 1, Hash: h})
	}
	return infos
}

func newECKey(t testing.TB, c *curve.Curve) (lds.ActiveAuthenticationKey, *curve.Scalar) {
	t.Helper()
	k, err := c.RandomScalar(rand.Reader)
	must(t, err)
	p, err := c.Generator().Mul(k)
	must(t, err)
	return lds.ActiveAuthenticationKey{Curve: c, Point: p.Bytes()}, k
}

// TestECDSA catches a correct chip refused, a hash function other than the one
// of DG14 used, one longer than the key taken, and a changed signature, key or
// challenge believed.
func TestECDSA(t *testing.T) {
	challenge := [8]byte{8, 7, 6, 5, 4, 3, 2, 1}
	hashes := []crypto.Hash{crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}
	for _, c := range curves() {
		key, k := newECKey(t, c)
		for _, h := range hashes {
			s, err := curve.Sign(rand.Reader, k, digest(h, challenge[:]))
			must(t, err)
			err = Verify(key, infosWith(h, h), challenge, s)
			if h.Size() > c.ScalarSize() {
				if !errors.Is(err, ErrUnsupported) {
					t.Errorf("%s, %v: %v", c.Name(), h, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s, %v: %v", c.Name(), h, err)
			}
			for name, test := range map[string]struct {
				key       lds.ActiveAuthenticationKey
				challenge [8]byte
				signature []byte
			}{
				"other challenge": {key, [8]byte{8, 7, 6, 5, 4, 3, 2, 2}, s},
				"other key":       {lds.ActiveAuthenticationKey{Curve: c, Point: c.Generator().Bytes()}, challenge, s},
				"changed":         {key, challenge, append(bytes.Clone(s[:len(s)-1]), s[len(s)-1]^1)},
				"halves swapped":  {key, challenge, join(s[len(s)/2:], s[:len(s)/2])},
				"cut":             {key, challenge, s[:len(s)-1]},
				"longer":          {key, challenge, join(s, []byte{0})},
				"zeros":           {key, challenge, make([]byte, len(s))},
				"none":            {key, challenge, nil},
			} {
				if err := Verify(test.key, infosWith(h), test.challenge, test.signature); !errors.Is(err, ErrSignature) {
					t.Errorf("%s, %v: %s: %v", c.Name(), h, name, err)
				}
			}
		}
		s, err := curve.Sign(rand.Reader, k, digest(crypto.SHA224, challenge[:]))
		must(t, err)
		if err := Verify(key, infosWith(crypto.SHA256), challenge, s); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: other hash function than DG14 says: %v", c.Name(), err)
		}
	}
}

// TestECDSAStandardLibrary catches a form of signature that only this module's
// own signing agrees with.
func TestECDSAStandardLibrary(t *testing.T) {
	challenge := [8]byte{9}
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	must(t, err)
	point, err := key.PublicKey.Bytes()
	must(t, err)
	r, s, err := ecdsa.Sign(rand.Reader, key, digest(crypto.SHA256, challenge[:]))
	must(t, err)
	plain := join(r.FillBytes(make([]byte, 48)), s.FillBytes(make([]byte, 48)))
	dg15 := lds.ActiveAuthenticationKey{Curve: curve.P384(), Point: point}
	must(t, Verify(dg15, infosWith(crypto.SHA256), challenge, plain))

	der, err := ecdsa.SignASN1(rand.Reader, key, digest(crypto.SHA256, challenge[:]))
	must(t, err)
	if err := Verify(dg15, infosWith(crypto.SHA256), challenge, der); !errors.Is(err, ErrSignature) {
		t.Errorf("signature in DER: %v", err)
	}
}

// TestHashFunction catches a hash function guessed where DG14 does not name
// one, or one taken that ICAO Doc 9303-11, 6.1.2.3 excludes.
func TestHashFunction(t *testing.T) {
	challenge := [8]byte{1}
	key, k := newECKey(t, curve.P256())
	sum := sha1.Sum(challenge[:])
	bySHA1, err := curve.Sign(rand.Reader, k, sum[:])
	must(t, err)
	bySHA256, err := curve.Sign(rand.Reader, k, digest(crypto.SHA256, challenge[:]))
	must(t, err)
	second := infosWith(crypto.SHA256)
	second.ActiveAuthentication[0].Version = 2
	for name, infos := range map[string]lds.SecurityInfos{
		"none":        {},
		"version 2":   second,
		"SHA-1":       infosWith(crypto.SHA1),
		"unknown":     infosWith(0),
		"two":         infosWith(crypto.SHA256, crypto.SHA224),
		"one unknown": infosWith(crypto.SHA256, 0),
		"unknown one": infosWith(0, crypto.SHA256),
	} {
		for _, s := range [][]byte{bySHA1, bySHA256} {
			if err := Verify(key, infos, challenge, s); !errors.Is(err, ErrUnsupported) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	second.ActiveAuthentication = append(second.ActiveAuthentication, infosWith(crypto.SHA256).ActiveAuthentication...)
	must(t, Verify(key, second, challenge, bySHA256))
}

// TestNoKey catches a panic or a success for what is no key.
func TestNoKey(t *testing.T) {
	good, _ := signers(t)
	key, _ := newECKey(t, curve.P256())
	both := key
	both.RSA = &good[0].public
	off := key
	off.Point = bytes.Clone(key.Point)
	off.Point[64] ^= 1
	elsewhere := key
	elsewhere.Curve = curve.P384()
	for name, k := range map[string]lds.ActiveAuthenticationKey{
		"none": {}, "both": both, "off the curve": off, "no point": {Curve: curve.P256()}, "point of another curve": elsewhere,
	} {
		if err := Verify(k, infosWith(crypto.SHA256), [8]byte{}, make([]byte, 64)); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
