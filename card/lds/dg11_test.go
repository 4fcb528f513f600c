package lds_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

// element is one element of DG11.
func element(tag tlv.Tag, s string) []byte { return tlv.Append(nil, tag, []byte(s)) }

func dg11(elements ...[]byte) []byte {
	parts := append([][]byte{tlv.Append(nil, 0x5C, unhexConst("5F0EA05F105F2B"))}, elements...)
	return tlv.Append(nil, 0x6B, parts...)
}

func unhexConst(s string) []byte {
	b := make([]byte, len(s)/2)
	for i := range b {
		b[i] = nibble(s[2*i])<<4 | nibble(s[2*i+1])
	}
	return b
}

func nibble(c byte) byte {
	if c >= 'A' {
		return c - 'A' + 10
	}
	return c - '0'
}

func otherNames(names ...string) []byte {
	parts := [][]byte{{0x02, 0x01, byte(len(names))}}
	for _, n := range names {
		parts = append(parts, element(0x5F0F, n))
	}
	return tlv.Append(nil, 0xA0, parts...)
}

// Every element must arrive in its own field, with the fillers resolved and the
// characters kept.
func TestDG11(t *testing.T) {
	d, err := lds.ParseDG11(dg11(
		element(0x5F0E, "SPÉCIMEN<<MARIE<ANNE"),
		otherNames("ÉPOUSE<SPECIMEN", "SPECIMEN<<M"),
		element(0x5F10, "123456"),
		element(0x5F2B, "19900113"),
		element(0x5F11, "LYON<<FRANCE"),
		element(0x5F42, "1 RUE DU SPECIMEN<00000<VILLE"),
		element(0x5F12, "0000"),
		element(0x5F13, "AUTRICE"),
		element(0x5F14, "DR"),
		element(0x5F15, "SUMMARY"),
		tlv.Append(nil, 0x5F16, []byte{0xFF, 0xD8, 0x00}), // an image is not text
		element(0x5F17, "SPECIMEN1<SPECIMEN2"),
		element(0x5F18, "CUSTODY"),
		element(0x5F77, "not in the standard, skipped"),
	))
	if err != nil {
		t.Fatal(err)
	}
	if d.FullName != (lds.Name{Primary: "SPÉCIMEN", Secondary: "MARIE ANNE"}) {
		t.Errorf("full name %+v", d.FullName)
	}
	if !slices.Equal(d.OtherNames, []lds.Name{{Primary: "ÉPOUSE SPECIMEN"}, {Primary: "SPECIMEN", Secondary: "M"}}) {
		t.Errorf("other names %+v", d.OtherNames)
	}
	if d.PersonalNumber != "123456" || d.BirthDate != "19900113" || d.Telephone != "0000" || d.Profession != "AUTRICE" || d.Title != "DR" {
		t.Errorf("%+v", d)
	}
	if d.Summary != "SUMMARY" || d.Custody != "CUSTODY" || !bytes.Equal(d.ProofOfCitizenship, []byte{0xFF, 0xD8, 0x00}) ||
		!slices.Equal(d.OtherDocuments, []string{"SPECIMEN1", "SPECIMEN2"}) {
		t.Errorf("%+v", d)
	}
	if !slices.Equal(d.BirthPlace, []string{"LYON", "", "FRANCE"}) || !slices.Equal(d.Address, []string{"1 RUE DU SPECIMEN", "00000", "VILLE"}) {
		t.Errorf("%+v", d)
	}
}

// What is absent must stay empty; a date in BCD must give the same as in text;
// a name without A0 around it is read too.
func TestDG11Variants(t *testing.T) {
	d, err := lds.ParseDG11(dg11())
	if err != nil || d.FullName != (lds.Name{}) || d.BirthDate != "" || d.BirthPlace != nil || d.OtherNames != nil {
		t.Errorf("nothing: %+v, %v", d, err)
	}
	d, err = lds.ParseDG11(dg11(tlv.Append(nil, 0x5F2B, []byte{0x19, 0x90, 0x01, 0x13}), element(0x5F0F, "SPECIMEN"), element(0x5F11, "")))
	if err != nil || d.BirthDate != "19900113" || len(d.OtherNames) != 1 || d.BirthPlace != nil {
		t.Errorf("%+v, %v", d, err)
	}
}

// A date that the document knows in part must stay so, in every way that
// issuers write it: refused it costs the login, completed it is a lie.
func TestDG11PartialBirthDate(t *testing.T) {
	for s, want := range map[string]string{
		"20000229": "20000229",
		"19850000": "19850000", "1985<<<<": "19850000", "198500<<": "19850000",
		"19850700": "19850700", "198507<<": "19850700",
		"1985<<13": "19850013", "19850013": "19850013",
		"00000000": "00000000", "<<<<<<<<": "00000000", "<<<<0229": "00000229",
		"\x19\x85\x00\x00": "19850000", "\x19\x85\x07\x00": "19850700",
	} {
		if d, err := lds.ParseDG11(dg11(element(0x5F2B, s))); err != nil || d.BirthDate != want {
			t.Errorf("%q: %+v, %v", s, d, err)
		}
	}
	for _, s := range []string{"198<0101", "19850<01", "1985010<", "<985<<<<", "19850032", "19851300", "1985  01", "1985-07-", "\x19\x85\xFF\xFF", "1985", "850713", "<<<<0230"} {
		if d, err := lds.ParseDG11(dg11(element(0x5F2B, s))); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%q: %+v, %v", s, d, err)
		}
	}
}

// ICAO Doc 9303-10, A.5, with the lengths that its text has: an element read
// under another tag shows here.
func TestKnownAnswerDG11(t *testing.T) {
	d, err := lds.ParseDG11(unhex(t, "6B605C0A5F0E5F115F425F125F135F0E0D534D4954483C3C4A4F484E3C4A5F110A414E59544F574E3C4D4E5F4217313233204D41504C452052443C414E59544F574E3C4D4E5F120B31363132353535313231325F130C54524156454C3C4147454E54"))
	if err != nil || d.FullName != (lds.Name{Primary: "SMITH", Secondary: "JOHN J"}) || d.Telephone != "16125551212" ||
		!slices.Equal(d.BirthPlace, []string{"ANYTOWN", "MN"}) || !slices.Equal(d.Address, []string{"123 MAPLE RD", "ANYTOWN", "MN"}) {
		t.Errorf("%+v, %v", d, err)
	}
}

// Names as issuers write them: fillers and spaces at any place, scripts without
// them, other names beside the template and inside it.
func TestDG11Names(t *testing.T) {
	for s, want := range map[string]lds.Name{
		"SPÉCIMEN<<MARIE<ANNE":        {Primary: "SPÉCIMEN", Secondary: "MARIE ANNE"},
		"SPÉCIMEN<<MARIE<ANNE<<<<<<":  {Primary: "SPÉCIMEN", Secondary: "MARIE ANNE"},
		"SPÉCIMEN<<MARIE<<ANNE":       {Primary: "SPÉCIMEN", Secondary: "MARIE ANNE"},
		"SPÉCIMEN<<<MARIE":            {Primary: "SPÉCIMEN", Secondary: "MARIE"},
		"Le Spécimen<<Marie-Anne":     {Primary: "Le Spécimen", Secondary: "Marie-Anne"},
		" D’SPÉCIMEN << MARIE  ANNE ": {Primary: "D’SPÉCIMEN", Secondary: "MARIE ANNE"},
		"SPÉCIMEN":                    {Primary: "SPÉCIMEN"},
		"<<MARIE":                     {Secondary: "MARIE"},
		"样本":                          {Primary: "样本"},
		"ΔΕΙΓΜΑ<<ΜΑΡΙΑ":               {Primary: "ΔΕΙΓΜΑ", Secondary: "ΜΑΡΙΑ"},
		"SPE\u0301CIMEN":              {Primary: "SPE\u0301CIMEN"},
		"<<<<":                        {},
		"":                            {},
	} {
		if d, err := lds.ParseDG11(dg11(element(0x5F0E, s))); err != nil || d.FullName != want {
			t.Errorf("%q: %+v, %v", s, d.FullName, err)
		}
	}
	d, err := lds.ParseDG11(dg11(element(0x5F0F, "YANG<<BEN"), otherNames("SPECIMEN"), element(0x5F0F, "YANGBEN")))
	if want := []lds.Name{{Primary: "YANG", Secondary: "BEN"}, {Primary: "SPECIMEN"}, {Primary: "YANGBEN"}}; err != nil || !slices.Equal(d.OtherNames, want) {
		t.Errorf("%+v, %v", d.OtherNames, err)
	}
}

// Fillers that end a place or an address make no part of their own.
func TestDG11Parts(t *testing.T) {
	for s, want := range map[string][]string{
		"LYON<<FRANCE": {"LYON", "", "FRANCE"}, "LYON<FRANCE<<<<": {"LYON", "FRANCE"}, "LYON": {"LYON"}, "<<<": nil, "": nil,
	} {
		if d, err := lds.ParseDG11(dg11(element(0x5F11, s))); err != nil || !slices.Equal(d.BirthPlace, want) {
			t.Errorf("%q: %q, %v", s, d.BirthPlace, err)
		}
	}
}

// Each of these is no DG11, or has text that would be shown wrongly.
func TestDG11Refused(t *testing.T) {
	many := [][]byte{}
	for range 65 {
		many = append(many, element(0x5F0F, "A"))
	}
	for name, b := range map[string][]byte{
		"empty":                   {},
		"another file":            tlv.Append(nil, 0x6C, element(0x5C, "")),
		"no tag list":             tlv.Append(nil, 0x6B, element(0x5F0E, "A")),
		"tag list cut":            tlv.Append(nil, 0x6B, tlv.Append(nil, 0x5C, []byte{0x5F})),
		"tag list with zero":      tlv.Append(nil, 0x6B, tlv.Append(nil, 0x5C, []byte{0x00})),
		"element twice":           dg11(element(0x5F10, "1"), element(0x5F10, "1")),
		"unknown twice":           dg11(element(0x5F77, "1"), element(0x5F77, "1")),
		"element cut":             dg11([]byte{0x5F, 0x0E, 0x05, 0x41}),
		"not UTF-8":               dg11(element(0x5F0E, "SP\xC9CIMEN")),
		"control character":       dg11(element(0x5F0E, "SPECIMEN\x00")),
		"line break":              dg11(element(0x5F42, "1 RUE\nVILLE")),
		"date of 7 digits":        dg11(element(0x5F2B, "1990011")),
		"date of letters":         dg11(element(0x5F2B, "1990O113")),
		"date, no day":            dg11(element(0x5F2B, "19900230")),
		"date, month 13":          dg11(element(0x5F2B, "19901301")),
		"date, BCD of letters":    dg11(tlv.Append(nil, 0x5F2B, []byte{0x19, 0x9A, 0x01, 0x13})),
		"names, fewer than count": dg11(tlv.Append(nil, 0xA0, []byte{0x02, 0x01, 0x02}, element(0x5F0F, "A"))),
		"names, more than count":  dg11(tlv.Append(nil, 0xA0, []byte{0x02, 0x01, 0x00}, element(0x5F0F, "A"))),
		"names, count of 2 bytes": dg11(tlv.Append(nil, 0xA0, []byte{0x02, 0x02, 0x00, 0x01}, element(0x5F0F, "A"))),
		"names, no count":         dg11(tlv.Append(nil, 0xA0, element(0x5F0F, "A"))),
		"65 elements":             dg11(many...),
	} {
		if d, err := lds.ParseDG11(b); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

// Errors go to logs: no value of the file may be in them.
func TestDG11ErrorsHaveNoData(t *testing.T) {
	for _, b := range [][]byte{
		dg11(element(0x5F0E, "SECRET\x00")),
		dg11(element(0x5F2B, "SECRET00")),
		dg11(element(0x5F10, "SECRET"), element(0x5F10, "SECRET")),
	} {
		if _, err := lds.ParseDG11(b); err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%v", err)
		}
	}
}
