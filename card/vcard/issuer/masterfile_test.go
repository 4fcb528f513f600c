package issuer

import (
	"bytes"
	"testing"

	"cnie.example/card/vcard"
)

// Would catch: a key in EF.CardSecurity that is not the chip's, or not written
// as in the example of ICAO Doc 9303-11, appendix I.1.
func TestCardSecurityHoldsTheMappingKey(t *testing.T) {
	cam, _ := FindProfile("cam")
	v := issue(t, cam)
	public, err := v.ChipKeys[0].Curve.PublicKey(v.ChipKeys[0].Scalar)
	if err != nil {
		t.Fatal(err)
	}
	info := bytes.Join([][]byte{
		{0x30, 0x62, 0x06, 0x09, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x01, 0x02, 0x30, 0x52, 0x30, 0x0C},
		{0x06, 0x07, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x02, 0x02, 0x01, 0x0D, 0x03, 0x42, 0x00},
		public,
		{0x02, 0x01, 0x0D},
	}, nil)
	if !bytes.Contains(v.MasterFiles[vcard.FIDCardSecurity], info) {
		t.Errorf("no %X", info)
	}
	camInfo := []byte{0x30, 0x12, 0x06, 0x0A, 0x04, 0, 0x7F, 0, 7, 2, 2, 4, 6, 4, 2, 1, 2, 2, 1, 13}
	for _, f := range [][]byte{v.MasterFiles[vcard.FIDCardSecurity], v.MasterFiles[vcard.FIDCardAccess], v.Files[vcard.FIDDG14]} {
		if !bytes.Contains(f, camInfo) {
			t.Errorf("no PACEInfo of the mapping in %d bytes", len(f))
		}
	}
}

// Would catch: another application in EF.DIR, capabilities that do not follow
// the chip, and files that a profile did not ask for.
func TestMasterFiles(t *testing.T) {
	p := Specimen()
	p.Files = []string{"DG1", "DIR", "ATRInfo"}
	v := issue(t, p)
	for fid, want := range map[uint16][]byte{
		vcard.FIDDIR:     {0x61, 9, 0x4F, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 1},
		vcard.FIDATRInfo: {0x47, 3, 0x84, 1, 0x60, 0x7F, 0x66, 8, 2, 2, 0x7F, 0xFF, 2, 2, 0x7F, 0xFF},
	} {
		if got := v.MasterFiles[fid]; !bytes.Equal(got, want) {
			t.Errorf("file %04X is %X, want %X", fid, got, want)
		}
	}
	if len(v.MasterFiles) != 3 {
		t.Errorf("%d files", len(v.MasterFiles))
	}
	p.ExtendedLength = false
	if got, want := issue(t, p).MasterFiles[vcard.FIDATRInfo], []byte{0x47, 3, 0x84, 1, 0}; !bytes.Equal(got, want) {
		t.Errorf("short: %X, want %X", got, want)
	}
	bac, _ := FindProfile("bac")
	if n := len(issue(t, bac).MasterFiles); n != 0 {
		t.Errorf("a chip without PACE has %d files in the master file", n)
	}
}
