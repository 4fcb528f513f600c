package cnie_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/vcard"
)

// TestRecognise catches an answer to reset mistyped in the table, by its
// checksum where it has one, and a card made up from a part of one.
func TestRecognise(t *testing.T) {
	for s, want := range map[string]cnie.Interface{
		"3BDB96FF80B1FE451F870031C164093772130F9000F4":         cnie.Contact,
		"3B8B80010031C1640937721300900051":                     cnie.Contactless,
		"3BDB96FF80B1FE451F870031C164093364490F9000BC":         cnie.Contact,
		"3BFF960000C00A31FE4380318065B085040011120FFF829000AB": cnie.Contact,
		"3BD596FF80B1FE451F878073C82110A4":                     cnie.Contact,
	} {
		atr, err := hex.DecodeString(s)
		must(t, err)
		d, ok := cnie.Recognise(atr)
		if !ok || d.Interface != want || d.Kind != cnie.IdentityCard || d.Name == "" || d.Source == "" {
			t.Errorf("%s: %v, %v", s, d, ok)
		}
		for _, other := range [][]byte{nil, atr[:len(atr)-1], append(bytes.Clone(atr), 0)} {
			if d, ok := cnie.Recognise(other); ok {
				t.Errorf("%X recognised as %v", other, d)
			}
		}
		// TCK makes the exclusive or of all bytes but TS zero (ISO/IEC 7816-3,
		// 8.2.5).
		var tck byte
		for _, b := range atr[1:] {
			tck ^= b
		}
		if tck != 0 {
			t.Errorf("%s: checksum is off by %02X", s, tck)
		}
	}
}

// TestDocument catches a document that is called what it is not, likeness that
// passes for knowledge, and a name that decides how a document is opened.
func TestDocument(t *testing.T) {
	contactless, err := hex.DecodeString("3B8B80010031C1640937721300900051")
	must(t, err)
	listed, err := hex.DecodeString("3BD596FF80B1FE451F878073C82110A4")
	must(t, err)
	foreign := func(p *vcard.Personalisation) {
		p.Files[vcard.FIDDG1] = bytes.ReplaceAll(p.Files[vcard.FIDDG1], []byte("IDFRA"), []byte("IDUTO"))
	}
	permit := func(p *vcard.Personalisation) {
		p.Files[vcard.FIDDG1] = bytes.ReplaceAll(p.Files[vcard.FIDDG1], []byte("IDFRA"), []byte("IRFRA"))
	}
	series := func(p *vcard.Personalisation) {
		public, err := vcard.BrainpoolP256r1.PublicKey(document(t, "cnie").ChipKeys[0].Scalar)
		must(t, err)
		p.Files[vcard.FIDDG14] = dg14(t, public, nil)
	}
	garbled := func(p *vcard.Personalisation) { p.Files[vcard.FIDDG1] = []byte{0x61, 0x00} }
	for name, tc := range map[string]struct {
		s             subject
		atr           []byte
		change        func(p *vcard.Personalisation)
		before, after cnie.Document // DG1 is read; sources are not compared
		ok            bool          // before
	}{
		"CNIe": {
			s: subject{profile: "cnie"}, atr: contactless, ok: true,
			before: cnie.Document{Kind: cnie.IdentityCard, Name: "French electronic identity card (CNIe)", Interface: cnie.Contactless, Confirmed: true},
			after:  cnie.Document{Kind: cnie.IdentityCard, Name: "French electronic identity card (CNIe)", Interface: cnie.Contactless, Confirmed: true},
		},
		"only listed": {
			s: subject{profile: "cnie"}, atr: listed, ok: true,
			before: cnie.Document{Kind: cnie.IdentityCard, Name: "French identity card", Interface: cnie.Contact},
			after:  cnie.Document{Kind: cnie.IdentityCard, Name: "French electronic identity card (CNIe)", Interface: cnie.Contact, Confirmed: true},
		},
		"like a CNIe": {
			s: subject{profile: "cnie"}, ok: true,
			before: cnie.Document{Kind: cnie.IdentityCard, Name: "French electronic identity card (CNIe)"},
			after:  cnie.Document{Kind: cnie.IdentityCard, Name: "French electronic identity card (CNIe)", Confirmed: true},
		},
		"DG1 that says nothing": {
			s: subject{profile: "cnie"}, atr: listed, change: garbled, ok: true,
			before: cnie.Document{Kind: cnie.IdentityCard, Name: "French identity card", Interface: cnie.Contact},
			after:  cnie.Document{Kind: cnie.IdentityCard, Name: "French identity card", Interface: cnie.Contact},
		},
		"another state's": {
			s: subject{profile: "cnie"}, atr: contactless, change: foreign, ok: true,
			before: cnie.Document{Kind: cnie.IdentityCard, Name: "French electronic identity card (CNIe)", Interface: cnie.Contactless, Confirmed: true},
			after:  cnie.Document{Kind: cnie.TravelDocument, Name: "travel document", Interface: cnie.Contactless, Confirmed: true},
		},
		"residence permit": {
			s: subject{profile: "cam"}, change: permit,
			before: cnie.Document{Kind: cnie.TravelDocument, Name: "travel document"},
			after:  cnie.Document{Kind: cnie.TravelDocument, Name: "travel document", Confirmed: true},
		},
		"passport of 2017": {
			s:      subject{profile: "passport"},
			before: cnie.Document{Kind: cnie.TravelDocument, Name: "travel document"},
			after:  cnie.Document{Kind: cnie.Passport, Name: "French passport, 2017 series", Confirmed: true},
		},
		"other passport": {
			s: subject{profile: "passport"}, change: series,
			before: cnie.Document{Kind: cnie.TravelDocument, Name: "travel document"},
			after:  cnie.Document{Kind: cnie.Passport, Name: "French passport", Confirmed: true},
		},
		"passport before PACE": {
			s:      subject{profile: "bac", bac: true},
			before: cnie.Document{Kind: cnie.TravelDocument, Name: "travel document"},
			after:  cnie.Document{Kind: cnie.Passport, Name: "French passport", Confirmed: true},
		},
	} {
		p := document(t, tc.s.profile)
		if tc.change != nil {
			tc.change(&p)
		}
		a := tc.s.access(t, 0)
		a.ATR = tc.atr
		c := openWith(t, newCard(t, p), a)
		compare := func(when string, want cnie.Document, wantOK bool) {
			got, ok := c.Document()
			if got.Source == "" || ok != wantOK {
				t.Errorf("%s, %s: %v, %v", name, when, got, ok)
			}
			for _, secret := range []string{"SPEC00", "SPECIMEN", "MARIE"} {
				if strings.Contains(got.Source, secret) {
					t.Errorf("%s: %s", name, got.Source)
				}
			}
			if got.Source = ""; got != want {
				t.Errorf("%s, %s: %+v, want %+v", name, when, got, want)
			}
		}
		compare("before", tc.before, tc.ok)
		_, err := c.Read(t.Context(), lds.DG1)
		must(t, err)
		if !tc.s.bac {
			_, err = c.Read(t.Context(), lds.DG14)
			must(t, err)
		}
		compare("after", tc.after, tc.ok || tc.after.Confirmed)
	}
}
