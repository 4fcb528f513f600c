package cnie_test

import (
	"errors"
	"testing"

	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/tlv"
	"cnie.example/card/vcard"
)

// paceInfo is one PACEInfo on brainpoolP256r1: mapping 2 (GM), 4 (IM) or 6
// (CAM), cipher 2 (AES-128) or 4 (AES-256).
func paceInfo(t testing.TB, mapping, cipher int) []byte {
	return sequence(bsi(t, 4, mapping, cipher), integer(2), integer(13))
}

func set(infos ...[]byte) []byte { return tlv.Append(nil, 0x31, infos...) }

// TestDowngrade catches an EF.CardAccess from which somebody took the strong
// protocols, so that a weaker PACE runs than the document has; and a document
// refused although it signs no choice of PACE, or signs one that comes to the
// same.
func TestDowngrade(t *testing.T) {
	strong, weak := paceInfo(t, 2, 4), paceInfo(t, 2, 2)
	im, cam := paceInfo(t, 4, 4), paceInfo(t, 6, 4)
	elsewhere := sequence(bsi(t, 4, 2, 4), integer(2), integer(12)) // the strong one on P-256
	base := specimen(t)
	base.PACE = append(base.PACE, vcard.PACEProtocol{Mapping: vcard.GenericMapping, Cipher: vcard.AES128, Curve: vcard.BrainpoolP256r1})
	public, err := vcard.BrainpoolP256r1.PublicKey(base.ChipKeys[0].Scalar)
	must(t, err)
	chipInfos := dg14Infos(t, public, nil)
	for name, tc := range map[string]struct {
		offered, signed [][]byte
		want            error
	}{
		"same":              {[][]byte{strong, weak}, [][]byte{strong, weak}, nil},
		"other order":       {[][]byte{strong, im}, [][]byte{im, strong}, nil},
		"order of equals":   {[][]byte{strong, elsewhere}, [][]byte{elsewhere, strong}, nil},
		"repeated":          {[][]byte{strong, strong}, [][]byte{strong}, nil},
		"none signed":       {[][]byte{weak}, nil, nil},
		"stronger hidden":   {[][]byte{weak}, [][]byte{strong, weak}, cnie.ErrDowngrade},
		"mapping unwanted":  {[][]byte{strong}, [][]byte{strong, cam}, nil},
		"mapping unsigned":  {[][]byte{strong, im}, [][]byte{strong}, nil},
		"weaker added":      {[][]byte{strong, weak}, [][]byte{strong}, nil},
		"only another":      {[][]byte{strong, im}, [][]byte{im}, cnie.ErrDowngrade},
		"replaced":          {[][]byte{weak}, [][]byte{strong}, cnie.ErrDowngrade},
		"another version":   {[][]byte{strong}, [][]byte{sequence(bsi(t, 4, 2, 4), integer(1), integer(13))}, cnie.ErrDowngrade},
		"another parameter": {[][]byte{strong}, [][]byte{sequence(bsi(t, 4, 2, 4), integer(2), integer(12))}, cnie.ErrDowngrade},
	} {
		p := base.Clone()
		p.MasterFiles[vcard.FIDCardAccess] = set(tc.offered...)
		p.Files[vcard.FIDDG14] = tlv.Append(nil, 0x6E, set(append(tc.signed, chipInfos...)...))
		for use, step := range map[string]func(c *cnie.Card) error{
			"evidence":     func(c *cnie.Card) error { _, _, err := c.Evidence(t.Context()); return err },
			"authenticate": func(c *cnie.Card) error { return c.Authenticate(t.Context()) },
			"read":         func(c *cnie.Card) error { _, err := c.Read(t.Context(), lds.DG14); return err },
		} {
			chip := &counter{card: newCard(t, p)}
			c := open(t, chip)
			if err := step(c); !errors.Is(err, tc.want) {
				t.Errorf("%s, %s: %v", name, use, err)
			}
			if tc.want == nil {
				continue
			}
			before := len(chip.commands)
			if _, err := c.Read(t.Context(), lds.DG1); !errors.Is(err, cnie.ErrOrder) || len(chip.commands) != before {
				t.Errorf("%s, %s: read after it: %v", name, use, err)
			}
		}
		// The same with a known document: nothing is sent at all.
		chip := &counter{card: newCard(t, p)}
		a := byCAN(t, specimenCAN, 0)
		a.Known = knownOf(p)
		if _, err := cnie.Open(t.Context(), chip, a); !errors.Is(err, tc.want) || tc.want != nil && len(chip.commands) != 0 {
			t.Errorf("%s, known: %v after %d commands", name, err, len(chip.commands))
		}
	}
}

// TestCardSecurityDowngrade catches the same in EF.CardSecurity, where chip
// authentication mapping takes its key from when DG14 has none.
func TestCardSecurityDowngrade(t *testing.T) {
	p := document(t, "cam")
	p.Files[vcard.FIDDG14] = []byte{0x6E, 0x02, 0x31, 0x00}
	p.MasterFiles[vcard.FIDCardAccess] = set(paceInfo(t, 6, 2))
	p.PACE = append(p.PACE, vcard.PACEProtocol{Mapping: vcard.ChipAuthenticationMapping, Cipher: vcard.AES128, Curve: vcard.BrainpoolP256r1})
	s := subject{profile: "cam", preference: pace.Preference{ChipAuthentication: true}}
	c := openWith(t, newCard(t, p), s.access(t, 0))
	if err := c.Authenticate(t.Context()); !errors.Is(err, cnie.ErrDowngrade) {
		t.Errorf("stronger cipher hidden: %v", err)
	}
}

// TestNoFallback catches a terminal that tries the other protocol after the one
// that its caller asked for failed: Basic Access Control after PACE, whatever
// made PACE fail, or PACE after Basic Access Control.
func TestNoFallback(t *testing.T) {
	const getChallenge, manageEnvironment = 0x84, 0x22
	p := document(t, "passport") // speaks both
	wrong := func(s subject) cnie.Access {
		if s.bac {
			return subject{profile: "bac", bac: true}.access(t, 0) // of another zone
		}
		return byCAN(t, "000000", 0)
	}
	for _, s := range []subject{{profile: "passport"}, {profile: "passport", bac: true}} {
		other := byte(getChallenge)
		if s.bac {
			other = manageEnvironment
		}
		attempt := func(what string, p vcard.Personalisation, a cnie.Access) {
			chip := &counter{card: newCard(t, p)}
			if _, err := cnie.Open(t.Context(), chip, a); err == nil {
				t.Errorf("%s: opened", what)
			}
			if chip.sent(other) {
				t.Errorf("%s: the other protocol was tried", what)
			}
		}
		attempt("wrong password", p, wrong(s))
		for _, status := range []uint16{0x6300, 0x6982, 0x6985, 0x6A80, 0x6A88, 0x6D00, 0x6F00} {
			for n := 2; n <= 6; n++ {
				faulty := p.Clone()
				faulty.Faults = []vcard.Fault{{Kind: vcard.WrongStatus, APDU: n, Status: status}}
				if s.bac && n > 4 {
					continue
				}
				attempt("refused", faulty, s.access(t, 0))
			}
		}
		if s.bac {
			continue
		}
		for _, access := range [][]byte{set(), set(sequence(bsi(t, 4, 1, 4), integer(2), integer(0)))} {
			nothing := p.Clone()
			nothing.MasterFiles[vcard.FIDCardAccess] = access
			attempt("no PACE in common", nothing, s.access(t, 0))
		}
		none := p.Clone()
		delete(none.MasterFiles, vcard.FIDCardAccess)
		attempt("no EF.CardAccess", none, s.access(t, 0))
	}
}
