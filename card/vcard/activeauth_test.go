package vcard

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"math/big"
	"testing"
)

// Would catch: a wrong byte in the message representative: header, hash over
// both parts, trailer (appendix F, which has no private key).
func TestKnownAnswerActiveAuthentication(t *testing.T) {
	v := known(t, readKnownAnswers(t).Active, "rnd_ifd", "m1", "f")
	got, err := representative(bytes.NewReader(v[1]), crypto.SHA1, len(v[2]), v[0])
	if err != nil || !bytes.Equal(got, v[2]) {
		t.Errorf("representative %X, error %v", got, err)
	}
}

const challenge = "0102030405060708"

// sign has the card sign the challenge.
func sign(t *testing.T, p Personalisation) []byte {
	t.Helper()
	r := open(t, p).send("00880000000008" + challenge + "0000")
	if r.sw != statusOK {
		t.Fatalf("INTERNAL AUTHENTICATE: %04X", r.sw)
	}
	return r.data
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(seeded(1), bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Would catch: a hash or a trailer of another function, a signature of the wrong
// length, a message part that does not change, and a clone that signs as well.
func TestActiveAuthenticationRSA(t *testing.T) {
	key := rsaKey(t, 1536)
	trailers := map[crypto.Hash]string{
		crypto.SHA1: "BC", crypto.SHA224: "38CC", crypto.SHA256: "34CC", crypto.SHA384: "36CC", crypto.SHA512: "35CC",
	}
	for hash, trailer := range trailers {
		p := blank()
		p.ActiveAuthentication = &ActiveAuthenticationKey{RSA: key, Hash: hash}
		verify := func(signature []byte) bool {
			f := new(big.Int).SetBytes(signature)
			recovered := f.Exp(f, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
			end := unhex(t, trailer)
			if recovered[0] != 0x6A || !bytes.HasSuffix(recovered, end) {
				return false
			}
			at := len(recovered) - len(end) - hash.Size()
			h := hash.New()
			h.Write(recovered[1:at])
			h.Write(unhex(t, challenge))
			return bytes.Equal(h.Sum(nil), recovered[at:at+hash.Size()])
		}
		signature := sign(t, p)
		if len(signature) != key.Size() || !verify(signature) {
			t.Errorf("%v: signature of %d bytes does not verify", hash, len(signature))
		}
		p.Faults = []Fault{{Kind: Clone}}
		if verify(sign(t, p)) {
			t.Errorf("%v: a clone's signature verifies", hash)
		}
	}
}

// Would catch: wrong ECDSA, seen against the standard library: hashes longer
// and shorter than n, sizes of r and s, and a clone that signs as well.
func TestActiveAuthenticationECDSA(t *testing.T) {
	standard := map[Curve]elliptic.Curve{P256: elliptic.P256(), P384: elliptic.P384(), P521: elliptic.P521()}
	for curve, params := range standard {
		private, err := curve.GenerateKey(seeded(byte(curve)))
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := curve.PublicKey(private)
		if err != nil {
			t.Fatal(err)
		}
		public, err := ecdsa.ParseUncompressedPublicKey(params, encoded)
		if err != nil {
			t.Fatal(err)
		}
		for _, hash := range []crypto.Hash{crypto.SHA256, crypto.SHA512} {
			p := blank()
			p.ActiveAuthentication = &ActiveAuthenticationKey{Curve: curve, Scalar: private, Hash: hash}
			verify := func(signature []byte) bool {
				h := hash.New()
				h.Write(unhex(t, challenge))
				half := len(signature) / 2
				r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
				return len(signature) == 2*len(private) && ecdsa.Verify(public, h.Sum(nil), r, s)
			}
			if !verify(sign(t, p)) {
				t.Errorf("%v %v: signature does not verify", curve, hash)
			}
			p.Faults = []Fault{{Kind: Clone}}
			if verify(sign(t, p)) {
				t.Errorf("%v %v: a clone's signature verifies", curve, hash)
			}
		}
	}
}

// Would catch: a signature given outside secure messaging or the application,
// to a challenge of another length, or cut to Le.
func TestActiveAuthenticationStatus(t *testing.T) {
	p := blank()
	p.ActiveAuthentication = &ActiveAuthenticationKey{RSA: rsaKey(t, 1024), Hash: crypto.SHA1}
	const command = "0088000008" + challenge + "00"
	if r := connect(t, p).send(command); r.sw != statusSecurity {
		t.Errorf("in the clear: %04X", r.sw)
	}
	terminal := connect(t, p)
	terminal.establish(string(p.CAN))
	if r := terminal.send(command); r.sw != statusSecurity {
		t.Errorf("in the master file: %04X", r.sw)
	}
	terminal.selectApplication()
	for name, x := range map[string]struct {
		command string
		want    status
	}{
		"Le of 127":       {"0088000008" + challenge + "7F", statusWrongLength},
		"no Le":           {"0088000008" + challenge, statusWrongLength},
		"short challenge": {"0088000007" + challenge[:14] + "00", statusWrongLength},
		"P2":              {"0088000108" + challenge + "00", statusParameters},
		"as it should be": {command, statusOK},
	} {
		if r := terminal.send(x.command); r.sw != x.want {
			t.Errorf("%s: %04X, want %04X", name, r.sw, x.want)
		}
	}
}

// Would catch: keys that cannot sign, found only when a terminal asks.
func TestActiveAuthenticationKeyRefused(t *testing.T) {
	small := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 511), E: 3}, D: big.NewInt(1)}
	odd := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1026), E: 3}, D: big.NewInt(1)}
	for name, key := range map[string]*ActiveAuthenticationKey{
		"small modulus":    {RSA: small, Hash: crypto.SHA256},
		"modulus of bits":  {RSA: odd, Hash: crypto.SHA256},
		"hash function":    {RSA: rsaKey(t, 1024), Hash: crypto.MD5},
		"no key":           {Hash: crypto.SHA256},
		"scalar of zero":   {Curve: P256, Scalar: make([]byte, 32), Hash: crypto.SHA256},
		"no hash function": {Curve: P256, Scalar: append(make([]byte, 31), 1)},
	} {
		p := blank()
		p.ActiveAuthentication = key
		if _, err := New(p, seeded(1)); !errors.Is(err, ErrPersonalisation) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
