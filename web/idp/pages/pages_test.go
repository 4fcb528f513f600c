package pages

import (
	"bytes"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"cnie.example/attest"
	"cnie.example/web/language"
)

var languages = []language.Tag{language.French, language.English}

// all renders every page with content that needs escaping.
func all(t *testing.T, tag language.Tag, lab bool) map[string]string {
	t.Helper()
	set, err := Parse()
	if err != nil {
		t.Fatal(err)
	}
	const evil = `<script>alert("x")</script>' onclick=x`
	frame := Frame{Language: tag, Lab: lab, Provider: evil, Path: "/confirm"}
	pages := map[string]func(io.Writer) error{
		"start": func(w io.Writer) error {
			return set.Start(w, frame, Start{Asked: "eidas1", Details: true, Photo: true})
		},
		"continue": func(w io.Writer) error {
			return set.Continue(w, frame, Continue{SessionCode: "K7MW", AgentLogin: "http://127.0.0.1:24777/login?request_uri=https%3A%2F%2Fid.example%2Frequest%2Fx", Asked: "eidas1"})
		},
		"confirm": func(w io.Writer) error {
			return set.Confirm(w, frame, Confirm{GivenNames: evil, FamilyName: evil, CSRF: evil})
		},
		"identity": func(w io.Writer) error {
			return set.Identity(w, frame, Identity{Claims: []Claim{{"family_name", evil}}, Level: "eidas1", Asked: "eidas1", Checks: []string{"dg1_hash"}})
		},
		"problem": func(w io.Writer) error {
			return set.Problem(w, frame, Problem{Name: "csca_unknown", Title: evil, Cause: evil, Remedy: evil, Asked: "eidas2", Checks: []string{"dg1_hash"}})
		},
	}
	rendered := map[string]string{}
	for name, write := range pages {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		rendered[name] = b.String()
	}
	return rendered
}

// each visits every element of a page.
func each(t *testing.T, page string, f func(*html.Node, map[string]string)) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attributes := map[string]string{}
		for _, a := range n.Attr {
			attributes[a.Key] = a.Val
		}
		f(n, attributes)
	}
}

// Catches markup that the content security policy would block, or that came
// from a value: script, inline style, event handlers.
func TestNothingInline(t *testing.T) {
	for _, tag := range languages {
		for name, page := range all(t, tag, true) {
			each(t, page, func(n *html.Node, attributes map[string]string) {
				if n.Data == "script" || n.Data == "style" || n.Data == "iframe" {
					t.Errorf("%s: element %s", name, n.Data)
				}
				for key := range attributes {
					if key == "style" || strings.HasPrefix(key, "on") {
						t.Errorf("%s: attribute %s of %s", name, key, n.Data)
					}
				}
			})
		}
	}
}

// Catches a page whose marks for programs are missing, and a laboratory that
// does not say so.
func TestMarks(t *testing.T) {
	for _, lab := range []bool{true, false} {
		for name, page := range all(t, language.English, lab) {
			body, banner := map[string]string{}, false
			each(t, page, func(n *html.Node, attributes map[string]string) {
				if n.Data == "body" {
					body = attributes
				}
				banner = banner || attributes["class"] == "lab"
			})
			want := map[bool]string{true: "true", false: "false"}[lab]
			if body["data-page"] != name || body["data-lab"] != want || banner != lab {
				t.Errorf("%s, lab %v: body %v, banner %v", name, lab, body, banner)
			}
			if strings.Contains(page, "<title>LAB") != lab {
				t.Errorf("%s, lab %v: title", name, lab)
			}
		}
	}
	pages := all(t, language.English, false)
	for name, marks := range map[string][]string{
		"identity": {`data-claim="family_name"`, `data-level="eidas1"`, `data-asked="eidas1"`, `data-candidate="false"`, `data-check="dg1_hash"`},
		"problem":  {`data-problem="csca_unknown"`, `data-check="dg1_hash"`, `data-asked="eidas2"`},
		"continue": {`data-session-code="K7MW"`, `data-action="agent"`},
	} {
		for _, mark := range marks {
			if !strings.Contains(pages[name], mark) {
				t.Errorf("%s lacks %s", name, mark)
			}
		}
	}
}

// Catches what shuts out people with a screen reader or a keyboard: no
// language, no heading or two, fields and references without their partner, no
// way past the header.
func TestAccessible(t *testing.T) {
	for _, tag := range languages {
		for name, page := range all(t, tag, true) {
			ids, references, headings, unlabelled, inLabel := map[string]int{}, []string{}, 0, 0, 0
			each(t, page, func(n *html.Node, attributes map[string]string) {
				if id, ok := attributes["id"]; ok {
					ids[id]++
				}
				if id, ok := attributes["aria-labelledby"]; ok {
					references = append(references, id)
				}
				if target, ok := strings.CutPrefix(attributes["href"], "#"); ok {
					references = append(references, target)
				}
				switch {
				case n.Data == "html" && attributes["lang"] != tag.String():
					t.Errorf("%s: lang %q", name, attributes["lang"])
				case n.Data == "h1":
					headings++
				case n.Data == "input" && attributes["type"] != "hidden":
					unlabelled++
					if n.Parent.Data == "label" {
						inLabel++
					}
				case n.Data == "img":
					if _, ok := attributes["alt"]; !ok {
						t.Errorf("%s: image without alt", name)
					}
				}
			})
			for _, id := range references {
				if ids[id] != 1 {
					t.Errorf("%s: %q is referred to and stands %d times", name, id, ids[id])
				}
			}
			if headings != 1 || unlabelled != inLabel || ids["main"] != 1 {
				t.Errorf("%s: %d h1, %d of %d fields in a label", name, headings, inLabel, unlabelled)
			}
		}
	}
}

// Catches a text that one language lacks, and one left in the other language.
func TestEveryWordInBothLanguages(t *testing.T) {
	fr, en := reflect.ValueOf(french), reflect.ValueOf(english)
	same := map[string]bool{"Lab": true}
	for i := range fr.NumField() {
		name := fr.Type().Field(i).Name
		if fr.Field(i).Kind() != reflect.String {
			continue
		}
		a, b := fr.Field(i).String(), en.Field(i).String()
		if a == "" || b == "" || a == b && !same[name] {
			t.Errorf("%s: %q and %q", name, a, b)
		}
	}
	for _, w := range []*words{&french, &english} {
		for _, level := range append(w.Levels(), "none") {
			if w.Level(level) == "" || w.LevelMeaning(level) == "" {
				t.Errorf("level %s has no words", level)
			}
		}
		for _, check := range attest.Checks() {
			if w.Check(string(check)) == string(check) {
				t.Errorf("check %s has no words", check)
			}
		}
		if len(w.checks) != len(attest.Checks()) {
			t.Errorf("%d checks have words, there are %d", len(w.checks), len(attest.Checks()))
		}
		identity := attest.Identity{FamilyName: "x", GivenNames: "x", BirthDate: "x", Sex: "x", Nationality: "x", DocumentNumber: "x", ExpiryDate: "x", IssuingState: "x"}
		for _, claim := range identity.Claims() {
			if w.Claim(claim.Name) == claim.Name {
				t.Errorf("claim %s has no words", claim.Name)
			}
		}
	}
}

// French sets a space before ; : ? ! which must not break from the word.
// Catches one that a line may begin with.
func TestFrenchSpaces(t *testing.T) {
	breaking := regexp.MustCompile(` [;:?!»]|« `)
	value := reflect.ValueOf(french)
	for i := range value.NumField() {
		if value.Field(i).Kind() == reflect.String && breaking.MatchString(value.Field(i).String()) {
			t.Errorf("%s: %q", value.Type().Field(i).Name, value.Field(i).String())
		}
	}
	for _, table := range []map[string]string{french.claims, french.checks} {
		for name, text := range table {
			if breaking.MatchString(text) {
				t.Errorf("%s: %q", name, text)
			}
		}
	}
}
