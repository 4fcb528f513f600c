package chipauth

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// TestKAT catches a command that is not exactly the one of ICAO Doc 9303-11,
// 6.2.4.1: another template, an Le, the reference before the key, a sign octet,
// or a GENERAL AUTHENTICATE behind it.
func TestKAT(t *testing.T) {
	for name, test := range map[string]struct {
		id        []byte
		lc        string
		reference string
	}{
		"no id":      {nil, "43", ""},
		"id 0":       {[]byte{0}, "46", "840100"},
		"id 127":     {[]byte{127}, "46", "84017F"},
		"id 128":     {[]byte{0, 128}, "46", "840180"},
		"id 255":     {[]byte{0, 255}, "46", "8401FF"},
		"id 256":     {[]byte{1, 0}, "47", "84020100"},
		"id 32768":   {[]byte{0, 128, 0}, "47", "84028000"},
		"id of DG14": {[]byte{1, 2, 3}, "48", "8403010203"},
	} {
		key, _ := newKey(t, curve.P256(), test.id)
		key.Cipher, key.OID = sm.TripleDES, nil
		public := curve.P256().Generator().Bytes()
		e := &exchanges{answers: []string{"9000"}}
		if err := Present(t.Context(), e, key, public); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := "002241A6" + test.lc + "9141" + strings.ToUpper(hex.EncodeToString(public)) + test.reference
		if len(e.sent) != 1 || e.sent[0] != want {
			t.Errorf("%s: sent %v, want %s", name, e.sent, want)
		}
	}
}

// TestKATRefusals catches a refusal, or data where there is none to be, taken
// for success.
func TestKATRefusals(t *testing.T) {
	key, _ := newKey(t, curve.P256(), nil)
	key.Cipher = sm.TripleDES
	public := curve.P256().Generator().Bytes()
	for answer, want := range map[string]error{
		"7C009000": ErrChip, "009000": ErrChip,
		"6A80": &card.StatusError{}, "6A88": &card.StatusError{}, "6982": card.ErrSecurityStatus,
		"90": card.ErrResponse, "": card.ErrResponse,
	} {
		err := Present(t.Context(), &exchanges{answers: []string{answer}}, key, public)
		var status *card.StatusError
		if _, any := want.(*card.StatusError); any && !errors.As(err, &status) || !any && !errors.Is(err, want) {
			t.Errorf("%s: %v", answer, err)
		}
	}
	if err := Present(t.Context(), &exchanges{}, key, public); !errors.Is(err, card.ErrRemoved) {
		t.Errorf("removed: %v", err)
	}
	off := bytes.Clone(public)
	off[64] ^= 1
	e := &exchanges{}
	if err := Present(t.Context(), e, key, off); !errors.Is(err, ErrPoint) || len(e.sent) != 0 {
		t.Errorf("point off the curve: %v, %d commands sent", err, len(e.sent))
	}
}

// ciphers of chip authentication.
func ciphers() []sm.Cipher { return []sm.Cipher{sm.TripleDES, sm.AES128, sm.AES192, sm.AES256} }

// document makes a chip with a key, and the DG14 that tells of it.
func document(t testing.TB, c *curve.Curve, cipher sm.Cipher, id []byte) (*chip, lds.SecurityInfos) {
	t.Helper()
	key, k := newKey(t, c, id)
	infos := lds.SecurityInfos{
		ChipAuthentication: []lds.ChipAuthenticationInfo{
			{OID: arc(2, int(cipher)), Agreement: lds.ECDH, Cipher: cipher, Version: 1, KeyID: id},
		},
		ChipAuthenticationKeys: []lds.ChipAuthenticationPublicKeyInfo{{Curve: c, Point: key.Point.Bytes(), KeyID: id}},
	}
	return &chip{t: t, cipher: cipher, scalar: k, id: unsigned(id), file: []byte("SPECIMEN")}, infos
}

// reads runs the whole protocol with a chip, from the channel of PACE to a read
// under the new keys, with a hand-over as in a remote login.
func reads(t testing.TB, p *chip, infos lds.SecurityInfos) ([]byte, error) {
	t.Helper()
	secret := []byte("secret of the channel of PACE")
	p.session = newSession(sm.AES256, secret)
	old, err := sm.DeriveKeys(sm.AES256, secret)
	must(t, err)
	key, err := Select(infos)
	must(t, err)
	h := newHandover()
	e, err := Compute(rand.Reader, key, h)
	must(t, err)
	h.KeyID, h.PublicKey = key.KeyID, e.PublicKey
	must(t, VerifyProof(key, h, e.Proof))
	channel := sm.NewChannel(p, old, 0)
	if err := Present(t.Context(), channel, key, e.PublicKey); err != nil {
		return nil, err
	}
	channel = sm.NewChannel(p, e.Keys, 0)
	r, err := card.Send(t.Context(), channel, card.Command{INS: 0xB0, P1: 0x81, Le: 256})
	if err != nil {
		return nil, err
	}
	return r.Data, r.Err("read")
}

// TestChips catches an exchange that a correct chip does not understand, for
// every curve, cipher and kind of key id.
func TestChips(t *testing.T) {
	for _, c := range []*curve.Curve{curve.BrainpoolP256r1(), curve.P256(), curve.P384(), curve.P521()} {
		for _, cipher := range ciphers() {
			for _, id := range [][]byte{nil, {1}, {0, 200}} {
				p, infos := document(t, c, cipher, id)
				got, err := reads(t, p, infos)
				if err != nil || !bytes.Equal(got, p.file) {
					t.Errorf("%s, %v, id %X: %q, %v", c.Name(), cipher, id, got, err)
				}
			}
		}
	}
}

// TestChipWithoutInfo catches a document refused that has a key and no
// ChipAuthenticationInfo, or one of several keys that is not the one named.
func TestChipWithoutInfo(t *testing.T) {
	p, infos := document(t, curve.P256(), sm.TripleDES, nil)
	infos.ChipAuthentication = nil
	if got, err := reads(t, p, infos); err != nil || !bytes.Equal(got, p.file) {
		t.Errorf("one key: %q, %v", got, err)
	}
	p, infos = document(t, curve.P256(), sm.TripleDES, []byte{2})
	_, others := document(t, curve.P256(), sm.TripleDES, []byte{3})
	infos.ChipAuthentication = nil
	infos.ChipAuthenticationKeys = append(infos.ChipAuthenticationKeys, others.ChipAuthenticationKeys...)
	if got, err := reads(t, p, infos); err != nil || !bytes.Equal(got, p.file) {
		t.Errorf("two keys: %q, %v", got, err)
	}
}

// TestDishonestChips catches a chip believed that does not have the key of
// DG14, or does not go over to the new keys.
func TestDishonestChips(t *testing.T) {
	for _, cipher := range ciphers() {
		for name, test := range map[string]struct {
			change func(p *chip)
			want   error // nil: a refusal by a status word
		}{
			"clone":                {func(p *chip) { p.scalar, _ = p.scalar.Curve().RandomScalar(rand.Reader) }, sm.ErrUnprotected},
			"keeps the old keys":   {func(p *chip) { p.fault = "keeps keys" }, sm.ErrUnprotected},
			"answers in the plain": {func(p *chip) { p.fault = "plain" }, sm.ErrFormat},
			"key on another curve": {func(p *chip) { p.scalar, _ = curve.P384().RandomScalar(rand.Reader) }, nil},
			"key with another id":  {func(p *chip) { p.id = []byte{9} }, nil},
		} {
			p, infos := document(t, curve.BrainpoolP256r1(), cipher, []byte{1})
			test.change(p)
			got, err := reads(t, p, infos)
			var status *card.StatusError
			if err == nil || test.want == nil && !errors.As(err, &status) || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("%v: %s: %q, %v", cipher, name, got, err)
			}
		}
	}
}
