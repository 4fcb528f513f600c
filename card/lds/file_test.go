package lds_test

import (
	"encoding/hex"
	"slices"
	"testing"

	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A wrong tag or identifier makes one file pass for another (ICAO Doc 9303-10,
// table 38).
func TestFiles(t *testing.T) {
	for _, tc := range []struct {
		file lds.File
		name string
		sfi  byte
		fid  uint16
		tag  tlv.Tag
	}{
		{lds.COM, "COM", 0x1E, 0x011E, 0x60},
		{lds.DG1, "DG1", 0x01, 0x0101, 0x61},
		{lds.DG2, "DG2", 0x02, 0x0102, 0x75},
		{lds.DG3, "DG3", 0x03, 0x0103, 0x63},
		{lds.DG4, "DG4", 0x04, 0x0104, 0x76},
		{lds.DG5, "DG5", 0x05, 0x0105, 0x65},
		{lds.DG6, "DG6", 0x06, 0x0106, 0x66},
		{lds.DG7, "DG7", 0x07, 0x0107, 0x67},
		{lds.DG8, "DG8", 0x08, 0x0108, 0x68},
		{lds.DG9, "DG9", 0x09, 0x0109, 0x69},
		{lds.DG10, "DG10", 0x0A, 0x010A, 0x6A},
		{lds.DG11, "DG11", 0x0B, 0x010B, 0x6B},
		{lds.DG12, "DG12", 0x0C, 0x010C, 0x6C},
		{lds.DG13, "DG13", 0x0D, 0x010D, 0x6D},
		{lds.DG14, "DG14", 0x0E, 0x010E, 0x6E},
		{lds.DG15, "DG15", 0x0F, 0x010F, 0x6F},
		{lds.DG16, "DG16", 0x10, 0x0110, 0x70},
		{lds.SOD, "SOD", 0x1D, 0x011D, 0x77},
		{lds.CardAccess, "CardAccess", 0x1C, 0x011C, 0x31},
		{lds.CardSecurity, "CardSecurity", 0x1D, 0x011D, 0x30},
		{lds.DIR, "DIR", 0x1E, 0x2F00, 0x61},
		{lds.ATRInfo, "ATRInfo", 0x01, 0x2F01, 0},
	} {
		if tc.file.String() != tc.name || tc.file.SFI() != tc.sfi || tc.file.FID() != tc.fid || tc.file.Tag() != tc.tag {
			t.Errorf("%v: %02X %04X %v", tc.file, tc.file.SFI(), tc.file.FID(), tc.file.Tag())
		}
		if want := slices.Contains([]string{"CardAccess", "CardSecurity", "DIR", "ATRInfo"}, tc.name); tc.file.InMasterFile() != want {
			t.Errorf("%v: InMasterFile is not %v", tc.file, want)
		}
		if inside := !tc.file.InMasterFile() || tc.file == lds.CardAccess; inside != (byte(tc.file) == tc.sfi) {
			t.Errorf("%v is %02X", tc.file, byte(tc.file))
		}
		if f, err := lds.ParseFile(tc.name); err != nil || f != tc.file {
			t.Errorf("ParseFile(%s): %v, %v", tc.name, f, err)
		}
		if want := tc.name[:2] == "DG"; tc.file.IsDataGroup() != want {
			t.Errorf("%v: IsDataGroup is not %v", tc.file, want)
		}
	}
	for _, s := range []string{"", "dg1", "DG0", "DG17", "EF.DG1", "DG01", "ATR/INFO"} {
		if f, err := lds.ParseFile(s); err == nil {
			t.Errorf("ParseFile(%q): %v", s, f)
		}
	}
	if f := lds.File(0x11); f.Tag() != 0 || f.FID() != 0 || f.IsDataGroup() || f.String() != "File(11)" {
		t.Errorf("no file: %v", f)
	}
}
