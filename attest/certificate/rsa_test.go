package certificate

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"os"
	"testing"
)

func load(t testing.TB, name string, opts Options) *Certificate {
	t.Helper()
	der, err := os.ReadFile("testdata/" + name + ".der")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(der, opts)
	if err != nil {
		t.Fatal(name, err)
	}
	return c
}

// Catches keys and signatures that crypto/rsa does not verify and that are
// verified wrong, limits that are off by one bit, and the limits of Options
// that raise too little or too much. The certificates are OpenSSL's.
func TestUnusualRSA(t *testing.T) {
	for _, test := range []struct {
		name string
		opts Options
		err  error
	}{
		{"rsa-2047", Options{}, ErrKeySize},
		{"rsa-2047", Options{MaxRSA: 16384}, ErrKeySize},
		{"rsa-4098", Options{}, ErrKeySize},
		{"rsa-4098", Options{MaxRSA: 4097}, ErrKeySize},
		{"rsa-4098", Options{MaxRSA: 4098}, nil},
		{"rsa-4098", Options{MaxRSA: 1 << 30}, nil},
		{"rsa-e31", Options{}, nil},
		{"rsa-e31", Options{MaxRSAExponent: 30}, ErrKeySize},
		{"rsa-e32", Options{}, nil},
		{"rsa-e32", Options{MaxRSAExponent: 31}, ErrKeySize},
		{"rsa-e32-pss", Options{}, nil},
		{"rsa-e33", Options{}, ErrKeySize},
		{"rsa-e33", Options{MaxRSAExponent: 33}, nil},
		{"rsa-e64", Options{}, ErrKeySize},
		{"rsa-e64", Options{MaxRSAExponent: 64}, nil},
		{"rsa-e65", Options{MaxRSAExponent: 64}, ErrKeySize},
		{"rsa-e65", Options{MaxRSAExponent: 1 << 30}, ErrKeySize},
		{"rsa-pss-salt0", Options{}, nil},
		{"rsa-pss-salt0-odd", Options{}, nil},
		{"rsa-pss-odd", Options{}, nil},
		{"rsa-pss-salt-most", Options{}, nil},
		{"rsa-pss-mask512", Options{}, nil},
		{"rsa-pss-mask224", Options{}, nil},
		{"rsa-pss-mask1", Options{}, ErrSHA1},
		{"rsa-pss-mask1", Options{SHA1: true}, nil},
	} {
		c := load(t, test.name, test.opts)
		if err := c.CheckSignatureFrom(c); !errors.Is(err, test.err) {
			t.Errorf("%s %+v: %v, want %v", test.name, test.opts, err, test.err)
		}
		if test.err != nil {
			continue
		}
		algorithm, err := c.SignatureAlgorithm.SignatureAlgorithm(0)
		if err != nil {
			t.Fatal(err)
		}
		refuseAltered(t, test.name, c, algorithm)
	}
}

// Catches limits that the operator did not ask for.
func TestRSALimits(t *testing.T) {
	for _, test := range []struct {
		opts              Options
		modulus, exponent int
	}{
		{Options{}, 4096, 32},
		{Options{MaxRSA: -1, MaxRSAExponent: -1}, 4096, 32},
		{Options{MaxRSA: 3072, MaxRSAExponent: 17}, 3072, 17},
		{Options{MaxRSA: 16384, MaxRSAExponent: 64}, 16384, 64},
		{Options{MaxRSA: 16385, MaxRSAExponent: 65}, 16384, 64},
	} {
		if modulus, exponent := test.opts.rsaLimits(); modulus != test.modulus || exponent != test.exponent {
			t.Errorf("%+v: %d and %d bits", test.opts, modulus, exponent)
		}
	}
}

// refuseAltered verifies altered signatures and messages.
func refuseAltered(t *testing.T, name string, c *Certificate, a SignatureAlgorithm) {
	t.Helper()
	modulus := new(big.Int).SetBytes(c.PublicKey.rsa.modulus)
	sum := new(big.Int).Add(new(big.Int).SetBytes(c.Signature), modulus)
	flipped := bytes.Clone(c.Signature)
	flipped[len(flipped)/2] ^= 1
	for what, signature := range map[string][]byte{
		"bit":          flipped,
		"zero":         make([]byte, len(c.Signature)),
		"one":          append(make([]byte, len(c.Signature)-1), 1),
		"modulus":      c.PublicKey.rsa.modulus,
		"plus modulus": sum.Bytes(),
		"zero before":  append([]byte{0}, c.Signature...),
		"zero behind":  append(bytes.Clone(c.Signature), 0),
		"cut":          c.Signature[1:],
		"empty":        nil,
	} {
		if err := c.PublicKey.Verify(a, c.RawTBS, signature); !errors.Is(err, ErrSignature) {
			t.Errorf("%s, signature altered (%s): %v", name, what, err)
		}
	}
	if err := c.PublicKey.Verify(a, c.RawTBS[1:], c.Signature); !errors.Is(err, ErrSignature) {
		t.Errorf("%s, other message: %v", name, err)
	}
	if a.Scheme != PSS {
		return
	}
	// Zero stands for any length in crypto/rsa.
	for _, salt := range []int{a.SaltLength - 1, a.SaltLength + 1, 2048, 0} {
		if salt == a.SaltLength {
			continue
		}
		other := a
		other.SaltLength = salt
		if err := c.PublicKey.Verify(other, c.RawTBS, c.Signature); err == nil {
			t.Errorf("%s: salt of %d bytes accepted as %d", name, a.SaltLength, salt)
		}
	}
	other := a
	other.MaskHash = crypto.SHA384
	if err := c.PublicKey.Verify(other, c.RawTBS, c.Signature); !errors.Is(err, ErrSignature) && a.MaskHash != crypto.SHA384 {
		t.Errorf("%s, other hash of MGF1: %v", name, err)
	}
}

// Catches a verification of this package that differs from that of crypto/rsa,
// where both can: every bit of the encoded message has to count.
func TestRSAAgreesWithStandardLibrary(t *testing.T) {
	for _, bits := range []int{2048, 2049, 2050, 2055, 2056} {
		private, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		k := rsaKey{modulus: private.N.Bytes(), exponent: uint64(private.E)}
		for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			digest := hash.New().Sum(nil)
			agreePKCS1v15(t, k, private, hash, digest)
			for _, salt := range []int{1, 20, hash.Size(), (bits-1+7)/8 - hash.Size() - 2} {
				agreePSS(t, k, private, digest, SignatureAlgorithm{Scheme: PSS, Hash: hash, MaskHash: hash, SaltLength: salt})
			}
		}
	}
}

func agreePKCS1v15(t *testing.T, k rsaKey, private *rsa.PrivateKey, hash crypto.Hash, digest []byte) {
	t.Helper()
	signature, err := rsa.SignPKCS1v15(nil, private, hash, digest)
	if err != nil {
		t.Fatal(err)
	}
	encoded, ok := k.recover(signature)
	want, okWant := encodePKCS1v15(hash, digest, len(k.modulus))
	if !ok || !okWant || !bytes.Equal(encoded, want) || !k.verifyPKCS1v15(hash, digest, signature) {
		t.Errorf("%d bits, %v: PKCS #1 v1.5 differs", k.bitLen(), hash)
	}
}

func agreePSS(t *testing.T, k rsaKey, private *rsa.PrivateKey, digest []byte, a SignatureAlgorithm) {
	t.Helper()
	signature, err := rsa.SignPSS(rand.Reader, private, a.Hash, digest, &rsa.PSSOptions{SaltLength: a.SaltLength})
	if err != nil {
		t.Fatal(err)
	}
	encoded, ok := k.recover(signature)
	if !ok || !verifyEncodedPSS(a, digest, bytes.Clone(encoded), k.bitLen()-1) || !k.verifyPSS(a, digest, signature) {
		t.Errorf("%d bits, %v, salt of %d: PSS differs", k.bitLen(), a.Hash, a.SaltLength)
		return
	}
	for i := range encoded {
		altered := bytes.Clone(encoded)
		altered[i] ^= 0x80 >> (i % 8)
		if verifyEncodedPSS(a, digest, altered, k.bitLen()-1) {
			t.Errorf("%d bits, %v, salt of %d: byte %d of the encoded message does not count", k.bitLen(), a.Hash, a.SaltLength, i)
		}
	}
}

// Catches a digest that is longer than the modulus has room for being encoded,
// and a hash without an identifier.
func TestEncodePKCS1v15Limits(t *testing.T) {
	digest := make([]byte, 32)
	if _, ok := encodePKCS1v15(crypto.SHA256, digest, 19+32+11); !ok {
		t.Error("shortest modulus refused")
	}
	if _, ok := encodePKCS1v15(crypto.SHA256, digest, 19+32+10); ok {
		t.Error("modulus without room for the padding")
	}
	if _, ok := encodePKCS1v15(crypto.MD5, digest[:16], 256); ok {
		t.Error("MD5 encoded")
	}
}

// Catches RSA keys that are no keys, or whose bytes could be read in two ways.
func TestRSAKeyForms(t *testing.T) {
	good := load(t, "rsa-pkcs1", Options{}).PublicKey.rsa.modulus
	even := bytes.Clone(good)
	even[len(even)-1] &= 0xfe
	integer := func(content ...byte) []byte { return append([]byte{2, byte(len(content))}, content...) }
	long := func(content []byte) []byte {
		return append([]byte{2, 0x82, byte(len(content) >> 8), byte(len(content))}, content...)
	}
	sequence := func(parts ...[]byte) []byte {
		body := bytes.Join(parts, nil)
		return append([]byte{0x30, 0x82, byte(len(body) >> 8), byte(len(body))}, body...)
	}
	positive := long(append([]byte{0}, good...))
	e := integer(1, 0, 1)
	for name, test := range map[string]struct {
		der  []byte
		want error
	}{
		"good":              {sequence(positive, e), nil},
		"exponent 3":        {sequence(positive, integer(3)), nil},
		"exponent 1":        {sequence(positive, integer(1)), ErrKey},
		"exponent 0":        {sequence(positive, integer(0)), ErrKey},
		"exponent even":     {sequence(positive, integer(1, 0, 0)), ErrKey},
		"exponent negative": {sequence(positive, integer(0xff)), ErrKey},
		"exponent padded":   {sequence(positive, integer(0, 1, 0, 1)), ErrKey},
		"exponent absent":   {sequence(positive), ErrKey},
		"modulus negative":  {sequence(long(good), e), ErrKey},
		"modulus even":      {sequence(long(append([]byte{0}, even...)), e), ErrKey},
		"modulus 0":         {sequence(integer(0), e), ErrKey},
		"more inside":       {sequence(positive, e, e), ErrKey},
		"more behind":       {append(sequence(positive, e), 0), ErrKey},
		"empty":             {nil, ErrKey},
	} {
		key := readRSAKey(test.der, Options{})
		if !errors.Is(key.Err(), test.want) {
			t.Errorf("%s: %v, want %v", name, key.Err(), test.want)
		}
		if err := key.Verify(SignatureAlgorithm{Scheme: PKCS1v15, Hash: crypto.SHA256}, nil, nil); err == nil {
			t.Errorf("%s: empty signature verified", name)
		}
		_ = key.String()
	}
}
