package lds_test

import (
	"bytes"
	"errors"
	"reflect"
	"runtime"
	"testing"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

// held counts the bytes that a parsed value holds: text, slices and keys of
// maps. Curves are shared, and a key of RSA is counted by its modulus.
func held(v reflect.Value) int {
	n := 0
	switch v.Kind() {
	case reflect.String:
		n = v.Len()
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Len()
		}
		n = v.Len() * int(v.Type().Elem().Size())
		for i := range v.Len() {
			n += held(v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			n += held(v.MapIndex(k)) + 8
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n += held(v.Field(i))
		}
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*curve.Curve]() && v.Type().Elem().Kind() == reflect.Struct {
			n = held(v.Elem())
		}
	}
	return n
}

// check is the property of all parsers: no panic, a typed error, and no more
// held than the file is long. An info in SecurityInfos is ten times its
// shortest encoding, since each arc of an identifier takes eight bytes.
func check(t *testing.T, file []byte, parsed any, err error, typed ...error) {
	t.Helper()
	if err != nil {
		for _, want := range append(typed, lds.ErrFile) {
			if errors.Is(err, want) {
				return
			}
		}
		t.Fatalf("untyped error %v", err)
	}
	if n := held(reflect.ValueOf(parsed)); n > 24*len(file) {
		t.Fatalf("%d bytes held for a file of %d", n, len(file))
	}
}

func FuzzCOM(f *testing.F) {
	f.Add(unhex(f, "60145F0104303130365F36063034303030305C026175"))
	f.Add(unhex(f, "60185F0104303130385F36063034303030305C06617563766D6E"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := lds.ParseCOM(b)
		check(t, b, c, err)
	})
}

func FuzzDG1(f *testing.F) {
	f.Add(dg1(zoneTD1))
	f.Add(dg1("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := lds.ParseDG1(b)
		check(t, b, m, err)
	})
}

func FuzzDG2(f *testing.F) {
	one := faceRecord{width: 24, height: 32, image: specimenJP2(), dataType: 1, points: 1}
	f.Add(dg2(1, template(0x5F2E, record(0, one))))
	f.Add(dg2(2, template(0x5F2E, record(8, one, one)), template(0x7F2E, nil)))
	f.Add(dg2(1, template(0x7F2E, face39794(4, specimenJP2(), imageSize([]byte{24}, []byte{32}), nil))))
	f.Fuzz(func(t *testing.T, b []byte) {
		face, err := lds.ParseDG2(b)
		check(t, b, face, err)
		if err == nil && (!bytes.Contains(b, face.Image) || len(face.Image) == 0 || face.Type == "" || face.Format == "") {
			t.Fatalf("%d bytes of %s are not in the file", len(face.Image), face.Type)
		}
	})
}

func FuzzDG11(f *testing.F) {
	f.Add(dg11(element(0x5F0E, "SPECIMEN<<MARIE"), otherNames("A", "B"), element(0x5F2B, "198507<<"), element(0x5F11, "LYON<FRANCE")))
	f.Add(dg11(element(0x5F0F, "A"), element(0x5F0F, "B"), element(0x5F2B, "\x19\x85\x00\x00"), element(0x5F16, "\xFF\xD8")))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := lds.ParseDG11(b)
		check(t, b, d, err)
		if len(d.BirthDate) != 0 && len(d.BirthDate) != 8 {
			t.Fatalf("birth date of %d characters", len(d.BirthDate))
		}
	})
}

func FuzzDG12(f *testing.F) {
	f.Add(dg12(element(0x5F19, "SPECIMEN"), element(0x5F26, "20240229"), otherPersons("A"), element(0x5F55, "20240301235959")))
	f.Add(dg12(element(0x5F26, "\x20\x24\x02\x29"), element(0x5F1D, "\xFF\xD8"), element(0x5F1A, "A")))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := lds.ParseDG12(b)
		check(t, b, d, err)
	})
}

func FuzzDG13(f *testing.F) {
	f.Add([]byte{0x6D, 0x01, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		content, err := lds.ParseDG13(b)
		check(t, b, content, err)
	})
}

func FuzzDG15(f *testing.F) {
	f.Add(dg15(publicKey(f, "SPECIMEN-rsa2048")))
	f.Add(dg15(publicKey(f, "SPECIMEN-brainpoolP256r1-explicit")))
	f.Add(dg15(seq(seq(oid(f, 0, 4, 0, 127, 0, 7, 1, 2), integer(13)), bits(curve.BrainpoolP256r1().Generator().Bytes()))))
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := lds.ParseDG15(b)
		check(t, b, k, err, lds.ErrUnknownKey)
		if err == nil && (k.RSA == nil) != (k.Curve != nil && len(k.Point) == 1+2*k.Curve.Size()) {
			t.Fatalf("both keys or none: %+v", k)
		}
	})
}

func FuzzSOD(f *testing.F) {
	f.Add(tlv.Append(nil, 0x77, []byte{0x30, 0x00}))
	f.Add(seq(integer(1), seq(oid(f, 2, 16, 840, 1, 101, 3, 4, 2, 1)), seq(digest(1, 32)), seq(printable("0108"), printable("040000"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		cms, err := lds.ParseSOD(b)
		check(t, b, cms, err)
		o, err := lds.ParseSecurityObject(b)
		check(t, b, o, err)
		for n, d := range o.Digests {
			if !n.IsDataGroup() || len(d) != o.Hash.Size() {
				t.Fatalf("%v: digest of %d bytes", n, len(d))
			}
		}
	})
}

// FuzzSecurityInfos: EF.CardAccess and DG14 hold the same set, whatever it is.
func FuzzSecurityInfos(f *testing.F) {
	v := vectors(f)
	f.Add(unhex(f, v.ECDH.CardAccess))
	f.Add(set(unhex(f, v.CAM.Info)))
	f.Add(set(seq(smartcard(f, 1, 2), spki(f, curve.BrainpoolP256r1()), integer(1)), seq(smartcard(f, 3, 2, 4), integer(1), integer(1))))
	f.Add(set(seq(oid(f, 2, 23, 136, 1, 1, 5), integer(1), oid(f, 0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3))))
	f.Add(set(seq(oid(f, 1, 2, 3), integer(1), integer(1))))
	f.Fuzz(func(t *testing.T, b []byte) {
		infos, err := lds.ParseCardAccess(b)
		check(t, b, infos, err)
		again, errDG14 := lds.ParseDG14(tlv.Append(nil, 0x6E, b))
		if (err == nil) != (errDG14 == nil) || !reflect.DeepEqual(infos, again) {
			t.Fatalf("EF.CardAccess %v, DG14 %v", err, errDG14)
		}
	})
}

func FuzzCardSecurity(f *testing.F) {
	v := vectors(f)
	f.Add(unhex(f, v.ECDH.CardSecurity))
	f.Add(unhex(f, v.DH.CardSecurity))
	f.Fuzz(func(t *testing.T, b []byte) {
		infos, err := lds.ParseCardSecurity(b)
		check(t, b, infos, err)
	})
}

func FuzzDIR(f *testing.F) {
	f.Add(unhex(f, "61094F07A000000247100161094F07A0000002472001"))
	f.Add(unhex(f, "4F01A0000061044F01A05000FF"))
	f.Fuzz(func(t *testing.T, b []byte) {
		applications, err := lds.ParseDIR(b)
		check(t, b, applications, err)
	})
}

func FuzzATRInfo(f *testing.F) {
	f.Add(unhex(f, "4301F84703F741E07F6608020205F0020205F0"))
	f.Add(unhex(f, "00FF5F5203313233"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := lds.ParseATRInfo(b)
		check(t, b, c, err)
		if c.MaxCommand < 0 || c.MaxResponse < 0 {
			t.Fatalf("%+v", c)
		}
	})
}

// Lengths and numbers that announce more than there is must cost nothing: eight
// bytes made a public reader take a gigabyte.
func TestParsersTakeNoMemoryForPromises(t *testing.T) {
	record := []byte("FAC\x00010\x00\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xF0\xFF\xFF00000000000000")
	promises := map[string]func() error{
		"DG2": func() error { _, err := lds.ParseDG2(dg2(1, template(0x5F2E, record))); return err },
		"DG11": func() error {
			_, err := lds.ParseDG11(dg11(tlv.Append(nil, 0xA0, []byte{0x02, 0x01, 0xFF}, element(0x5F0F, "A"))))
			return err
		},
		"DG12": func() error { _, err := lds.ParseDG12(unhexConst("6C83FFFFFF5C00")); return err },
		"DG14": func() error { _, err := lds.ParseDG14(unhexConst("6E83FFFFFF3183FFFFF0")); return err },
		"DG15": func() error { _, err := lds.ParseDG15(unhexConst("6F83FFFFFF30")); return err },
		"SOD":  func() error { _, err := lds.ParseSOD(unhexConst("7783FFFFFF30")); return err },
		"DIR":  func() error { _, err := lds.ParseDIR(unhexConst("6183FFFFFF4F")); return err },
		"ATR":  func() error { _, err := lds.ParseATRInfo(unhexConst("5F5283FFFFFF")); return err },
		"COM":  func() error { _, err := lds.ParseCOM(unhexConst("6083FFFFFF")); return err },
	}
	for name, parse := range promises {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := parse()
		runtime.ReadMemStats(&after)
		if !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %v", name, err)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 64<<10 {
			t.Errorf("%s: %d bytes of memory", name, n)
		}
	}
}
