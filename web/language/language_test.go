package language

import (
	"strings"
	"testing"
)

// A matcher that ignored weights, regions or the fallback would show a person
// a language he did not ask for.
func TestMatch(t *testing.T) {
	for header, want := range map[string]Tag{
		"":                                French,
		"fr":                              French,
		"fr-FR,fr;q=0.9,en;q=0.8":         French,
		"fr-CA":                           French,
		"en":                              English,
		"en-GB,en;q=0.9,fr;q=0.1":         English,
		"fr;q=0.3,en;q=0.7":               English,
		"de-DE,de;q=0.9":                  English,
		"de,fr;q=0.8":                     French,
		"br":                              French,
		"\x00;;;":                         French,
		"en;q=0":                          French,
		strings.Repeat("en,", 400) + "en": French,
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%.40q) = %v, want %v", header, got, want)
		}
	}
}

// An explicit choice must be one of the two languages, exactly.
func TestParse(t *testing.T) {
	for _, tag := range []Tag{French, English} {
		if got, ok := Parse(tag.String()); !ok || got != tag {
			t.Errorf("Parse(%q) = %v, %v", tag, got, ok)
		}
		if tag.Other() == tag || tag.Other().Other() != tag {
			t.Errorf("%v.Other() = %v", tag, tag.Other())
		}
	}
	for _, s := range []string{"", "FR", "de", "fr-FR", "en\n"} {
		if _, ok := Parse(s); ok {
			t.Errorf("Parse(%q) is accepted", s)
		}
	}
}

// No header makes the matcher panic.
func FuzzMatch(f *testing.F) {
	f.Add("fr-FR,fr;q=0.9,en;q=0.8")
	f.Add("*;q=0.5, x-klingon, en--")
	f.Fuzz(func(t *testing.T, header string) {
		if got := Match(header); got != French && got != English {
			t.Fatalf("Match(%q) = %v", header, got)
		}
	})
}
