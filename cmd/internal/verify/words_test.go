package verify

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"cnie.example/attest/record"
	"cnie.example/web/language"
)

// constants are the values of the text constants of one type in a package. An
// empty type stands for constants that are plain text.
func constants(t *testing.T, folder, typed, prefix string) (values []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "attest", folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(source, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) == 0 || !strings.HasPrefix(spec.Names[0].Name, prefix) {
				return true
			}
			kind, _ := spec.Type.(*ast.Ident)
			text, ok := spec.Values[0].(*ast.BasicLit)
			if !ok || text.Kind != token.STRING || (typed != "") != (kind != nil) || kind != nil && kind.Name != typed {
				return true
			}
			value, err := strconv.Unquote(text.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
			return true
		})
	}
	if len(values) == 0 {
		t.Fatalf("no constants of %q in %q", typed, folder)
	}
	return values
}

// Would catch: a name that the packages below have learnt and that people are
// shown without words, in either language.
func TestEveryNameHasWords(t *testing.T) {
	for _, tag := range []language.Tag{language.French, language.English} {
		text := wordsIn(tag)
		for _, name := range append(constants(t, "record", "", "Item"), constants(t, "passiveauth", "", "Check")...) {
			if text.item(name) == name {
				t.Errorf("%v: check %s", tag, name)
			}
		}
		for _, name := range append(constants(t, "record", "Reason", ""), "ds_revoked", "dg1_hash_mismatch", "stale", "no_list") {
			if text.reason(record.Reason(name), tag) == name {
				t.Errorf("%v: reason %s", tag, name)
			}
		}
	}
}

// Would catch: a text that one language lacks.
func TestTextsAreThere(t *testing.T) {
	for _, tag := range []language.Tag{language.French, language.English} {
		value := reflect.ValueOf(wordsIn(tag))
		for i := range value.NumField() {
			if value.Field(i).IsZero() {
				t.Errorf("%v: %s", tag, value.Type().Field(i).Name)
			}
		}
	}
	english, french := english(), french()
	for _, name := range []string{"dg14_hash", "record_dg15_hash", "com_syntax", "dg2_file"} {
		for _, text := range []words{english, french} {
			if shown := text.item(name); shown == name || strings.Contains(shown, "%") {
				t.Errorf("%s: %q", name, shown)
			}
		}
	}
	if shown := english.item("another_check"); shown != "another_check" {
		t.Errorf("an unknown check: %q", shown)
	}
}
