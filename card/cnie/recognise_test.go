package cnie

import (
	"strings"
	"testing"

	"cnie.example/card/lds"
)

// FuzzDocument requires that whatever a card says it is, the kind is one of the
// table, that nothing of the holder gets into it, that a confirmed one was
// named by DG1 or the table, and that nothing panics.
func FuzzDocument(f *testing.F) {
	const zone = "IDFRASPECIMEN15<<<<<<<<<<<<<<<" + "9007138F3002119FRA<<<<<<<<<<<6" + "SPECIMEN<<MARIE<ANNE<<<<<<<<<<"
	dg1 := append([]byte{0x61, 0x5D, 0x5F, 0x1F, 0x5A}, zone...)
	offer := []byte("\x31\x14\x30\x12\x06\x0A\x04\x00\x7F\x00\x07\x02\x02\x04\x02\x04\x02\x01\x02\x02\x01\x0D")
	f.Add([]byte{0x3B, 0x00}, offer, dg1, []byte{0x6E, 0x02, 0x31, 0x00})
	f.Add([]byte{}, []byte{0x31, 0x00}, []byte{0x61, 0x00}, []byte{0x6E, 0x80})
	f.Add([]byte("\x3B\x8B\x80\x01\x00\x31\xC1\x64\x09\x37\x72\x13\x00\x90\x00\x51"), offer, dg1[:20], []byte{})
	f.Fuzz(func(t *testing.T, atr, access, dg1, dg14 []byte) {
		c := &Card{atr: atr, dg14: dg14}
		if infos, err := lds.ParseCardAccess(access); err == nil {
			c.offered = infos.PACE
		}
		before, _ := c.Document()
		c.take(lds.DG1, dg1)
		after, ok := c.Document()
		for _, d := range []Document{before, after} {
			switch d.Kind {
			case IdentityCard, Passport, TravelDocument:
			default:
				t.Errorf("kind %q", d.Kind)
			}
			if d.Source == "" || strings.Contains(d.Name+d.Source, "SPECIMEN") {
				t.Errorf("%+v", d)
			}
		}
		_, recognised := Recognise(atr)
		_, parsed := lds.ParseDG1(dg1)
		if after.Confirmed && !recognised && parsed != nil || !ok && after.Kind != TravelDocument {
			t.Errorf("%+v", after)
		}
	})
}
