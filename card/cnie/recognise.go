package cnie

import (
	"strings"

	"cnie.example/card/chipauth"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// Document says what the card is by what is known of it so far: DG1 once it was
// read, else the answer to reset, else EF.CardAccess. ok is false when none of
// them tells; the Document is then a travel document of which no more is known.
func (c *Card) Document() (d Document, ok bool) {
	byATR, recognised := Recognise(c.atr)
	byDG1, read := c.named.document(c.dg14)
	switch {
	case read && recognised && byATR.Confirmed && byATR.Kind == byDG1.Kind:
		return byATR, true
	case read:
		byDG1.Interface = byATR.Interface
		return byDG1, true
	case recognised:
		return byATR, true
	case likeCNIe(c.offered):
		return Document{
			Kind: IdentityCard, Name: nameCNIe,
			Source: `EF.CardAccess offers what the README of gmrtd lists for "FR ID 2024"`,
		}, true
	}
	return Document{Kind: TravelDocument, Name: nameUnknown, Source: "nothing in the table tells"}, false
}

// naming is what DG1 says of the kind of document; empty before it was read.
type naming struct{ code, state string }

// read keeps document code and issuing state, and nothing of the holder.
func (n *naming) read(dg1 []byte) {
	zone, err := lds.ParseDG1(dg1)
	if err != nil {
		return
	}
	*n = naming{zone.DocumentCode, zone.IssuingState}
}

// document names the kind by document code and issuing state (ICAO Doc 9303-5,
// 4.2.2, and 9303-4, 4.2.2).
func (n naming) document(dg14 []byte) (d Document, ok bool) {
	const france = "FRA"
	d = Document{Kind: TravelDocument, Name: nameUnknown, Confirmed: true, Source: "document code and issuing state of DG1"}
	switch {
	case n == naming{}:
		return Document{}, false
	case n.state == france && n.code == "ID":
		d.Kind, d.Name = IdentityCard, nameCNIe
	case n.state == france && strings.HasPrefix(n.code, "P"):
		d.Kind, d.Name = Passport, namePassport
		if like2017(dg14) {
			d.Name, d.Source = name2017, d.Source+", chip key of DG14"
		}
	}
	return d, true
}

// likeCNIe says whether EF.CardAccess offers generic and integrated mapping
// with AES-256 on brainpoolP256r1, and nothing else.
func likeCNIe(offered []lds.PACEInfo) bool {
	const brainpoolP256r1 = 13 // ICAO Doc 9303-11, 9.5.1
	seen := map[lds.Mapping]bool{}
	for _, info := range offered {
		if info.Agreement != lds.ECDH || info.Cipher != sm.AES256 || info.ParameterID != brainpoolP256r1 {
			return false
		}
		seen[info.Mapping] = true
	}
	return len(seen) == 2 && seen[lds.GenericMapping] && seen[lds.IntegratedMapping]
}

// like2017 says whether DG14 is like that of a passport of 2017 as it was seen:
// a key on P-256 and no protocol with it, which means 3DES.
func like2017(dg14 []byte) bool {
	infos, err := lds.ParseDG14(dg14)
	if err != nil {
		return false
	}
	key, err := chipauth.Select(infos)
	return err == nil && key.OID == nil && key.Point.Curve() == curve.P256()
}
