package lab

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"

	"cnie.example/attest/cms"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// documents issues every named profile.
func documents(t *testing.T) map[string]vcard.Personalisation {
	t.Helper()
	documents := map[string]vcard.Personalisation{}
	laboratory, err := issuer.LoadLab("../../../../card/vcard/issuer/testdata/lab")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range issuer.Profiles() {
		if documents[n.Name], err = laboratory.Personalise(rand.Reader, n.Profile); err != nil {
			t.Fatal(err)
		}
	}
	return documents
}

// Would catch: a file that the terminal's own parsers read as another content
// than the profile asks for, or not at all. Issuer and terminal share no code.
func TestTerminalReadsEveryDocument(t *testing.T) {
	for name, p := range documents(t) {
		profile, _ := issuer.FindProfile(name)
		t.Run(name, func(t *testing.T) {
			zone, err := lds.ParseDG1(p.Files[vcard.FIDDG1])
			if err != nil || zone.DocumentNumber != profile.DocumentNumber || zone.PrimaryIdentifier != "SPECIMEN" {
				t.Errorf("DG1: %v, error %v", zone, err)
			}
			if zone != nil && zone.Format.String() != profile.Format {
				t.Errorf("DG1 of format %v, want %s", zone.Format, profile.Format)
			}
			checkFace(t, p, profile)
			checkInfos(t, p, profile)
			checkSecurityObject(t, p, profile)
			if dg11 := p.Files[vcard.FIDDG11]; dg11 != nil {
				if d, err := lds.ParseDG11(dg11); err != nil || d.FullName.Primary != profile.FamilyName || d.BirthDate != "19900713" {
					t.Errorf("DG11: %v, error %v", d, err)
				}
			}
			if dg12 := p.Files[vcard.FIDDG12]; dg12 != nil {
				if d, err := lds.ParseDG12(dg12); err != nil || d.IssuingAuthority != profile.IssuingAuthority || d.IssueDate != "20260115" {
					t.Errorf("DG12: %v, error %v", d, err)
				}
			}
		})
	}
}

func checkFace(t *testing.T, p vcard.Personalisation, profile issuer.Profile) {
	t.Helper()
	f, err := lds.ParseDG2(p.Files[vcard.FIDDG2])
	kind := map[string]string{"JPEG": "image/jpeg", "JPEG 2000": "image/jp2"}[profile.Face.Image]
	if err != nil || f.Format != profile.Face.Format || f.Type != kind || f.Width != 300 || f.Height != 400 || len(f.Image) < profile.Face.Size {
		t.Errorf("DG2: %s %s %dx%d, %d bytes, error %v", f.Format, f.Type, f.Width, f.Height, len(f.Image), err)
	}
}

func checkInfos(t *testing.T, p vcard.Personalisation, profile issuer.Profile) {
	t.Helper()
	if access, ok := p.MasterFiles[vcard.FIDCardAccess]; ok {
		infos, err := lds.ParseCardAccess(access)
		if err != nil || len(infos.PACE) != len(profile.PACE) || len(infos.Unknown) != 0 {
			t.Errorf("EF.CardAccess: %v, error %v", infos, err)
		}
	}
	if security, ok := p.MasterFiles[vcard.FIDCardSecurity]; ok {
		infos, err := lds.ParseCardSecurity(security)
		if err != nil || len(infos.PACE) != len(profile.PACE) {
			t.Fatalf("EF.CardSecurity: %v, error %v", infos, err)
		}
		checkKeys(t, p, infos)
	}
	if dg14, ok := p.Files[vcard.FIDDG14]; ok {
		infos, err := lds.ParseDG14(dg14)
		if err != nil || len(infos.Unknown) != 0 {
			t.Fatalf("DG14: %v, error %v", infos, err)
		}
		checkKeys(t, p, infos)
		if a := p.ActiveAuthentication; a != nil && (len(infos.ActiveAuthentication) != 1 || infos.ActiveAuthentication[0].Hash != a.Hash) {
			t.Errorf("DG14: %v", infos.ActiveAuthentication)
		}
	}
	if dg15, ok := p.Files[vcard.FIDDG15]; ok {
		checkActiveKey(t, p.ActiveAuthentication, dg15)
	}
	if dir, ok := p.MasterFiles[vcard.FIDDIR]; ok {
		if applications, err := lds.ParseDIR(dir); err != nil || len(applications) != 1 || !bytes.HasSuffix(applications[0].ID, []byte{0x47, 0x10, 0x01}) {
			t.Errorf("EF.DIR: %v, error %v", applications, err)
		}
	}
	if info, ok := p.MasterFiles[vcard.FIDATRInfo]; ok {
		if c, err := lds.ParseATRInfo(info); err != nil || !c.ExtendedLength || c.MaxResponse != 0x7FFF {
			t.Errorf("EF.ATR/INFO: %v, error %v", c, err)
		}
	}
}

// checkKeys wants the chip's public keys in their order.
func checkKeys(t *testing.T, p vcard.Personalisation, infos lds.SecurityInfos) {
	t.Helper()
	if len(infos.ChipAuthenticationKeys) != len(p.ChipKeys) {
		t.Fatalf("%d keys, the chip has %d", len(infos.ChipAuthenticationKeys), len(p.ChipKeys))
	}
	for _, k := range p.ChipKeys {
		public, err := k.Curve.PublicKey(k.Scalar)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, info := range infos.ChipAuthenticationKeys {
			named := k.ID == nil || bytes.Equal(info.KeyID, k.ID)
			found = found || named && bytes.Equal(info.Point, public)
		}
		if !found {
			t.Errorf("no key of the chip with the identifier %X", k.ID)
		}
	}
}

func checkActiveKey(t *testing.T, a *vcard.ActiveAuthenticationKey, dg15 []byte) {
	t.Helper()
	key, err := lds.ParseDG15(dg15)
	switch {
	case err != nil:
		t.Errorf("DG15: %v", err)
	case a.RSA != nil:
		if !a.RSA.PublicKey.Equal(key.RSA) {
			t.Error("DG15 has another RSA key")
		}
	default:
		public, err := a.Curve.PublicKey(a.Scalar)
		want, byID := curve.ByParameterID(int(a.Curve))
		if errors.Join(err, byID) != nil || key.Curve != want || !bytes.Equal(key.Point, public) {
			t.Errorf("DG15 has another key, errors %v, %v", err, byID)
		}
	}
}

func checkSecurityObject(t *testing.T, p vcard.Personalisation, profile issuer.Profile) {
	t.Helper()
	signed, err := lds.ParseSOD(p.Files[vcard.FIDSOD])
	if err != nil {
		t.Fatal(err)
	}
	data, err := cms.Parse(signed)
	if err != nil {
		t.Fatal(err)
	}
	object, err := lds.ParseSecurityObject(data.Content)
	if err != nil || len(object.Digests) != len(p.Files)-2 {
		t.Errorf("security object: %v, error %v", object, err)
	}
	if want := map[string]int{"0107": 0, "0108": 1}[profile.LDSVersion]; object.Version != want {
		t.Errorf("security object of version %d, want %d", object.Version, want)
	}
}
