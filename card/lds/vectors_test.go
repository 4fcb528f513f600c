package lds_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// vectors is testdata/vectors.json, which names its sources.
func vectors(t testing.TB) (v struct {
	ECDH struct {
		CardAccess   string `json:"ef_cardaccess"`
		CardSecurity string `json:"ef_cardsecurity"`
		ChipKey      string `json:"chip_key"`
	} `json:"bsi_tr03110_ecdh"`
	DH struct {
		CardAccess   string `json:"ef_cardaccess"`
		CardSecurity string `json:"ef_cardsecurity"`
	} `json:"bsi_tr03110_dh"`
	CAM struct {
		Info    string `json:"chip_authentication_public_key_info"`
		ChipKey string `json:"chip_key"`
	} `json:"icao_9303_11_I_1"`
},
) {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// The example cards of BSI TR-03110: two of PACE and one of chip authentication
// are read, the rest must not stop reading, and infos inside the rest
// (PrivilegedTerminalInfo) must not count.
func TestKnownAnswerCardAccess(t *testing.T) {
	v := vectors(t)
	for name, tc := range map[string]struct {
		file      string
		agreement lds.Agreement
		parameter int
	}{
		"ECDH": {v.ECDH.CardAccess, lds.ECDH, 13},
		"DH":   {v.DH.CardAccess, lds.DH, 0},
	} {
		infos, err := lds.ParseCardAccess(unhex(t, tc.file))
		if err != nil || len(infos.PACE) != 1 || len(infos.ChipAuthentication) != 1 || len(infos.Unknown) != 4 {
			t.Fatalf("%s: %+v, %v", name, infos, err)
		}
		if p := infos.PACE[0]; p.Agreement != tc.agreement || p.Mapping != lds.GenericMapping || p.Cipher != sm.AES128 || p.ParameterID != tc.parameter {
			t.Errorf("%s: %+v", name, p)
		}
		if ca := infos.ChipAuthentication[0]; ca.Agreement != tc.agreement || ca.Cipher != sm.AES128 || ca.Version != 2 || !bytes.Equal(ca.KeyID, []byte{1}) {
			t.Errorf("%s: %+v", name, ca)
		}
	}
}

// EF.CardSecurity of the same cards: the key of the chip has to come out of the
// signed content, with the curve that its number stands for. Finite fields are
// not known and not an error.
func TestKnownAnswerCardSecurity(t *testing.T) {
	v := vectors(t)
	infos, err := lds.ParseCardSecurity(unhex(t, v.ECDH.CardSecurity))
	if err != nil || len(infos.ChipAuthenticationKeys) != 1 || len(infos.PACE) != 1 || len(infos.ChipAuthentication) != 1 {
		t.Fatalf("%+v, %v", infos, err)
	}
	key := infos.ChipAuthenticationKeys[0]
	if key.Curve != curve.BrainpoolP256r1() || !bytes.Equal(key.Point, unhex(t, v.ECDH.ChipKey)) || !bytes.Equal(key.KeyID, []byte{1}) {
		t.Errorf("%+v", key)
	}
	infos, err = lds.ParseCardSecurity(unhex(t, v.DH.CardSecurity))
	if err != nil || len(infos.ChipAuthenticationKeys) != 0 || len(infos.PACE) != 1 || infos.PACE[0].Agreement != lds.DH {
		t.Errorf("%+v, %v", infos, err)
	}
}

// ChipAuthenticationPublicKeyInfo of ICAO Doc 9303-11, I.1, whose key proves the
// chip in chip authentication mapping.
func TestKnownAnswerMappingKey(t *testing.T) {
	v := vectors(t)
	infos, err := lds.ParseCardAccess(set(unhex(t, v.CAM.Info)))
	if err != nil || len(infos.ChipAuthenticationKeys) != 1 {
		t.Fatalf("%+v, %v", infos, err)
	}
	key := infos.ChipAuthenticationKeys[0]
	if key.Curve != curve.BrainpoolP256r1() || !bytes.Equal(key.Point, unhex(t, v.CAM.ChipKey)) || !bytes.Equal(key.KeyID, []byte{0x0D}) {
		t.Errorf("%+v", key)
	}
}

// Each of these is no EF.CardSecurity; taken for one, infos come from a place
// that no signature covers.
func TestCardSecurityRefused(t *testing.T) {
	content := set(seq(smartcard(t, 4, 2, 4), integer(2), integer(13)))
	signed := func(version byte, rest ...[]byte) []byte {
		body := seq(append([][]byte{integer(version), set()}, rest...)...)
		return seq(oid(t, 1, 2, 840, 113549, 1, 7, 2), explicit(body))
	}
	encapsulated := func(arcs []int, content []byte) []byte { return seq(oid(t, arcs...), explicit(content)) }
	securityObject := []int{0, 4, 0, 127, 0, 7, 3, 2, 1}
	good := encapsulated(securityObject, octets(content))
	if infos, err := lds.ParseCardSecurity(signed(3, good, set())); err != nil || len(infos.PACE) != 1 {
		t.Fatalf("%+v, %v", infos, err)
	}
	for name, b := range map[string][]byte{
		"empty":               {},
		"EF.CardAccess":       content,
		"EF.SOD":              append([]byte{0x77}, signed(3, good)[1:]...),
		"bytes behind":        append(signed(3, good), 0),
		"data, not signed":    seq(oid(t, 1, 2, 840, 113549, 1, 7, 1), explicit(octets(content))),
		"version 6":           signed(6, good),
		"no content":          signed(3),
		"content type of SOD": signed(3, encapsulated([]int{2, 23, 136, 1, 1, 1}, octets(content))),
		"detached":            signed(3, seq(oid(t, securityObject...))),
		"no octet string":     signed(3, encapsulated(securityObject, content)),
		"bytes in content":    signed(3, encapsulated(securityObject, append(octets(content), 0x05, 0x00))),
		"no infos":            signed(3, encapsulated(securityObject, octets(seq()))),
		"rest malformed":      signed(3, good, []byte{0x31, 0x80}),
	} {
		if infos, err := lds.ParseCardSecurity(b); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %+v, %v", name, infos, err)
		}
	}
}
