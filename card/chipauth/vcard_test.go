package chipauth_test

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"testing"

	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/chipauth"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/vcard"
)

const information = "SPECIMEN<0400010143112314"

func dg1() []byte { return append([]byte{0x61, 0x05, 0x5F, 0x1F, 0x02}, "XX"...) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// pair is a curve and a cipher as terminal and virtual card name them.
type pair struct {
	curve  *curve.Curve
	chip   vcard.Curve
	cipher sm.Cipher
	block  vcard.Cipher
}

func pairs() (all []pair) {
	for _, c := range []pair{
		{curve: curve.P256(), chip: vcard.P256},
		{curve: curve.BrainpoolP256r1(), chip: vcard.BrainpoolP256r1},
		{curve: curve.BrainpoolP320r1(), chip: vcard.BrainpoolP320r1},
		{curve: curve.P384(), chip: vcard.P384},
		{curve: curve.BrainpoolP384r1(), chip: vcard.BrainpoolP384r1},
		{curve: curve.BrainpoolP512r1(), chip: vcard.BrainpoolP512r1},
		{curve: curve.P521(), chip: vcard.P521},
	} {
		for cipher, block := range map[sm.Cipher]vcard.Cipher{
			sm.TripleDES: vcard.TripleDES, sm.AES128: vcard.AES128, sm.AES192: vcard.AES192, sm.AES256: vcard.AES256,
		} {
			c.cipher, c.block = cipher, block
			all = append(all, c)
		}
	}
	return all
}

// reference is the key id as the card is asked for it: without the octet that
// carries the sign in DG14.
func reference(id []byte) []byte {
	if len(id) > 1 {
		return bytes.TrimPrefix(id, []byte{0})
	}
	return id
}

// document makes a virtual card with one key and the DG14 that tells of it.
func document(t testing.TB, p pair, id []byte, faults ...vcard.Fault) (*vcard.Card, lds.SecurityInfos) {
	t.Helper()
	scalar, err := p.chip.GenerateKey(rand.Reader)
	must(t, err)
	k, err := p.curve.Scalar(scalar)
	must(t, err)
	public, err := p.curve.Generator().Mul(k)
	must(t, err)
	c, err := vcard.New(vcard.Personalisation{
		ATR: []byte{0x3B, 0x00}, MRZ: []byte(information), BAC: true, Faults: faults,
		Files:    map[uint16][]byte{vcard.FIDDG1: dg1()},
		ChipKeys: []vcard.ChipKey{{ID: reference(id), Curve: p.chip, Cipher: p.block, Scalar: scalar}},
	}, rand.Reader)
	must(t, err)
	oid := asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 3, 2, int(p.cipher)}
	return c, lds.SecurityInfos{
		ChipAuthentication:     []lds.ChipAuthenticationInfo{{OID: oid, Agreement: lds.ECDH, Cipher: p.cipher, Version: 1, KeyID: id}},
		ChipAuthenticationKeys: []lds.ChipAuthenticationPublicKeyInfo{{Curve: p.curve, Point: public.Bytes(), KeyID: id}},
	}
}

// prove opens the card by its zone, runs chip authentication and reads DG1
// under the new keys.
func prove(t testing.TB, c *vcard.Card, infos lds.SecurityInfos) ([]byte, error) {
	t.Helper()
	id := []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}
	_, err := card.Send(t.Context(), c, card.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: id})
	must(t, err)
	channel, err := bac.Establish(t.Context(), c, rand.Reader, bac.NewPassword([]byte(information)))
	must(t, err)
	key, err := chipauth.Select(infos)
	must(t, err)
	e, err := chipauth.Agree(rand.Reader, key)
	must(t, err)
	if err := chipauth.Present(t.Context(), channel, key, e.PublicKey); err != nil {
		return nil, err
	}
	return lds.NewReader(sm.NewChannel(c, e.Keys, 0), card.MaxShortLe).Read(t.Context(), lds.DG1)
}

// TestVirtualCard catches what only the two halves of this package's own tests
// agree on: the virtual card is another implementation.
func TestVirtualCard(t *testing.T) {
	for _, p := range pairs() {
		for _, id := range [][]byte{nil, {1}, {0, 200}} {
			if id != nil && p.chip != vcard.P256 {
				continue // one curve shows it
			}
			c, infos := document(t, p, id)
			if got, err := prove(t, c, infos); err != nil || !bytes.Equal(got, dg1()) {
				t.Errorf("%s, %v, id %X: %X, %v", p.curve.Name(), p.cipher, id, got, err)
			}
		}
	}
	p := pair{curve.P256(), vcard.P256, sm.TripleDES, vcard.TripleDES}
	c, infos := document(t, p, nil)
	infos.ChipAuthentication = nil
	if got, err := prove(t, c, infos); err != nil || !bytes.Equal(got, dg1()) {
		t.Errorf("no ChipAuthenticationInfo: %X, %v", got, err)
	}
}

// TestFaultsOfTheCard catches a chip believed that has another key, or goes on
// under its old ones.
func TestFaultsOfTheCard(t *testing.T) {
	for _, p := range pairs() {
		if p.chip != vcard.BrainpoolP256r1 {
			continue
		}
		for _, kind := range []vcard.FaultKind{vcard.Clone, vcard.KeepKeys} {
			c, infos := document(t, p, []byte{1}, vcard.Fault{Kind: kind})
			if got, err := prove(t, c, infos); !errors.Is(err, sm.ErrSecureMessaging) {
				t.Errorf("%s, %v, fault %v: %X, %v", p.curve.Name(), p.cipher, kind, got, err)
			}
		}
	}
}
