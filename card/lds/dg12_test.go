package lds_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

func dg12(elements ...[]byte) []byte {
	parts := append([][]byte{tlv.Append(nil, 0x5C, []byte{0x5F, 0x19, 0x5F, 0x26})}, elements...)
	return tlv.Append(nil, 0x6C, parts...)
}

// otherPersons is the template with names.
func otherPersons(names ...string) []byte {
	parts := [][]byte{integer(byte(len(names)))}
	for _, n := range names {
		parts = append(parts, element(0x5F1A, n))
	}
	return tlv.Append(nil, 0xA0, parts...)
}

// Every element must arrive in its own field.
func TestDG12(t *testing.T) {
	jpeg := []byte{0xFF, 0xD8, 0xFF, 0x00}
	d, err := lds.ParseDG12(dg12(
		element(0x5F19, "PRÉFECTURE SPECIMEN"), element(0x5F26, "20240229"), otherPersons("SPECIMEN<<MARIE<P", "SPECIMEN"),
		element(0x5F1B, "SEE PAGE 51"), element(0x5F1C, "NONE"), tlv.Append(nil, 0x5F1D, jpeg), tlv.Append(nil, 0x5F1E, jpeg[:3]),
		element(0x5F55, "20240301235959"), element(0x5F56, "SPECIMEN-1"), element(0x5F77, "not in the standard, skipped"),
	))
	if err != nil {
		t.Fatal(err)
	}
	if d.IssuingAuthority != "PRÉFECTURE SPECIMEN" || d.IssueDate != "20240229" || d.Endorsements != "SEE PAGE 51" || d.TaxExit != "NONE" {
		t.Errorf("%+v", d)
	}
	if !bytes.Equal(d.Front, jpeg) || !bytes.Equal(d.Rear, jpeg[:3]) || d.PersonalisationTime != "20240301235959" || d.PersonalisationSystem != "SPECIMEN-1" {
		t.Errorf("%+v", d)
	}
	if want := []lds.Name{{Primary: "SPECIMEN", Secondary: "MARIE P"}, {Primary: "SPECIMEN"}}; !slices.Equal(d.OtherPersons, want) {
		t.Errorf("%+v", d.OtherPersons)
	}
	if d, err := lds.ParseDG12(dg12()); err != nil || d.IssuingAuthority != "" || d.IssueDate != "" || d.OtherPersons != nil || d.Front != nil {
		t.Errorf("nothing: %+v, %v", d, err)
	}
}

// Several states write dates as BCD: read as text they are four control
// characters, and the whole file is lost.
func TestDG12Dates(t *testing.T) {
	for s, want := range map[string]string{
		"20170905": "20170905", "\x20\x17\x09\x05": "20170905", "20170900": "20170900", "2017<<<<": "20170000",
	} {
		if d, err := lds.ParseDG12(dg12(element(0x5F26, s))); err != nil || d.IssueDate != want {
			t.Errorf("%q: %+v, %v", s, d, err)
		}
	}
	for s, want := range map[string]string{
		"20171115013612": "20171115013612", "\x20\x17\x11\x15\x01\x36\x12": "20171115013612",
	} {
		if d, err := lds.ParseDG12(dg12(element(0x5F55, s))); err != nil || d.PersonalisationTime != want {
			t.Errorf("%q: %+v, %v", s, d, err)
		}
	}
	d, err := lds.ParseDG12(dg12(element(0x5F1A, "SPECIMEN<<A"), element(0x5F1A, "SPECIMEN<<B")))
	if err != nil || len(d.OtherPersons) != 2 {
		t.Errorf("names without a template: %+v, %v", d, err)
	}
}

// Each of these is no DG12.
func TestDG12Refused(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty":              {},
		"DG11":               dg11(),
		"no tag list":        tlv.Append(nil, 0x6C, element(0x5F19, "A")),
		"bytes behind":       append(dg12(), 0),
		"element twice":      dg12(element(0x5F19, "A"), element(0x5F19, "A")),
		"element cut":        dg12([]byte{0x5F, 0x19, 0x05, 0x41}),
		"not UTF-8":          dg12(element(0x5F19, "PR\xC9FECTURE")),
		"date of 7":          dg12(element(0x5F26, "2017090")),
		"date, no day":       dg12(element(0x5F26, "20170230")),
		"date, BCD letters":  dg12(element(0x5F26, "\x20\x1A\x09\x05")),
		"time, hour 24":      dg12(element(0x5F55, "20171115240000")),
		"time, partial":      dg12(element(0x5F55, "20171100000000")),
		"time of 12":         dg12(element(0x5F55, "201711150136")),
		"time, BCD letters":  dg12(element(0x5F55, "\x20\x17\x11\x15\x01\x3A\x12")),
		"persons, too few":   dg12(tlv.Append(nil, 0xA0, integer(2), element(0x5F1A, "A"))),
		"persons, DG11 name": dg12(tlv.Append(nil, 0xA0, integer(1), element(0x5F0F, "A"))),
	} {
		if d, err := lds.ParseDG12(b); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

// DG13 is given as it is, without its tag.
func TestDG13(t *testing.T) {
	got, err := lds.ParseDG13(tlv.Append(nil, 0x6D, []byte{1, 2, 3}))
	if err != nil || !bytes.Equal(got, []byte{1, 2, 3}) {
		t.Errorf("%X, %v", got, err)
	}
	for _, b := range [][]byte{nil, {0x6C, 0x00}, {0x6D, 0x01}, {0x6D, 0x00, 0x00}} {
		if got, err := lds.ParseDG13(b); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%X: %X, %v", b, got, err)
		}
	}
}
