package curve

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	_ "crypto/sha1"
	"crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"io"
	"math/big"
	"slices"
	"testing"
	"testing/iotest"
)

type signatureVector struct {
	curve                     *Curve
	public, digest, signature []byte
}

// openSSLSignatures are signatures that OpenSSL made, on every curve with
// digests shorter than, as long as and longer than n.
func openSSLSignatures(t testing.TB) (vs []signatureVector) {
	t.Helper()
	var file struct {
		Signatures []struct{ Curve, Message, Digest, Public, Signature string }
	}
	readJSON(t, "testdata/openssl-ecdsa.json", &file)
	hashes := map[string]crypto.Hash{
		"sha1": crypto.SHA1, "sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512,
	}
	for _, s := range file.Signatures {
		h := hashes[s.Digest].New()
		io.WriteString(h, s.Message)
		vs = append(vs, signatureVector{
			curveNamed(t, s.Curve), unhex(t, s.Public), h.Sum(nil), unhex(t, s.Signature),
		})
	}
	if len(vs) != 28 {
		t.Fatalf("%d signatures", len(vs))
	}
	return vs
}

func curveNamed(t testing.TB, name string) *Curve {
	t.Helper()
	for _, c := range curves() {
		if c.Name() == name {
			return c
		}
	}
	t.Fatalf("no curve %s", name)
	return nil
}

// Catches: a verification that refuses good signatures of another
// implementation, such as by a wrong cut of the digest, or that takes altered
// ones.
func TestVerifyOpenSSL(t *testing.T) {
	for _, v := range openSSLSignatures(t) {
		public := mustPoint(t, v.curve, v.public)
		if !Verify(public, v.digest, v.signature) {
			t.Errorf("%s, digest of %d bytes: refused", v.curve.Name(), len(v.digest))
		}
		step := v.curve.Size() * v.curve.Size() / 1024 // larger curves are slower
		if testing.Short() {
			step *= 5
		}
		for i := 0; i < len(v.signature); i += step {
			bad := slices.Clone(v.signature)
			bad[i] ^= 1
			if Verify(public, v.digest, bad) {
				t.Errorf("%s: byte %d altered, still taken", v.curve.Name(), i)
			}
		}
		digest := slices.Clone(v.digest)
		digest[0] ^= 1
		if Verify(public, digest, v.signature) {
			t.Errorf("%s: other digest taken", v.curve.Name())
		}
		if Verify(v.curve.Generator(), v.digest, v.signature) {
			t.Errorf("%s: other key taken", v.curve.Name())
		}
	}
}

// Catches: r or s outside 1 to n-1 that is taken, above all r = s = 0 and the
// second encoding r+n, and signatures of another length.
func TestVerifyRange(t *testing.T) {
	for _, v := range openSSLSignatures(t) {
		public := mustPoint(t, v.curve, v.public)
		n := newReference(t, v.curve.Name()).n
		size := v.curve.ScalarSize()
		r, s := new(big.Int).SetBytes(v.signature[:size]), new(big.Int).SetBytes(v.signature[size:])
		sum := func(x, y *big.Int) *big.Int { return new(big.Int).Add(x, y) }
		for name, bad := range map[string][2]*big.Int{
			"r=s=0": {new(big.Int), new(big.Int)}, "r=0": {new(big.Int), s}, "s=0": {r, new(big.Int)},
			"r=n": {n, s}, "s=n": {r, n}, "r+n": {sum(r, n), s}, "s+n": {r, sum(s, n)},
		} {
			if max(bad[0].BitLen(), bad[1].BitLen()) > 8*size {
				continue // has no encoding of this length
			}
			b := append(bad[0].FillBytes(make([]byte, size)), bad[1].FillBytes(make([]byte, size))...)
			if Verify(public, v.digest, b) {
				t.Errorf("%s: %s taken", v.curve.Name(), name)
			}
		}
		for name, b := range map[string][]byte{
			"empty": {}, "short": v.signature[:2*size-1], "long": append(slices.Clone(v.signature), 0),
			"leading zero": append([]byte{0}, v.signature...),
		} {
			if Verify(public, v.digest, b) {
				t.Errorf("%s: %s taken", v.curve.Name(), name)
			}
		}
		if Verify(public, nil, v.signature) {
			t.Errorf("%s: empty digest taken", v.curve.Name())
		}
		// s and n-s are both valid by FIPS 186-5; certificates hold either.
		other := append(slices.Clone(v.signature[:size]), new(big.Int).Sub(n, s).FillBytes(make([]byte, size))...)
		if !Verify(public, v.digest, other) {
			t.Errorf("%s: n-s refused", v.curve.Name())
		}
		public.Wipe()
		if Verify(public, v.digest, v.signature) {
			t.Errorf("%s: wiped key taken", v.curve.Name())
		}
	}
}

// Catches: a wrong equation of the signature, or a wrong cut of the digest, with
// the nonces of RFC 6979, A.2.5 to A.2.7.
func TestKnownAnswerSign(t *testing.T) {
	for _, v := range []struct {
		curve                  *Curve
		hash                   crypto.Hash
		key, nonce, sigR, sigS string
	}{
		{
			P256(), crypto.SHA256,
			"C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
			"A6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60",
			"EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
			"F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
		},
		{
			P256(), crypto.SHA512,
			"C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
			"5FA81C63109BADB88C1F367B47DA606DA28CAD69AA22C4FE6AD7DF73A7173AA5",
			"8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00",
			"2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE",
		},
		{
			P384(), crypto.SHA384,
			"6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
			"94ED910D1A099DAD3254E9242AE85ABDE4BA15168EAF0CA87A555FD56D10FBCA2907E3E83BA95368623B8C4686915CF9",
			"94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
			"99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
		},
		{
			P521(), crypto.SHA512,
			"00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB89EC0C08B0E996B83538",
			"01DAE2EA071F8110DC26882D4D5EAE0621A3256FC8847FB9022E2B7D28E6F10198B1574FDD03A9053C08A1854A168AA5A57470EC97DD5CE090124EF52A2F7ECBFFD3",
			"00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA",
			"00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A",
		},
	} {
		h := v.hash.New()
		io.WriteString(h, "sample")
		key, nonce := mustScalar(t, v.curve, unhex(t, v.key)), mustScalar(t, v.curve, unhex(t, v.nonce))
		got, ok := signWith(nonce, key, h.Sum(nil))
		if !ok || !bytes.Equal(got, unhex(t, v.sigR+v.sigS)) {
			t.Errorf("%s with %v: %X", v.curve.Name(), v.hash, got)
		}
	}
}

// Catches: a signature that other implementations refuse: the standard library
// for the NIST curves, the reference for brainpoolP256r1. Digests of every
// length that matters are signed.
func TestSignVerifiedElsewhere(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		random := stream("sign " + c.Name())
		for _, length := range []int{1, 20, 28, 31, 32, 33, 48, 64, 65, 66, 67, 100} {
			k, err := c.RandomScalar(random)
			if err != nil {
				t.Fatal(err)
			}
			public := mustMul(t, c.Generator(), k)
			digest := make([]byte, length)
			random.Read(digest)
			signature, err := Sign(random, k, digest)
			if err != nil || len(signature) != 2*c.ScalarSize() {
				t.Fatalf("digest of %d bytes: %v", length, err)
			}
			if !Verify(public, digest, signature) {
				t.Errorf("digest of %d bytes: refused by Verify", length)
			}
			good := false
			if c.standard == nil {
				good = r.verify(r.decode(public.Bytes()), digest, signature)
			} else {
				key, err := ecdsa.ParseUncompressedPublicKey(c.standard, public.Bytes())
				if err != nil {
					t.Fatal(err)
				}
				s := signature[c.ScalarSize():]
				good = ecdsa.Verify(key, digest, new(big.Int).SetBytes(signature[:len(s)]), new(big.Int).SetBytes(s))
			}
			if !good {
				t.Errorf("digest of %d bytes: refused elsewhere", length)
			}
		}
	})
}

// Catches: a change of Sign that nobody meant. OpenSSL verified this signature
// (openssl pkeyutl -verify) when it was stored.
func TestKnownAnswerHedgedSign(t *testing.T) {
	c := BrainpoolP256r1()
	key := mustScalar(t, c, unhex(t, "81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D"))
	digest := sha256.Sum256([]byte("SPECIMEN"))
	got, err := Sign(constantReader(0x2A), key, digest[:])
	want := unhex(t, "0986572D553A8EDED983324B97825456C347C11B1408F88F0A297C2FA922F8D7"+
		"186D6AF1425E6E3CCDC776E5B5E63B420662492D85E23A232B3A04F7C539CBDA")
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("signature %X, %v", got, err)
	}
}

// Catches: a nonce that repeats when the source of randomness does: two
// signatures with one nonce give the key away. Each of source, key and digest
// alone must change r.
func TestSignHedges(t *testing.T) {
	c := BrainpoolP256r1()
	one, two := scalarOf(t, c, big.NewInt(1)), scalarOf(t, c, big.NewInt(2))
	digest, other := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	seen := map[string]string{}
	for name, v := range map[string]struct {
		source constantReader
		key    *Scalar
		digest []byte
	}{
		"base": {7, one, digest}, "source": {8, one, digest}, "key": {7, two, digest}, "digest": {7, one, other},
		"length of the digest": {7, one, digest[:31]},
	} {
		signature, err := Sign(v.source, v.key, v.digest)
		if err != nil {
			t.Fatal(err)
		}
		r := string(signature[:c.ScalarSize()])
		if before, ok := seen[r]; ok {
			t.Errorf("%s and %s share a nonce", name, before)
		}
		seen[r] = name
	}
}

// Catches: a signature with s = 0 that is given out, and a verification that
// takes, or panics at, the point at infinity. Both happen for the digest -r·d.
func TestDegenerateDigest(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		d, nonce := big.NewInt(0xDEC0DE), big.NewInt(0x5EED)
		x := r.mul(nonce, r.g).x
		e := new(big.Int).Mul(x, d)
		e.Mod(e.Neg(e), r.n)
		e.Lsh(e, uint(8*c.ScalarSize()-r.n.BitLen())) // Verify and Sign cut it off again
		digest := e.FillBytes(make([]byte, c.ScalarSize()))
		if signature, ok := signWith(scalarOf(t, c, nonce), scalarOf(t, c, d), digest); ok {
			t.Errorf("signature %x", signature)
		}
		signature := make([]byte, 2*c.ScalarSize())
		new(big.Int).Mod(x, r.n).FillBytes(signature[:c.ScalarSize()])
		signature[len(signature)-1] = 1
		if Verify(mustMul(t, c.Generator(), scalarOf(t, c, d)), digest, signature) {
			t.Error("infinity taken")
		}
	})
}

// Catches: a signature made without randomness, without a key or of nothing.
func TestSignFaults(t *testing.T) {
	k := scalarOf(t, BrainpoolP256r1(), big.NewInt(3))
	digest := make([]byte, 32)
	if _, err := Sign(iotest.ErrReader(iotest.ErrTimeout), k, digest); !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("failing source: %v", err)
	}
	if _, err := Sign(bytes.NewReader(make([]byte, entropySize-1)), k, digest); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("source too short: %v", err)
	}
	if _, err := Sign(constantReader(1), k, nil); !errors.Is(err, ErrDigest) {
		t.Errorf("empty digest: %v", err)
	}
	k.Wipe()
	if _, err := Sign(constantReader(1), k, digest); !errors.Is(err, ErrScalar) {
		t.Errorf("wiped key: %v", err)
	}
}

// Catches: any disagreement with ECDSA by the book, and a panic on any key,
// digest or signature.
func FuzzVerify(f *testing.F) {
	references := map[*Curve]*reference{}
	for _, c := range curves() {
		references[c] = newReference(f, c.Name())
	}
	for _, v := range openSSLSignatures(f) {
		f.Add(v.public, v.digest, v.signature)
	}
	f.Fuzz(func(t *testing.T, public, digest, signature []byte) {
		for c, r := range references {
			p, err := c.Point(public)
			if err != nil {
				continue
			}
			if got, want := Verify(p, digest, signature), r.verify(r.decode(public), digest, signature); got != want {
				t.Fatalf("%s: %v, by the book %v", c.Name(), got, want)
			}
		}
	})
}
