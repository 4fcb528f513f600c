package attest

import (
	"slices"
	"testing"
	"time"

	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
	"cnie.example/card/mrz"
	"cnie.example/card/tlv"
)

// Catches a name in national characters that is not the one of the machine
// readable zone but is shown for it, and one that is and is not shown.
func TestAgrees(t *testing.T) {
	for _, c := range []struct {
		primary, secondary string // zone
		national           lds.Name
		want               bool
	}{
		{"SPECIMEN", "MARIE ANNE", lds.Name{Primary: "SPÉCIMEN", Secondary: "MARIE ANNE"}, true},
		{"SPECIMEN", "MARIE ANNE", lds.Name{Primary: "Spécimen", Secondary: "Marie-Anne"}, true},
		{"SPECIMEN", "MARIE ANNE", lds.Name{Primary: "SPE\u0301CIMEN", Secondary: "MARIE ANNE"}, true},
		{"D SPECIMEN", "", lds.Name{Primary: "D’SPÉCIMEN"}, true},
		{"LESPECIMEN", "", lds.Name{Primary: "L'ESPÉCIMEN"}, true},
		{"SPECIMEN OE", "", lds.Name{Primary: "SPÉCIMEN Œ"}, true},
		{"SPECIMENOE", "", lds.Name{Primary: "SPECIMENÖ"}, true},
		{"SPECIMENO", "", lds.Name{Primary: "SPECIMENÖ"}, true},
		{"SPECIMENUEU", "", lds.Name{Primary: "SPECIMENÜÜ"}, true},
		{"SPECIMENSSTH", "", lds.Name{Primary: "SPECIMENßÞ"}, true},
		{"SPECIMENCN", "", lds.Name{Primary: "SPECIMENÇŇ"}, true},

		{"SPECIMEN", "MARIE", lds.Name{Primary: "SPECIMEN"}, false},
		{"SPECIMEN", "", lds.Name{Primary: "SPECIMEN", Secondary: "MARIE"}, false},
		{"SPECIMEN", "MARIE", lds.Name{Primary: "SPECIMENT", Secondary: "MARIE"}, false},
		{"SPECIMENT", "MARIE", lds.Name{Primary: "SPECIMEN", Secondary: "MARIE"}, false},
		{"SPECIMEN", "MARIE", lds.Name{}, false},
		{"SPECIMEN", "", lds.Name{Primary: "ΣΠΕCIMEN"}, false},
		{"SPECIMEN", "", lds.Name{Primary: "SPECIMEN\u202e"}, false},
		{"SPECIMEN", "", lds.Name{Primary: "SPEC1MEN"}, false},
		{"SPECIMEN", "", lds.Name{Primary: "<script>SPECIMEN"}, false},

		// The name field of 30 characters is full: what it has may be cut.
		{"SPECIMEN", "MARIE ANNE SOPHIE LO", lds.Name{Primary: "SPÉCIMEN", Secondary: "MARIE ANNE SOPHIE LOUISE"}, true},
		{"SPECIMEN", "MARIE ANNE SOPHIE LO", lds.Name{Primary: "SPÉCIMEN", Secondary: "MARIE ANNE SOPHIE LÖWE"}, true},
		{"SPECIMEN", "MARIE ANNE SOPHIE LO", lds.Name{Primary: "SPÉCIMEN", Secondary: "MARIE ANNE SYLVIE LOUISE"}, false},
		{"SPECIMEN", "MARIE ANNE SOPHIE L", lds.Name{Primary: "SPÉCIMEN", Secondary: "MARIE ANNE SOPHIE LOUISE"}, false},
		{"SPECIMENSPECIMENSPECIMENSPEC", "", lds.Name{Primary: "SPECIMENSPECIMENSPECIMENSPECIMEN", Secondary: "\u202eANNE"}, false},
		{"SPECIMENSPECIMENSPECIMENSPEC", "", lds.Name{Primary: "SPECIMENSPECIMENSPECIMENSPEC<b>"}, false},
		{"SPECIMENSPECIMENSPECIMENSPEC", "", lds.Name{Primary: "SPECIMENSPECIMENSPECIMENSPECIMEN", Secondary: "ANNE"}, true},
	} {
		zone := &mrz.MRZ{Format: mrz.TD1, PrimaryIdentifier: c.primary, SecondaryIdentifier: c.secondary}
		if got := agrees(zone, c.national); got != c.want {
			t.Errorf("%q, %q and %+v: %v", c.primary, c.secondary, c.national, got)
		}
	}
	// One character more fits TD2 than TD1.
	td2 := &mrz.MRZ{Format: mrz.TD2, PrimaryIdentifier: "SPECIMEN", SecondaryIdentifier: "MARIE ANNE SOPHIE LO"}
	if agrees(td2, lds.Name{Primary: "SPECIMEN", Secondary: "MARIE ANNE SOPHIE LOUISE"}) {
		t.Error("TD2: a name field that is not full was taken for a cut one")
	}
	td2.SecondaryIdentifier += "U"
	if !agrees(td2, lds.Name{Primary: "SPECIMEN", Secondary: "MARIE ANNE SOPHIE LOUISE"}) {
		t.Error("TD2: a full name field was not taken for a cut one")
	}
	long := &mrz.MRZ{Format: mrz.TD3, PrimaryIdentifier: "SPECIMEN", SecondaryIdentifier: "MARIE ANNE SOPHIE LO"}
	if agrees(long, lds.Name{Primary: "SPECIMEN", Secondary: "MARIE ANNE SOPHIE LOUISE"}) {
		t.Error("TD3: a name field that is not full was taken for a cut one")
	}
}

// The transliteration must not take exponential time or panic, whatever a
// document holds: every written form is followed at once.
func FuzzAgrees(f *testing.F) {
	f.Add("SPECIMEN", "MARIE", "SPÉCIMEN", "Marie")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "", "ÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅ", "")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ANNE <\u202e")
	f.Add("", "", "\xff", "\u0301")
	f.Fuzz(func(t *testing.T, primary, secondary, national, given string) {
		zone := &mrz.MRZ{Format: mrz.TD1, PrimaryIdentifier: primary, SecondaryIdentifier: secondary}
		if !agrees(zone, lds.Name{Primary: national, Secondary: given}) {
			return
		}
		// What agrees is made of letters of the table only.
		for _, c := range national + given {
			if c == '<' || c == '>' || c < ' ' || c == '\u202e' {
				t.Fatalf("%q agrees", national)
			}
		}
	})
}

// Catches a century in the future, a date that is completed by guessing, and a
// full date that contradicts the machine readable zone.
func TestBirthDate(t *testing.T) {
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ zone, full, want, source string }{
		{"900713", "19900713", "1990-07-13", "chip_dg11"},
		{"100713", "19100713", "1910-07-13", "chip_dg11"}, // 116 years: only DG11 knows
		{"900713", "", "1990-07-13", "chip_dg1"},
		{"260701", "", "2026-07-01", "chip_dg1"},
		{"260702", "", "1926-07-02", "chip_dg1"},
		{"000229", "", "2000-02-29", "chip_dg1"},
		{"900713", "19900714", "1990-07-13", "chip_dg1"},
		{"900713", "20910713", "1990-07-13", "chip_dg1"},
		{"900713", "19900700", "1990-07", "chip_dg11"},
		{"9007<<", "", "1990-07", "chip_dg1"},
		{"90<<<<", "", "1990", "chip_dg1"},
		{"90<<13", "", "1990", "chip_dg1"},
		{"9007<<", "19900713", "1990-07-13", "chip_dg11"},
		{"90<<<<", "19900000", "1990", "chip_dg11"},
		{"990713", "20990713", "1999-07-13", "chip_dg1"}, // a future day of DG11
		{"<<<<<<", "19900713", "1990-07-13", "chip_dg11"},
		{"<<0713", "", "", ""},
		// "Born about": what the document does not know is not stated.
		{"850101", "19850000", "1985", "chip_dg11"},
		{"850701", "19850700", "1985-07", "chip_dg11"},
		{"85<<<<", "19850013", "1985", "chip_dg11"},
		{"850000", "", "1985", "chip_dg1"},
		{"850700", "19850700", "1985-07", "chip_dg11"},
		{"000229", "00000229", "2000-02-29", "chip_dg1"}, // DG11 has no year, the zone has
		{"<<<<<<", "00000000", "", ""},
		{"<<0229", "00000229", "", ""},
		{"00<<<<", "00000000", "2000", "chip_dg1"},
		{"990230", "", "", ""},
		{"901300", "", "", ""},
	} {
		i := &Identity{Sources: map[string]Source{}}
		i.setBirthDate(&mrz.MRZ{BirthDate: c.zone}, c.full, now)
		if i.BirthDate != c.want || string(i.Sources[ClaimBirthDate]) != c.source {
			t.Errorf("%s and %q: %q from %q, want %q from %q", c.zone, c.full, i.BirthDate, i.Sources[ClaimBirthDate], c.want, c.source)
		}
	}
}

// Catches a birth date of which the files know a part and the identity more, or
// nothing at all: whole files, as documents of people "born about" a year have
// them.
func TestReadIdentityBornAbout(t *testing.T) {
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ zone, full, want string }{
		{"85<<<<", "", "1985"},
		{"85<<<<", "1985<<<<", "1985"},
		{"85<<<<", "19850000", "1985"},
		{"8507<<", "198507<<", "1985-07"},
		{"850101", "1985<<<<", "1985"},
		{"<<<<<<", "<<<<<<<<", ""},
		{"<<<<<<", "\x19\x85\x00\x00", "1985"},
	} {
		zone, err := (&mrz.MRZ{
			Format: mrz.TD1, DocumentCode: "ID", IssuingState: "FRA", DocumentNumber: "SPEC00001", Nationality: "FRA",
			PrimaryIdentifier: "SPECIMEN", SecondaryIdentifier: "MARIE  ANNE", BirthDate: c.zone, Sex: "F", ExpiryDate: "360114",
		}).Bytes()
		if err != nil {
			t.Fatal(err)
		}
		var dg11 []byte
		if c.full != "" {
			dg11 = tlv.Append(nil, 0x6B, tlv.Append(nil, 0x5C, []byte{0x5F, 0x2B}), tlv.Append(nil, 0x5F2B, []byte(c.full)))
		}
		i, err := ReadIdentity(tlv.Append(nil, 0x61, tlv.Append(nil, 0x5F1F, zone)), dg11, now)
		if err != nil || i.BirthDate != c.want || i.GivenNames != "MARIE ANNE" {
			t.Errorf("%s and %q: %+v, %v", c.zone, c.full, i, err)
		}
	}
}

// Catches a claim that is not listed, or one that is listed empty.
func TestClaims(t *testing.T) {
	i := &Identity{FamilyName: "SPECIMEN", Sex: "X", Sources: map[string]Source{ClaimFamilyName: SourceDG11, ClaimSex: SourceDG1}}
	want := []Claim{{ClaimFamilyName, "SPECIMEN", SourceDG11}, {ClaimSex, "X", SourceDG1}}
	if got := i.Claims(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// Catches a new check that no list names, which pages could then not explain.
func TestChecksAreListedOnce(t *testing.T) {
	seen := map[Check]bool{}
	for _, c := range Checks() {
		if seen[c] || c == "" {
			t.Errorf("%q is listed twice or empty", c)
		}
		seen[c] = true
	}
	for _, f := range []lds.File{lds.DG1, lds.DG2, lds.DG11, lds.DG14} {
		if name := Check(map[lds.File]string{lds.DG1: "dg1", lds.DG2: "dg2", lds.DG11: "dg11", lds.DG14: "dg14"}[f] + "_hash"); !seen[name] {
			t.Errorf("%s is not listed", name)
		}
	}
}

// Whatever the files hold, reading them gives an identity or a refusal with a
// reason. Catches a panic, and a claim without a source.
func FuzzReadIdentity(f *testing.F) {
	zone, err := (&mrz.MRZ{
		Format: mrz.TD1, DocumentCode: "ID", IssuingState: "FRA", DocumentNumber: "SPEC00001", Nationality: "FRA",
		PrimaryIdentifier: "SPECIMEN", SecondaryIdentifier: "MARIE ANNE", BirthDate: "900713", Sex: "F", ExpiryDate: "360114",
	}).Bytes()
	if err != nil {
		f.Fatal(err)
	}
	dg1 := tlv.Append(nil, 0x61, tlv.Append(nil, 0x5F1F, zone))
	dg11 := tlv.Append(nil, 0x6B, tlv.Append(nil, 0x5C, []byte{0x5F, 0x0E, 0x5F, 0x2B}),
		tlv.Append(nil, 0x5F0E, []byte("SPÉCIMEN<<MARIE<ANNE")), tlv.Append(nil, 0x5F2B, []byte("19900713")))
	f.Add(dg1, dg11)
	f.Add(dg1, []byte{})
	f.Add([]byte{0x61, 0x80}, dg11)
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	if i, err := ReadIdentity(dg1, dg11, now); err != nil || i.FamilyName != "SPÉCIMEN" || i.BirthDate != "1990-07-13" {
		f.Fatalf("%+v, %v", i, err)
	}
	f.Fuzz(func(t *testing.T, dg1, dg11 []byte) {
		i, err := ReadIdentity(dg1, dg11, now)
		if err != nil {
			if _, ok := refusal.Of(err); !ok || i != nil {
				t.Fatalf("%v, %v", i, err)
			}
			return
		}
		for _, c := range i.Claims() {
			if c.Source != SourceDG1 && c.Source != SourceDG11 {
				t.Fatalf("claim %s has no source", c.Name)
			}
		}
	})
}

// Catches a file with a signed hash that no parser can read and that still
// yields an identity.
func TestReadIdentityRefuses(t *testing.T) {
	for name, files := range map[string][2][]byte{
		"no DG1":      {nil, nil},
		"DG11 as DG1": {{0x6B, 0}, nil},
		"empty DG1":   {{0x61, 0}, nil},
		"indefinite":  {{0x61, 0x80, 0, 0}, nil},
	} {
		if i, err := ReadIdentity(files[0], files[1], time.Now()); i != nil || err == nil {
			t.Errorf("%s: %+v, %v", name, i, err)
		} else if reason, _ := refusal.Of(err); reason != refusal.FileMalformed {
			t.Errorf("%s: %v", name, err)
		}
	}
}
