package lds_test

import (
	"bytes"
	"crypto"
	"encoding/asn1"
	"errors"
	"testing"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

func seq(parts ...[]byte) []byte { return tlv.Append(nil, 0x30, parts...) }
func set(parts ...[]byte) []byte { return tlv.Append(nil, 0x31, parts...) }
func integer(b ...byte) []byte   { return tlv.Append(nil, 0x02, b) }

func oid(t testing.TB, arcs ...int) []byte {
	t.Helper()
	b, err := asn1.Marshal(asn1.ObjectIdentifier(arcs))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// smartcard is an object identifier under 0.4.0.127.0.7.2.2.
func smartcard(t testing.TB, arcs ...int) []byte {
	return oid(t, append([]int{0, 4, 0, 127, 0, 7, 2, 2}, arcs...)...)
}

// spki is a SubjectPublicKeyInfo with the generator as the key.
func spki(t testing.TB, c *curve.Curve) []byte {
	t.Helper()
	parameters, err := asn1.Marshal(c.OID())
	if err != nil {
		t.Fatal(err)
	}
	return seq(seq(oid(t, 1, 2, 840, 10045, 2, 1), parameters), bits(c.Generator().Bytes()))
}

func bits(b []byte) []byte { return tlv.Append(nil, 0x03, []byte{0x00}, b) }

// PACEInfo of ICAO Doc 9303-11, G.1 and G.2: another reading of the arcs gives
// another cipher, mapping or group.
func TestKnownAnswerPACEInfo(t *testing.T) {
	for _, tc := range []struct {
		info string
		want lds.PACEInfo
	}{
		{"3012060A04007F0007020204020202010202010D", lds.PACEInfo{Agreement: lds.ECDH, Mapping: lds.GenericMapping, Cipher: sm.AES128, Version: 2, ParameterID: 13}},
		{"3012060A04007F00070202040102020102020100", lds.PACEInfo{Agreement: lds.DH, Mapping: lds.GenericMapping, Cipher: sm.AES128, Version: 2, ParameterID: 0}},
		{"3012060A04007F0007020204040202010202010D", lds.PACEInfo{Agreement: lds.ECDH, Mapping: lds.IntegratedMapping, Cipher: sm.AES128, Version: 2, ParameterID: 13}},
	} {
		infos, err := lds.ParseCardAccess(set(unhex(t, tc.info)))
		if err != nil || len(infos.PACE) != 1 {
			t.Fatalf("%s: %+v, %v", tc.info, infos, err)
		}
		got := infos.PACE[0]
		if wantOID := unhex(t, tc.info)[2:14]; !bytes.Equal(mustMarshal(t, got.OID), wantOID) {
			t.Errorf("%s: OID %v", tc.info, got.OID)
		}
		got.OID = nil
		if got.Agreement != tc.want.Agreement || got.Mapping != tc.want.Mapping || got.Cipher != tc.want.Cipher ||
			got.Version != tc.want.Version || got.ParameterID != tc.want.ParameterID {
			t.Errorf("%s: %+v", tc.info, got)
		}
	}
}

func mustMarshal(t testing.TB, v any) []byte {
	t.Helper()
	b, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// All the arcs, so that no cipher or mapping is shifted by one.
func TestProtocolArcs(t *testing.T) {
	type pace struct {
		agreement lds.Agreement
		mapping   lds.Mapping
	}
	ciphers := map[int]sm.Cipher{1: sm.TripleDES, 2: sm.AES128, 3: sm.AES192, 4: sm.AES256}
	for arc, want := range map[int]pace{
		1: {lds.DH, lds.GenericMapping},
		2: {lds.ECDH, lds.GenericMapping},
		3: {lds.DH, lds.IntegratedMapping},
		4: {lds.ECDH, lds.IntegratedMapping},
		6: {lds.ECDH, lds.ChipAuthenticationMapping},
	} {
		for c, cipher := range ciphers {
			infos, err := lds.ParseCardAccess(set(seq(smartcard(t, 4, arc, c), integer(2))))
			if err != nil || len(infos.PACE) != 1 {
				t.Fatalf("4.%d.%d: %v", arc, c, err)
			}
			if p := infos.PACE[0]; p.Agreement != want.agreement || p.Mapping != want.mapping || p.Cipher != cipher || p.ParameterID != lds.NoParameterID {
				t.Errorf("4.%d.%d: %+v", arc, c, p)
			}
		}
	}
	for arc, agreement := range map[int]lds.Agreement{1: lds.DH, 2: lds.ECDH} {
		for c, cipher := range ciphers {
			infos, err := lds.ParseCardAccess(set(seq(smartcard(t, 3, arc, c), integer(1))))
			if err != nil || len(infos.ChipAuthentication) != 1 {
				t.Fatalf("3.%d.%d: %v", arc, c, err)
			}
			if ca := infos.ChipAuthentication[0]; ca.Agreement != agreement || ca.Cipher != cipher || ca.KeyID != nil {
				t.Errorf("3.%d.%d: %+v", arc, c, ca)
			}
		}
	}
}

// Real cards announce what is not known here, and the same thing twice. Neither
// may stop a login, and neither may be taken for something known.
func TestUnknownAndDuplicates(t *testing.T) {
	known := seq(smartcard(t, 4, 2, 4), integer(2), integer(13))
	infos, err := lds.ParseCardAccess(set(
		known,
		seq(smartcard(t, 4, 5, 4), integer(2)), // no such mapping
		seq(smartcard(t, 4, 2, 5), integer(2)), // no such cipher
		seq(smartcard(t, 4, 2), seq(oid(t, 1, 2, 3)), integer(13)),                             // PACEDomainParameterInfo
		seq(smartcard(t, 3, 2, 9), integer(1)),                                                 // no such cipher
		seq(smartcard(t, 3, 2), seq(oid(t, 1, 2, 3))),                                          // ChipAuthenticationDomainParameterInfo
		seq(smartcard(t, 1, 1), seq(seq(oid(t, 1, 2, 840, 113549, 1, 3, 1)), bits([]byte{1}))), // key in a finite field
		seq(oid(t, 2, 23, 136, 1, 1, 13, 1), integer(1)),                                       // of LDS2
		seq(oid(t, 1, 2, 3, 4), tlv.Append(nil, 0x04, []byte("anything"))),
		known,
	))
	if err != nil {
		t.Fatal(err)
	}
	if len(infos.PACE) != 2 || len(infos.Unknown) != 8 || len(infos.ChipAuthentication) != 0 || len(infos.ChipAuthenticationKeys) != 0 {
		t.Errorf("%+v", infos)
	}
}

// DG14 of a card: the key must come with its curve, its identifier and all its
// bytes; a key on another curve is unknown, not an error.
func TestDG14(t *testing.T) {
	bp := curve.BrainpoolP256r1()
	unknownCurve := seq(seq(oid(t, 1, 2, 840, 10045, 2, 1), oid(t, 1, 3, 36, 3, 3, 2, 8, 1, 1, 1)), bits([]byte{4, 1, 2}))
	infos, err := lds.ParseDG14(tlv.Append(nil, 0x6E, set(
		seq(smartcard(t, 1, 2), spki(t, bp), integer(0x00, 0x80)),
		seq(smartcard(t, 3, 2, 4), integer(1), integer(0x00, 0x80)),
		seq(smartcard(t, 1, 2), spki(t, curve.P256())),
		seq(smartcard(t, 1, 2), unknownCurve),
	)))
	if err != nil {
		t.Fatal(err)
	}
	keys := infos.ChipAuthenticationKeys
	if len(keys) != 2 || len(infos.Unknown) != 1 || len(infos.ChipAuthentication) != 1 {
		t.Fatalf("%+v", infos)
	}
	if keys[0].Curve != bp || !bytes.Equal(keys[0].Point, bp.Generator().Bytes()) || !bytes.Equal(keys[0].KeyID, []byte{0x00, 0x80}) {
		t.Errorf("first key: %+v", keys[0])
	}
	if keys[1].Curve != curve.P256() || keys[1].KeyID != nil {
		t.Errorf("second key: %+v", keys[1])
	}
	if ca := infos.ChipAuthentication[0]; !bytes.Equal(ca.KeyID, keys[0].KeyID) || ca.Cipher != sm.AES256 {
		t.Errorf("chip authentication: %+v", ca)
	}
}

// A key identifier is an unsigned number under a signed INTEGER: from 128 on the
// sign octet is part of it, and info and key have to match all the same. Another
// reading gives key 128 for key -128, or no key at all.
func TestKeyIDs(t *testing.T) {
	for _, id := range [][]byte{{0}, {1}, {0x7F}, {0x00, 0x80}, {0x00, 0xFF}, {0x01, 0x00}, {0x00, 0x80, 0x00}, {0x80}, {0xFF, 0x7F}} {
		infos, err := lds.ParseDG14(tlv.Append(nil, 0x6E, set(
			seq(smartcard(t, 1, 2), spki(t, curve.P256()), integer(id...)), seq(smartcard(t, 3, 2, 4), integer(1), integer(id...)),
		)))
		if err != nil || len(infos.ChipAuthentication) != 1 || len(infos.ChipAuthenticationKeys) != 1 {
			t.Fatalf("%X: %+v, %v", id, infos, err)
		}
		if !bytes.Equal(infos.ChipAuthentication[0].KeyID, id) || !bytes.Equal(infos.ChipAuthenticationKeys[0].KeyID, id) {
			t.Errorf("%X: %X, %X", id, infos.ChipAuthentication[0].KeyID, infos.ChipAuthenticationKeys[0].KeyID)
		}
	}
}

// Two encodings of one key identifier would be two keys (X.690, 8.3.2).
func TestKeyIDsRefused(t *testing.T) {
	for _, id := range [][]byte{{}, {0x00, 0x00}, {0x00, 0x01}, {0x00, 0x7F}, {0xFF, 0x80}, {0xFF, 0xFE}, make([]byte, 65)} {
		for name, info := range map[string][]byte{
			"key": seq(smartcard(t, 1, 2), spki(t, curve.P256()), integer(id...)), "info": seq(smartcard(t, 3, 2, 4), integer(1), integer(id...)),
		} {
			if infos, err := lds.ParseDG14(tlv.Append(nil, 0x6E, set(info))); !errors.Is(err, lds.ErrFile) {
				t.Errorf("%s, %X: %+v, %v", name, id, infos, err)
			}
		}
	}
}

// The signature algorithm tells the hash; one that is not known must say so and
// not be taken for its neighbour.
func TestActiveAuthenticationInfo(t *testing.T) {
	for arc, want := range map[int]crypto.Hash{1: crypto.SHA1, 2: crypto.SHA224, 3: crypto.SHA256, 4: crypto.SHA384, 5: crypto.SHA512, 6: 0, 0: 0} {
		algorithm := []int{0, 4, 0, 127, 0, 7, 1, 1, 4, 1, arc}
		infos, err := lds.ParseDG14(tlv.Append(nil, 0x6E, set(seq(oid(t, 2, 23, 136, 1, 1, 5), integer(1), oid(t, algorithm...)))))
		if err != nil || len(infos.ActiveAuthentication) != 1 || len(infos.Unknown) != 0 {
			t.Fatalf("%d: %+v, %v", arc, infos, err)
		}
		a := infos.ActiveAuthentication[0]
		if a.Version != 1 || a.Hash != want || !a.OID.Equal(asn1.ObjectIdentifier(algorithm)) || want != 0 && !want.Available() {
			t.Errorf("%d: %+v", arc, a)
		}
	}
	for _, other := range [][]int{{1, 2, 840, 10045, 4, 3, 2}, {0, 4, 0, 127, 0, 7, 1, 1, 4, 1}, {0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3, 1}} {
		infos, err := lds.ParseDG14(tlv.Append(nil, 0x6E, set(seq(oid(t, 2, 23, 136, 1, 1, 5), integer(1), oid(t, other...)))))
		if err != nil || len(infos.ActiveAuthentication) != 1 || infos.ActiveAuthentication[0].Hash != 0 {
			t.Errorf("%v: %+v, %v", other, infos, err)
		}
	}
}

// Explicit parameters of the same curve must give the same key, as French and
// German chips have them.
func TestDG14ExplicitParameters(t *testing.T) {
	// ECParameters of brainpoolP256r1 (RFC 5639, 3.4).
	p := unhex(t, "A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377")
	a := unhex(t, "7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9")
	b := unhex(t, "26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6")
	g := unhex(t, "048BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997")
	n := unhex(t, "A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7")
	octets := func(b []byte) []byte { return tlv.Append(nil, 0x04, b) }
	positive := func(b []byte) []byte { return integer(append([]byte{0}, b...)...) }
	parameters := seq(integer(1), seq(oid(t, 1, 2, 840, 10045, 1, 1), positive(p)), seq(octets(a), octets(b)), octets(g), positive(n), integer(1))
	key := seq(seq(oid(t, 1, 2, 840, 10045, 2, 1), parameters), bits(g))
	infos, err := lds.ParseDG14(tlv.Append(nil, 0x6E, set(seq(smartcard(t, 1, 2), key))))
	if err != nil || len(infos.ChipAuthenticationKeys) != 1 || infos.ChipAuthenticationKeys[0].Curve != curve.BrainpoolP256r1() {
		t.Fatalf("%+v, %v", infos, err)
	}
}

// Malformed infos of known protocols must not pass as unknown, nor in part.
func TestSecurityInfosRefused(t *testing.T) {
	bp := curve.BrainpoolP256r1()
	offCurve := bp.Generator().Bytes()
	offCurve[64] ^= 1
	named := seq(oid(t, 1, 2, 840, 10045, 2, 1), mustMarshal(t, bp.OID()))
	pace := smartcard(t, 4, 2, 4)
	ca := smartcard(t, 3, 2, 4)
	pk := smartcard(t, 1, 2)
	aa := oid(t, 2, 23, 136, 1, 1, 5)
	many := make([][]byte, 65)
	for i := range many {
		many[i] = seq(pace, integer(2))
	}
	for name, b := range map[string][]byte{
		"empty":                     {},
		"no set":                    seq(),
		"bytes behind":              append(set(), 0x00),
		"no sequence":               set(integer(1)),
		"no protocol":               set(seq()),
		"integer for protocol":      set(seq(integer(1), integer(1))),
		"empty protocol":            set(seq([]byte{0x06, 0x00}, integer(1))),
		"protocol cut":              set(seq([]byte{0x06, 0x01, 0x80}, integer(1))),
		"PACE without version":      set(seq(pace)),
		"PACE, version is no int":   set(seq(pace, []byte{0x04, 0x01, 0x02})),
		"PACE, empty version":       set(seq(pace, integer())),
		"PACE, long version":        set(seq(pace, integer(0x00, 0x02))),
		"PACE, negative version":    set(seq(pace, integer(0xFF))),
		"PACE, version of 2^40":     set(seq(pace, integer(1, 0, 0, 0, 0, 0))),
		"PACE, third element":       set(seq(pace, integer(2), integer(13), integer(1))),
		"PACE, negative parameter":  set(seq(pace, integer(2), integer(0x80))),
		"CA without version":        set(seq(ca)),
		"CA, key id is no integer":  set(seq(ca, integer(1), []byte{0x04, 0x01, 0x02})),
		"CA, long key id":           set(seq(ca, integer(1), integer(bytes.Repeat([]byte{1}, 65)...))),
		"CA, key id twice":          set(seq(ca, integer(1), integer(1), integer(1))),
		"key missing":               set(seq(pk)),
		"key is no sequence":        set(seq(pk, integer(1))),
		"key off the curve":         set(seq(pk, seq(named, bits(offCurve)))),
		"key compressed":            set(seq(pk, seq(named, bits(append([]byte{2}, offCurve[1:33]...))))),
		"key at infinity":           set(seq(pk, seq(named, bits([]byte{0})))),
		"key empty":                 set(seq(pk, seq(named, bits(nil)))),
		"key with unused bits":      set(seq(pk, seq(named, tlv.Append(nil, 0x03, []byte{0x01}, bp.Generator().Bytes())))),
		"key, empty bit string":     set(seq(pk, seq(named, []byte{0x03, 0x00}))),
		"key, bytes behind":         set(seq(pk, seq(named, bits(bp.Generator().Bytes()), integer(1)))),
		"AA without version":        set(seq(aa, oid(t, 0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3))),
		"AA without algorithm":      set(seq(aa, integer(1))),
		"AA, algorithm is no OID":   set(seq(aa, integer(1), integer(1))),
		"AA, third element":         set(seq(aa, integer(1), oid(t, 0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3), integer(1))),
		"standard, no number":       set(seq(pk, seq(seq(oid(t, 0, 4, 0, 127, 0, 7, 1, 2)), bits(bp.Generator().Bytes())))),
		"standard, two numbers":     set(seq(pk, seq(seq(oid(t, 0, 4, 0, 127, 0, 7, 1, 2), integer(13), integer(13)), bits(bp.Generator().Bytes())))),
		"standard, other curve":     set(seq(pk, seq(seq(oid(t, 0, 4, 0, 127, 0, 7, 1, 2), integer(12)), bits(bp.Generator().Bytes())))),
		"unknown without data":      set(seq(oid(t, 1, 2, 3))),
		"unknown, third element":    set(seq(oid(t, 1, 2, 3), integer(1), integer(1), integer(1))),
		"unknown, malformed":        set(seq(oid(t, 1, 2, 3), []byte{0x30, 0x80})),
		"65 infos":                  set(many...),
		"indefinite length":         {0x31, 0x80, 0x00, 0x00},
		"length beyond the content": {0x31, 0x82, 0x40, 0x00, 0x30},
	} {
		if infos, err := lds.ParseCardAccess(b); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %+v, %v", name, infos, err)
		}
		if infos, err := lds.ParseDG14(tlv.Append(nil, 0x6E, b)); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s in DG14: %+v, %v", name, infos, err)
		}
	}
	if _, err := lds.ParseCardAccess(set(many[:64]...)); err != nil {
		t.Errorf("64 infos: %v", err)
	}
	if _, err := lds.ParseDG14(set()); !errors.Is(err, lds.ErrFile) {
		t.Errorf("DG14 without its tag: %v", err)
	}
}
