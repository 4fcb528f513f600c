package lds_test

import (
	"bytes"
	"crypto"
	"errors"
	"slices"
	"strings"
	"testing"

	"cnie.example/card/lds"
	"cnie.example/card/mrz"
	"cnie.example/card/tlv"
)

// EF.COM of ICAO Doc 9303-11, D.4, and of a recorded chip: versions or a tag
// list read one byte off give other values.
func TestKnownAnswerCOM(t *testing.T) {
	for _, tc := range []struct {
		com  string
		want lds.Common
	}{
		{"60145F0104303130365F36063034303030305C026175", lds.Common{LDSVersion: "0106", UnicodeVersion: "040000", Files: []lds.File{lds.DG1, lds.DG2}}},
		{"60185F0104303130385F36063034303030305C06617563766D6E", lds.Common{
			LDSVersion: "0108", UnicodeVersion: "040000",
			Files: []lds.File{lds.DG1, lds.DG2, lds.DG3, lds.DG4, lds.DG13, lds.DG14},
		}},
	} {
		got, err := lds.ParseCOM(unhex(t, tc.com))
		if err != nil || got.LDSVersion != tc.want.LDSVersion || got.UnicodeVersion != tc.want.UnicodeVersion || !slices.Equal(got.Files, tc.want.Files) {
			t.Errorf("%+v, %v, want %+v", got, err, tc.want)
		}
	}
}

// Each of these is no EF.COM.
func TestCOMRefused(t *testing.T) {
	for name, s := range map[string]string{
		"empty":               "",
		"another file":        "61145F0104303130365F36063034303030305C026175",
		"bytes behind":        "60145F0104303130365F36063034303030305C02617500",
		"version of letters":  "60145F0104414243445F36063034303030305C026175",
		"version of 3 digits": "60135F01033031305F36063034303030305C026175",
		"no tag list":         "60105F0104303130365F3606303430303030",
		"tag of no file":      "60145F0104303130365F36063034303030305C026179",
		"SOD in the list":     "60145F0104303130365F36063034303030305C026177",
		"file twice":          "60145F0104303130365F36063034303030305C026161",
		"order":               "60145F36063034303030305F0104303130365C026175",
	} {
		if c, err := lds.ParseCOM(unhex(t, s)); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

// Specimen of ICAO Doc 9303-5, appendix B.
const zoneTD1 = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"

func dg1(zone string) []byte {
	return tlv.Append(nil, 0x61, tlv.Append(nil, 0x5F1F, []byte(zone)))
}

// DG1 of each size of document (specimens of ICAO Doc 9303-4 to 9303-6, appendix
// B): a format that is not known loses the whole document.
func TestDG1Formats(t *testing.T) {
	for zone, want := range map[string]mrz.Format{
		zoneTD1: mrz.TD1,
		"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6":                 mrz.TD2,
		"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10": mrz.TD3,
	} {
		if m, err := lds.ParseDG1(dg1(zone)); err != nil || m.Format != want || m.SecondaryIdentifier != "ANNA MARIA" {
			t.Errorf("%v: %+v, %v", want, m, err)
		}
	}
}

// DG1 of TD1 has 95 bytes; a zone with a wrong check digit must not be read.
func TestDG1(t *testing.T) {
	b := dg1(zoneTD1)
	if len(b) != 95 {
		t.Errorf("%d bytes", len(b))
	}
	m, err := lds.ParseDG1(b)
	if err != nil || m.DocumentNumber != "D23145890" || m.PrimaryIdentifier != "ERIKSSON" {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := lds.ParseDG1(dg1(strings.Replace(zoneTD1, "7408122F", "7408123F", 1))); !errors.Is(err, lds.ErrFile) || !errors.Is(err, mrz.ErrCheckDigit) {
		t.Errorf("check digit: %v", err)
	}
	for name, b := range map[string][]byte{
		"empty":        {},
		"DG2":          tlv.Append(nil, 0x75, tlv.Append(nil, 0x5F1F, []byte(zoneTD1))),
		"no zone":      {0x61, 0x00},
		"another tag":  tlv.Append(nil, 0x61, tlv.Append(nil, 0x5F1E, []byte(zoneTD1))),
		"bytes behind": append(dg1(zoneTD1), 0x00),
		"two zones":    tlv.Append(nil, 0x61, tlv.Append(nil, 0x5F1F, []byte(zoneTD1)), tlv.Append(nil, 0x5F1F, []byte(zoneTD1))),
		"empty zone":   dg1(""),
	} {
		if m, err := lds.ParseDG1(b); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

// ParseSOD must give exactly what is inside tag 77.
func TestSOD(t *testing.T) {
	cms := []byte{0x30, 0x03, 0x01, 0x02, 0x03}
	got, err := lds.ParseSOD(tlv.Append(nil, 0x77, cms))
	if err != nil || !bytes.Equal(got, cms) {
		t.Errorf("%X, %v", got, err)
	}
	for _, b := range [][]byte{nil, cms, append(tlv.Append(nil, 0x77, cms), 0), {0x77, 0x05, 0x30}} {
		if _, err := lds.ParseSOD(b); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%X: %v", b, err)
		}
	}
}

var hashes = map[crypto.Hash][]int{
	crypto.SHA1:   {1, 3, 14, 3, 2, 26},
	crypto.SHA224: {2, 16, 840, 1, 101, 3, 4, 2, 4},
	crypto.SHA256: {2, 16, 840, 1, 101, 3, 4, 2, 1},
	crypto.SHA384: {2, 16, 840, 1, 101, 3, 4, 2, 2},
	crypto.SHA512: {2, 16, 840, 1, 101, 3, 4, 2, 3},
}

func digest(n byte, size int) []byte {
	return seq(integer(n), tlv.Append(nil, 0x04, bytes.Repeat([]byte{n}, size)))
}

// An object identifier taken for another hash makes a good document fail, or a
// bad one pass; a digest under another number hides an altered file.
func TestSecurityObject(t *testing.T) {
	for h, arcs := range hashes {
		for _, parameters := range [][]byte{nil, {0x05, 0x00}} {
			der := seq(integer(0), seq(oid(t, arcs...), parameters), seq(digest(1, h.Size()), digest(14, h.Size()), digest(2, h.Size()), digest(16, h.Size())))
			o, err := lds.ParseSecurityObject(der)
			if err != nil {
				t.Fatalf("%v: %v", h, err)
			}
			if o.Hash != h || !h.Available() || o.Version != 0 || len(o.Digests) != 4 || o.LDSVersion != "" {
				t.Errorf("%v: %+v", h, o)
			}
			for f, d := range o.Digests {
				if !bytes.Equal(d, bytes.Repeat([]byte{byte(f)}, h.Size())) {
					t.Errorf("%v, %v: %X", h, f, d)
				}
			}
		}
	}
}

func printable(s string) []byte { return tlv.Append(nil, 0x13, []byte(s)) }

// Version information must be read where it is, and not be asked for: LDS 1.7
// has a security object of version 0 without it, LDS 1.8 of version 1 with it.
func TestSecurityObjectVersions(t *testing.T) {
	algorithm := seq(oid(t, hashes[crypto.SHA256]...))
	o, err := lds.ParseSecurityObject(seq(integer(1), algorithm, seq(digest(1, 32)), seq(printable("0108"), printable("040000"))))
	if err != nil || o.Version != 1 || o.LDSVersion != "0108" || o.UnicodeVersion != "040000" {
		t.Errorf("%+v, %v", o, err)
	}
	if o, err := lds.ParseSecurityObject(seq(integer(1), algorithm, seq(digest(1, 32)))); err != nil || o.Version != 1 {
		t.Errorf("%+v, %v", o, err)
	}
}

// Each of these is no security object, or hides a digest.
func TestSecurityObjectRefused(t *testing.T) {
	algorithm := seq(oid(t, hashes[crypto.SHA256]...))
	one := seq(digest(1, 32))
	for name, der := range map[string][]byte{
		"empty":             {},
		"bytes behind":      append(seq(integer(0), algorithm, one), 0),
		"version 2":         seq(integer(2), algorithm, one),
		"negative version":  seq(integer(0xFF), algorithm, one),
		"MD5":               seq(integer(0), seq(oid(t, 1, 2, 840, 113549, 2, 5)), seq(digest(1, 16))),
		"parameters":        seq(integer(0), seq(oid(t, hashes[crypto.SHA256]...), integer(1)), one),
		"long NULL":         seq(integer(0), seq(oid(t, hashes[crypto.SHA256]...), []byte{0x05, 0x01, 0x00}), one),
		"no digests":        seq(integer(0), algorithm, seq()),
		"digest of 31":      seq(integer(0), algorithm, seq(digest(1, 31))),
		"digest of 33":      seq(integer(0), algorithm, seq(digest(1, 33))),
		"empty digest":      seq(integer(0), algorithm, seq(digest(1, 0))),
		"digests, one byte": seq(integer(0), algorithm, seq(digest(1, 32), []byte{0x30})),
		"number 0":          seq(integer(0), algorithm, seq(digest(0, 32))),
		"number 17":         seq(integer(0), algorithm, seq(digest(17, 32))),
		"number of SOD":     seq(integer(0), algorithm, seq(digest(0x1D, 32))),
		"number 257":        seq(integer(0), algorithm, seq(seq(integer(1, 1), tlv.Append(nil, 0x04, make([]byte, 32))))),
		"number twice":      seq(integer(0), algorithm, seq(digest(1, 32), digest(2, 32), digest(1, 32))),
		"digest and more":   seq(integer(0), algorithm, seq(seq(integer(1), tlv.Append(nil, 0x04, make([]byte, 32)), integer(1)))),
		"version info text": seq(integer(1), algorithm, one, seq(printable("1.8"), printable("040000"))),
		"version info long": seq(integer(1), algorithm, one, seq(printable("01080108010801080"), printable("040000"))),
		"version info half": seq(integer(1), algorithm, one, seq(printable("0108"))),
		"version info more": seq(integer(1), algorithm, one, seq(printable("0108"), printable("040000"), printable("1"))),
		"after the end":     seq(integer(1), algorithm, one, seq(printable("0108"), printable("040000")), integer(1)),
	} {
		if o, err := lds.ParseSecurityObject(der); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %+v, %v", name, o, err)
		}
	}
}
