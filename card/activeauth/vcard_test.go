package activeauth_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"testing"

	"cnie.example/card"
	"cnie.example/card/activeauth"
	"cnie.example/card/bac"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/vcard"
)

const information = "SPECIMEN<0400010143112314"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// chip is a key of a virtual card and what DG15 and DG14 say of it.
type chip struct {
	name    string
	private vcard.ActiveAuthenticationKey
	dg15    lds.ActiveAuthenticationKey
	dg14    lds.SecurityInfos
}

func infosWith(h crypto.Hash) lds.SecurityInfos {
	return lds.SecurityInfos{ActiveAuthentication: []lds.ActiveAuthenticationInfo{{Version: 1, Hash: h}}}
}

// rsaChips have the SPECIMEN keys of testdata.
func rsaChips(t testing.TB) (chips []chip) {
	t.Helper()
	b, err := os.ReadFile("testdata/rsa-keys.json")
	must(t, err)
	var file struct {
		Keys []struct {
			N, D string
			E    int
		}
	}
	must(t, json.Unmarshal(b, &file))
	number := func(s string) *big.Int {
		b, err := hex.DecodeString(s)
		must(t, err)
		return new(big.Int).SetBytes(b)
	}
	hashes := []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}
	for i, k := range file.Keys {
		private := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: number(k.N), E: k.E}, D: number(k.D)}
		h := hashes[i%len(hashes)]
		chips = append(chips, chip{
			name:    "RSA, " + h.String(),
			private: vcard.ActiveAuthenticationKey{RSA: private, Hash: h},
			dg15:    lds.ActiveAuthenticationKey{RSA: &private.PublicKey},
		})
	}
	return chips
}

func ecChips(t testing.TB) (chips []chip) {
	t.Helper()
	for _, c := range []struct {
		curve *curve.Curve
		chip  vcard.Curve
		hash  crypto.Hash
	}{
		{curve.P256(), vcard.P256, crypto.SHA224},
		{curve.BrainpoolP256r1(), vcard.BrainpoolP256r1, crypto.SHA256},
		{curve.BrainpoolP320r1(), vcard.BrainpoolP320r1, crypto.SHA256},
		{curve.P384(), vcard.P384, crypto.SHA256},
		{curve.BrainpoolP384r1(), vcard.BrainpoolP384r1, crypto.SHA384},
		{curve.BrainpoolP512r1(), vcard.BrainpoolP512r1, crypto.SHA512},
		{curve.P521(), vcard.P521, crypto.SHA512},
	} {
		scalar, err := c.chip.GenerateKey(rand.Reader)
		must(t, err)
		k, err := c.curve.Scalar(scalar)
		must(t, err)
		public, err := c.curve.Generator().Mul(k)
		must(t, err)
		chips = append(chips, chip{
			name:    c.curve.Name() + ", " + c.hash.String(),
			private: vcard.ActiveAuthenticationKey{Curve: c.chip, Scalar: scalar, Hash: c.hash},
			dg15:    lds.ActiveAuthenticationKey{Curve: c.curve, Point: public.Bytes()},
			dg14:    infosWith(c.hash),
		})
	}
	return chips
}

// authenticate opens a virtual card by its zone and has it sign.
func authenticate(t testing.TB, c chip, challenge [8]byte, change func(*vcard.Personalisation), options ...activeauth.Option) ([]byte, error) {
	t.Helper()
	p := vcard.Personalisation{ATR: []byte{0x3B, 0x00}, MRZ: []byte(information), BAC: true, ActiveAuthentication: &c.private}
	change(&p)
	v, err := vcard.New(p, rand.Reader)
	must(t, err)
	id := []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}
	_, err = card.Send(t.Context(), v, card.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: id})
	must(t, err)
	channel, err := bac.Establish(t.Context(), v, rand.Reader, bac.NewPassword([]byte(information)))
	must(t, err)
	return activeauth.Authenticate(t.Context(), channel, c.dg15, challenge, options...)
}

// TestVirtualCard catches what only the two halves of this package's own tests
// agree on: the virtual card is another implementation.
func TestVirtualCard(t *testing.T) {
	challenge := activeauth.Challenge("https://idp.test", "jti", make([]byte, 32), make([]byte, 32))
	honest := func(*vcard.Personalisation) {}
	clone := func(p *vcard.Personalisation) { p.Faults = []vcard.Fault{{Kind: vcard.Clone}} }
	for _, c := range append(rsaChips(t), ecChips(t)...) {
		s, err := authenticate(t, c, challenge, honest)
		if err == nil {
			err = activeauth.Verify(c.dg15, c.dg14, challenge, s)
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		s, err = authenticate(t, c, challenge, clone)
		if err == nil {
			err = activeauth.Verify(c.dg15, c.dg14, challenge, s)
		}
		if !errors.Is(err, activeauth.ErrSignature) {
			t.Errorf("%s, clone: %v", c.name, err)
		}
	}
}

// TestReaderWithoutExtendedLength catches an error that does not tell what to
// do next time, and an option that does not do it.
func TestReaderWithoutExtendedLength(t *testing.T) {
	short := func(p *vcard.Personalisation) { p.ShortLength = true }
	for _, c := range rsaChips(t) {
		_, err := authenticate(t, c, [8]byte{1}, short)
		if long := c.dg15.RSA.Size() > 223; long != errors.Is(err, card.ErrWrongLength) || long != (err != nil) {
			t.Errorf("%s, %d bytes: %v", c.name, c.dg15.RSA.Size(), err)
		}
		s, err := authenticate(t, c, [8]byte{1}, short, activeauth.ShortLength())
		if c.dg15.RSA.Size() > 231 {
			continue // more than a short response holds under 3DES
		}
		if err == nil {
			err = activeauth.Verify(c.dg15, c.dg14, [8]byte{1}, s)
		}
		if err != nil {
			t.Errorf("%s, %d bytes, short: %v", c.name, c.dg15.RSA.Size(), err)
		}
	}
}
