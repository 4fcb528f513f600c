package agentapi

import (
	"bytes"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"cnie.example/attest/wire"
	"cnie.example/web/problem"
)

// The decoder agrees with net/url wherever both accept, and accepts no field
// that is unknown or repeated.
func FuzzParseForm(f *testing.F) {
	f.Add([]byte("can=123456"))
	f.Add([]byte("can=12+34%2056&request_uri=https%3A%2F%2Fidp.test"))
	f.Add([]byte("can=1&can=2&=&%zz"))
	f.Fuzz(func(t *testing.T, body []byte) {
		parsed, err := parseForm(body, []string{"can", "request_uri"})
		if err != nil {
			if name := problem.Of(err); name != problem.BadRequest {
				t.Fatalf("%v", err)
			}
			return
		}
		if bytes.ContainsRune(body, ';') {
			return // net/url refuses what the URL standard allows
		}
		values, err := url.ParseQuery(string(body))
		if err != nil {
			t.Fatalf("accepted what net/url refuses: %v", err)
		}
		for name, value := range parsed {
			if got := values[name]; len(got) != 1 || got[0] != string(value) {
				t.Fatalf("%s: %q, net/url %q", name, value, got)
			}
		}
		parsed.wipe()
		for name, value := range parsed {
			if !bytes.Equal(value, make([]byte, len(value))) {
				t.Fatalf("%s is not wiped", name)
			}
		}
	})
}

// Each level, file and step has words in both languages, or a page would show
// a bare name.
func TestWords(t *testing.T) {
	for _, text := range []*texts{french(), english()} {
		for _, level := range []string{wire.LevelEIDAS1, wire.LevelEIDAS2, wire.LevelEIDAS3} {
			if text.level(level) == level || text.level(level) == "" {
				t.Errorf("level %s", level)
			}
		}
		for _, file := range []string{wire.FileDG1, wire.FileDG2, wire.FileDG11} {
			if text.file(file) == file || text.file(file) == "" {
				t.Errorf("file %s", file)
			}
		}
	}
}

// words lists every string of a struct of texts.
func words(v reflect.Value) []string {
	if v.Kind() == reflect.String {
		return []string{v.String()}
	}
	var all []string
	for i := range v.NumField() {
		all = append(all, words(v.Field(i))...)
	}
	return all
}

// No text is missing or left untranslated, and French is set as French is.
func TestTexts(t *testing.T) {
	spacing := regexp.MustCompile(`[^\x{a0}\x{202f}][;:?!»]|«[^\x{a0}\x{202f}]`)
	fr, en := words(reflect.ValueOf(*french())), words(reflect.ValueOf(*english()))
	same := 0
	for i := range fr {
		if fr[i] == "" || en[i] == "" {
			t.Errorf("text %d is empty: %q, %q", i, fr[i], en[i])
		}
		if fr[i] == en[i] {
			same++
		}
		if strings.ContainsAny(fr[i]+en[i], "'\"<>") || spacing.MatchString(fr[i]) {
			t.Errorf("typography of %q, %q", fr[i], en[i])
		}
	}
	if same > 1 { // "Version"
		t.Errorf("%d texts are not translated", same)
	}
}
