package issuer

import (
	"errors"
	"testing"
)

// Would catch: wrong positions, check digits, name parting, and a long document
// number written or read wrong (ICAO Doc 9303-5, appendix A; 9303-11,
// appendix D.2).
func TestKnownAnswerMRZ(t *testing.T) {
	for _, x := range []struct {
		number, family    string
		given             []string
		birth, sex, until string
		mrz, information  string
	}{
		{
			"D23145890", "ERIKSSON",
			[]string{"ANNA", "MARIA"},
			"1974-08-12", "F", "2012-04-15",
			"I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
			"D23145890774081221204159",
		},
		{
			"D23145890734", "STEVENSON",
			[]string{"PETER", "JOHN"},
			"1934-07-12", "M", "1995-07-12",
			"I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<",
			"D23145890734934071279507122",
		},
	} {
		p := Specimen()
		p.DocumentCode, p.IssuingState, p.Nationality = "I", "UTO", "UTO"
		p.DocumentNumber, p.FamilyName, p.GivenNames = x.number, x.family, x.given
		p.BirthDate, p.Sex, p.ExpiryDate = x.birth, x.sex, x.until
		d, err := p.compile()
		if err != nil {
			t.Fatal(err)
		}
		if d.mrz != x.mrz {
			t.Errorf("%s: MRZ\n%s, want\n%s", x.family, d.mrz, x.mrz)
		}
		if got := string(information(d.mrz)); got != x.information {
			t.Errorf("%s: information %s, want %s", x.family, got, x.information)
		}
	}
}

// Would catch: national letters dropped, kept or guessed in the MRZ.
func TestTransliterate(t *testing.T) {
	for name, want := range map[string]string{
		"SPÉCIMEN": "SPECIMEN", "Spécimen-L'Été": "SPECIMEN<LETE", "œuvre": "OEUVRE", "Müller Groß": "MUELLER<GROSS",
		"Âgé Ça": "AGE<CA", "Ÿves": "YVES",
	} {
		if got, err := transliterate(name); err != nil || got != want {
			t.Errorf("%s: %s, error %v", name, got, err)
		}
	}
	if _, err := transliterate("Ж"); !errors.Is(err, ErrProfile) {
		t.Errorf("letter without transliteration: %v", err)
	}
}
