package lds_test

import (
	"bytes"
	"errors"
	"testing"

	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

// EF.DIR of ICAO Doc 9303-10, table 31, and in the forms of ISO/IEC 7816-4: an
// application lost is one that nobody selects.
func TestKnownAnswerDIR(t *testing.T) {
	applications, err := lds.ParseDIR(unhex(t, "61094F07A000000247100161094F07A000000247200161094F07A000000247200261094F07A0000002472003"))
	if err != nil || len(applications) != 4 {
		t.Fatalf("%+v, %v", applications, err)
	}
	for i, want := range []string{"A0000002471001", "A0000002472001", "A0000002472002", "A0000002472003"} {
		if !bytes.Equal(applications[i].ID, unhex(t, want)) || applications[i].Label != nil {
			t.Errorf("%d: %+v", i, applications[i])
		}
	}
	label := tlv.Append(nil, 0x61, element(0x50, "SPECIMEN"), element(0x4F, "\xA0\x01"), element(0x51, "path, skipped"))
	applications, err = lds.ParseDIR(append(append([]byte{0, 0}, label...), append([]byte{0xFF, 0x4F, 0x01, 0xA0}, make([]byte, 20)...)...))
	if err != nil || len(applications) != 2 || string(applications[0].Label) != "SPECIMEN" || !bytes.Equal(applications[0].ID, []byte{0xA0, 0x01}) || !bytes.Equal(applications[1].ID, []byte{0xA0}) {
		t.Errorf("%+v, %v", applications, err)
	}
	for _, b := range [][]byte{nil, make([]byte, 10)} {
		if applications, err := lds.ParseDIR(b); err != nil || applications != nil {
			t.Errorf("%X: %+v, %v", b, applications, err)
		}
	}
}

// Each of these is no EF.DIR.
func TestDIRRefused(t *testing.T) {
	for name, b := range map[string][]byte{
		"no identifier":       {0x61, 0x00},
		"identifier twice":    tlv.Append(nil, 0x61, element(0x4F, "\xA0"), element(0x4F, "\xA0")),
		"empty identifier":    {0x61, 0x02, 0x4F, 0x00},
		"17 bytes":            element(0x4F, "12345678901234567"),
		"cut":                 {0x61, 0x05, 0x4F},
		"inside malformed":    {0x61, 0x04, 0x4F, 0x01, 0xA0, 0x50},
		"another element":     {0x30, 0x00},
		"33 applications":     bytes.Repeat([]byte{0x4F, 0x01, 0xA0}, 33),
		"indefinite length":   {0x61, 0x80, 0x00, 0x00},
		"length 16 MiB":       {0x61, 0x83, 0xFF, 0xFF, 0xFF},
		"bytes after padding": {0x4F, 0x01, 0xA0, 0x00, 0x4F},
	} {
		if applications, err := lds.ParseDIR(b); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %+v, %v", name, applications, err)
		}
	}
	if applications, err := lds.ParseDIR(bytes.Repeat([]byte{0x4F, 0x01, 0xA0}, 32)); err != nil || len(applications) != 32 {
		t.Errorf("32 applications: %d, %v", len(applications), err)
	}
}

// EF.ATR/INFO as published cards have it (stackoverflow.com, question 45207788;
// the form of IAS ECC, which knows other elements): lengths read wrongly make
// commands that the card refuses.
func TestATRInfo(t *testing.T) {
	for name, tc := range map[string]struct {
		file string
		want lds.CardInformation
	}{
		"type B card":   {"4301F84703F741E07F6608020205F0020205F0", lds.CardInformation{Capabilities: []byte{0xF7, 0x41, 0xE0}, CommandChaining: true, ExtendedLength: true, MaxCommand: 0x05F0, MaxResponse: 0x05F0}},
		"IAS ECC":       {"4301B84703940180E010020201040202010402020100020201008202900000", lds.CardInformation{Capabilities: []byte{0x94, 0x01, 0x80}, CommandChaining: true}},
		"historical":    {"5F5203313233", lds.CardInformation{HistoricalBytes: []byte("123")}},
		"no chaining":   {"4703000040", lds.CardInformation{Capabilities: []byte{0, 0, 0x40}, ExtendedLength: true}},
		"one byte":      {"4701FF", lds.CardInformation{Capabilities: []byte{0xFF}}},
		"sign octet":    {"7F660A0203008000020300FFFF", lds.CardInformation{MaxCommand: 0x8000, MaxResponse: 0xFFFF}},
		"no sign octet": {"7F66080202800002 02FFFF", lds.CardInformation{MaxCommand: 0x8000, MaxResponse: 0xFFFF}},
		"65538":         {"7F660C02040001000202040001 0002", lds.CardInformation{MaxCommand: 0x10002, MaxResponse: 0x10002}},
		"padding":       {"0000FF47020102FFFF", lds.CardInformation{Capabilities: []byte{1, 2}}},
		"nothing":       {"", lds.CardInformation{}},
	} {
		got, err := lds.ParseATRInfo(unhex(t, string(bytes.ReplaceAll([]byte(tc.file), []byte(" "), nil))))
		if err != nil || !bytes.Equal(got.HistoricalBytes, tc.want.HistoricalBytes) || !bytes.Equal(got.Capabilities, tc.want.Capabilities) ||
			got.CommandChaining != tc.want.CommandChaining || got.ExtendedLength != tc.want.ExtendedLength ||
			got.MaxCommand != tc.want.MaxCommand || got.MaxResponse != tc.want.MaxResponse {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, file := range map[string]string{
		"cut":                  "4703F741",
		"capabilities empty":   "4700",
		"capabilities of 4":    "470401020304",
		"element twice":        "47010147 0101",
		"length: one number":   "7F6604020205F0",
		"length: three":        "7F660C020205F0020205F0020205F0",
		"length: no number":    "7F66080402 05F0040205F0",
		"length: empty number": "7F660602000202 05F0",
		"length: 5 bytes":      "7F660E0205000000010002050000000100",
		"length: 4 GiB":        "7F660C02041000000002 0410000000",
	} {
		if got, err := lds.ParseATRInfo(unhex(t, string(bytes.ReplaceAll([]byte(file), []byte(" "), nil)))); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	many := []byte{}
	for i := range 33 {
		many = tlv.Append(many, tlv.Tag(0x5F20+i), nil)
	}
	if _, err := lds.ParseATRInfo(many); !errors.Is(err, lds.ErrFile) {
		t.Errorf("33 elements: %v", err)
	}
}
