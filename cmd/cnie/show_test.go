package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/vcard"
	"cnie.example/web/language"
)

// shown is what people read of a document.
func shown(t *testing.T, p vcard.Personalisation, tag language.Tag) string {
	t.Helper()
	read, err := readOf(t, p, wantsAll, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := newResult(read, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := r.write(&out, wordsIn(tag)); err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// Would catch: English names and dates in French output, a proof whose kind is
// not told, one that passes for better than it is, and DG12 that is read and
// not shown.
func TestShown(t *testing.T) {
	for _, c := range []struct {
		profile string
		tag     language.Tag
		want    []string
	}{
		{"cnie", language.French, []string{
			"carte nationale d’identité électronique (CNIe)", "date de naissance 13/07/1990", "date d’expiration 14/01/2036",
			"date de délivrance 15/01/2026", "autorité de délivrance CNIE LABORATORY SPECIMEN", "authentifiée par sa clé (chip authentication) signature",
		}},
		{"cnie", language.English, []string{
			"French electronic identity card (CNIe)", "birth date 1990-07-13", "issue date 2026-01-15", "issuing authority CNIE",
			"chip authenticated by chip authentication signature",
		}},
		{"cam", language.English, []string{"authenticated by chip authentication mapping, within PACE signature"}},
		{"cam", language.French, []string{"dans PACE (chip authentication mapping) signature"}},
		{"active-rsa", language.English, []string{
			"authenticated by active authentication: a signature, can be relayed from a card elsewhere; it has no chip authentication mapping either",
		}},
		{"active-rsa", language.French, []string{"passeport", "qui peut être relayée"}},
		{"bac", language.English, []string{"NOT PROVED: the document has no such proof"}},
	} {
		text := shown(t, named(t, c.profile, nil), c.tag)
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", c.profile, want, text)
			}
		}
	}
}

// Would catch: a proof by a key that nobody vouches for, told as one of the
// document.
func TestProofByAnUnverifiedKey(t *testing.T) {
	for source, want := range map[lds.File]string{lds.CardSecurity: chipUnsigned, lds.DG14: chipAuthenticated} {
		r := result{Proof: cnie.ChipAuthenticationMapping}
		r.Chip = chipOf(cnie.Proof{Method: r.Proof, Source: source})
		if r.Chip != want {
			t.Errorf("%v: %s", source, r.Chip)
		}
		for _, tag := range []language.Tag{language.French, language.English} {
			text := r.chip(wordsIn(tag))
			if text == "" || strings.HasPrefix(text, "NO") != (want == chipUnsigned) {
				t.Errorf("%v: %q", source, text)
			}
		}
	}
}

// Would catch: parts of a date in the wrong order, and an unknown part that is
// shown as a zero.
func TestDates(t *testing.T) {
	french, english := wordsIn(language.French), wordsIn(language.English)
	for full, want := range map[string][2]string{
		"19900713": {"13/07/1990", "1990-07-13"}, "19850700": {"07/1985", "1985-07"},
		"19850000": {"1985", "1985"}, "00000000": {"", ""}, "": {"", ""},
	} {
		c := claim{Name: "issue_date", Value: dashed(full)}
		if f, e := french.value(c), english.value(c); f != want[0] || e != want[1] {
			t.Errorf("%s: %q, %q", full, f, e)
		}
	}
	if c := (claim{Name: "document_number", Value: "12-34"}); french.value(c) != c.Value {
		t.Error("a number is taken for a date")
	}
}

// Would catch: a kind of document that package cnie has learnt and that French
// output names in English.
func TestEveryKindHasAFrenchName(t *testing.T) {
	source, err := parser.ParseFile(token.NewFileSet(), "../../card/cnie/document.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	french, found := wordsIn(language.French), 0
	ast.Inspect(source, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "name") {
			return true
		}
		name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		if found++; french.kind(name) == name {
			t.Errorf("%q has no French name", name)
		}
		return true
	})
	if found != len(french.kinds) {
		t.Errorf("%d kinds in the source, %d here", found, len(french.kinds))
	}
}
