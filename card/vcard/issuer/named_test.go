package issuer

import (
	"bytes"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"cnie.example/card/vcard"
)

// Would catch: a named profile that ReadProfile or the chip refuses, that does
// not come back as it was written, or whose document does not say SPECIMEN.
func TestNamedProfiles(t *testing.T) {
	numbers := map[string]string{}
	for _, n := range Profiles() {
		t.Run(n.Name, func(t *testing.T) {
			if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(n.Name) || n.About == "" {
				t.Errorf("name %q, about %q", n.Name, n.About)
			}
			var b bytes.Buffer
			if err := n.Profile.Write(&b); err != nil {
				t.Fatal(err)
			}
			read, err := ReadProfile(&b)
			if err != nil {
				t.Fatal(err)
			}
			if n.Profile.OtherNames, n.Profile.Faults = []string{}, []string{}; !reflect.DeepEqual(read, n.Profile) {
				t.Errorf("read %+v\nwant %+v", read, n.Profile)
			}
			v := issue(t, n.Profile)
			if _, err := vcard.New(v, seeded(2)); err != nil {
				t.Error(err)
			}
			if !strings.Contains(string(v.Files[vcard.FIDDG1]), "SPECIMEN<<MARIE") {
				t.Error("the document does not say SPECIMEN")
			}
			if other, ok := numbers[n.Profile.DocumentNumber]; ok {
				t.Errorf("has the document number of %s", other)
			}
			numbers[n.Profile.DocumentNumber] = n.Name
		})
	}
}

// Would catch: a name that finds another profile, and one that finds one
// although there is none.
func TestFindProfile(t *testing.T) {
	if p, ok := FindProfile("passport"); !ok || p.Format != "TD3" {
		t.Errorf("passport: %v, format %s", ok, p.Format)
	}
	if _, ok := FindProfile("Passport"); ok {
		t.Error("a name that is none found a profile")
	}
}

// Would catch: a passport that is unlike the one seen (TD3, LDS 1.7, its data
// groups, 3DES on P-256 without ChipAuthenticationInfo).
func TestPassport(t *testing.T) {
	v := issue(t, Passport())
	for _, fid := range []uint16{vcard.FIDDG1, vcard.FIDDG2, vcard.FIDDG3, vcard.FIDDG11, vcard.FIDDG12, vcard.FIDDG13, vcard.FIDDG14} {
		if len(v.Files[fid]) == 0 {
			t.Errorf("no file %04X", fid)
		}
	}
	if len(v.Files) != 9 {
		t.Errorf("%d files", len(v.Files))
	}
	if got := string(content(t, content(t, v.Files[vcard.FIDDG1], 0x61), 0x5F1F)); got !=
		"P<FRASPECIMEN<<MARIE<ANNE<<<<<<<<<<<<<<<<<<<"+"SPEC000179FRA9007138F3601143<<<<<<<<<<<<<<04" {
		t.Errorf("MRZ %s", got)
	}
	if got := v.Files[vcard.FIDCOM]; !bytes.Contains(got, []byte("0107")) {
		t.Errorf("COM %X", got)
	}
	sod := v.Files[vcard.FIDSOD]
	if bytes.Contains(sod, []byte("0107")) || bytes.Contains(sod, []byte("0108")) || len(sod) < 2100 || len(sod) > 2500 {
		t.Errorf("SOD of %d bytes with version information of LDS 1.8", len(sod))
	}
	dg14 := v.Files[vcard.FIDDG14]
	if bytes.Contains(dg14, []byte{0x7F, 0, 7, 2, 2, 3, 2}) || !bytes.Contains(dg14, []byte{0x7F, 0, 7, 2, 2, 1, 2}) {
		t.Errorf("DG14 %X", dg14)
	}
	if want := []vcard.PACEProtocol{{Mapping: vcard.GenericMapping, Cipher: vcard.AES256, Curve: vcard.P256}}; !reflect.DeepEqual(v.PACE, want) {
		t.Errorf("PACE %v", v.PACE)
	}
	if k := v.ChipKeys; len(k) != 1 || k[0].Cipher != vcard.TripleDES || k[0].Curve != vcard.P256 || k[0].ID != nil {
		t.Errorf("chip keys %v", k)
	}
}

// Would catch: an identity card that does not announce both mappings, as the
// real one is seen to.
func TestSpecimenAnnouncesBothMappings(t *testing.T) {
	access := issue(t, Specimen()).MasterFiles[vcard.FIDCardAccess]
	for _, mapping := range []byte{2, 4} {
		info := []byte{0x30, 0x12, 0x06, 0x0A, 0x04, 0, 0x7F, 0, 7, 2, 2, 4, mapping, 4, 2, 1, 2, 2, 1, 13}
		if !bytes.Contains(access, info) {
			t.Errorf("mapping %d is not in %X", mapping, access)
		}
	}
}
