package problem_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cnie.example/attest/refusal"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// A reason of the verifier without a text would reach people as "internal".
func TestEveryRefusalHasAText(t *testing.T) {
	for _, reason := range refusal.All() {
		if !problem.Name(reason).Known() {
			t.Errorf("no text for refusal reason %q", reason)
		}
	}
}

// A row of the refusals that no verifier gives is a text that nobody reads: the
// reason was renamed or never came to be.
func TestEveryRefusalTextHasAReason(t *testing.T) {
	reasons := refusal.All()
	for _, name := range problem.All() {
		if name.IsRefusal() && !slices.Contains(reasons, refusal.Reason(name)) {
			t.Errorf("%q is no reason of package refusal", name)
		}
	}
}

// A constant that was declared but has no row in a table would read as
// "internal" too.
func TestEveryConstantHasARow(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Name" {
				return true
			}
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			found++
			if !problem.Name(value).Known() {
				t.Errorf("%s (%q) has no row", spec.Names[0].Name, value)
			}
			return true
		})
	}
	if found < 50 {
		t.Errorf("found only %d constants in the source", found)
	}
}

var (
	snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	// A breaking space before ; : ? ! or inside guillemets lets a line begin with the sign.
	frenchSpacing = regexp.MustCompile(`[^\x{a0}\x{202f}][;:?!»]|«[^\x{a0}\x{202f}]`)
)

// Empty, unfinished or badly set texts, in either language.
func TestTexts(t *testing.T) {
	all := problem.All()
	if len(all) < 80 {
		t.Fatalf("only %d names", len(all))
	}
	for _, name := range all {
		if !snake.MatchString(string(name)) {
			t.Errorf("%q is not snake_case", name)
		}
		if s := name.Status(); s < 400 || s > 599 {
			t.Errorf("%s: status %d", name, s)
		}
		for _, tag := range []language.Tag{language.French, language.English} {
			checkText(t, name, tag)
		}
	}
}

func checkText(t *testing.T, name problem.Name, tag language.Tag) {
	t.Helper()
	text := name.Text(tag)
	if text.Title == "" || len([]rune(text.Title)) > 72 || strings.HasSuffix(text.Title, ".") {
		t.Errorf("%s %v: title %q", name, tag, text.Title)
	}
	for _, sentence := range []string{text.Cause, text.Remedy} {
		if len([]rune(sentence)) < 20 || !strings.HasSuffix(sentence, ".") {
			t.Errorf("%s %v: %q is no sentence", name, tag, sentence)
		}
	}
	whole := text.Title + " " + text.Cause + " " + text.Remedy
	if strings.ContainsAny(whole, "'\"<>&") || strings.Contains(whole, "  ") {
		t.Errorf("%s %v: straight quotes, markup or double spaces in %q", name, tag, whole)
	}
	if tag == language.French && frenchSpacing.MatchString(whole) {
		t.Errorf("%s: French spacing in %q", name, whole)
	}
}

// Two names with the same words would be one problem under two names, and
// equal words in both languages are a translation that was forgotten.
func TestDistinct(t *testing.T) {
	seen := map[string]problem.Name{}
	for _, name := range problem.All() {
		french, english := name.Text(language.French), name.Text(language.English)
		if french.Title == english.Title || french.Cause == english.Cause || french.Remedy == english.Remedy {
			t.Errorf("%s is not translated", name)
		}
		for _, words := range []string{french.Title, english.Title, french.Cause, english.Cause} {
			if other, taken := seen[words]; taken {
				t.Errorf("%s and %s share %q", name, other, words)
			}
			seen[words] = name
		}
	}
}

// A name that gets lost under wrapping, or one made up that gets through.
func TestOf(t *testing.T) {
	cause := errors.New("cause")
	for _, c := range []struct {
		err  error
		want problem.Name
	}{
		{nil, ""},
		{cause, problem.Internal},
		{problem.Wrap(problem.NoReader, cause), problem.NoReader},
		{problem.Wrap(problem.NoReader, nil), problem.NoReader},
		{fmt.Errorf("login: %w", problem.New(problem.WrongCAN, "tries")), problem.WrongCAN},
		{problem.Wrap(problem.CardFault, problem.Wrap(problem.CardReset, cause)), problem.CardFault},
		{problem.Wrap("made_up", cause), problem.Internal},
	} {
		if got := problem.Of(c.err); got != c.want {
			t.Errorf("Of(%v) = %q, want %q", c.err, got, c.want)
		}
	}
	if err := problem.Wrap(problem.NoCard, cause); !errors.Is(err, cause) || err.Error() != "no_card: cause" {
		t.Errorf("wrapped error %v", err)
	}
}

// Every name survives the wire; only its name does.
func TestEncodeDecode(t *testing.T) {
	for _, name := range problem.All() {
		for _, tag := range []language.Tag{language.French, language.English} {
			if got, err := problem.Decode(problem.Encode(name, tag)); err != nil || got != name {
				t.Errorf("Decode(Encode(%q)) = %q, %v", name, got, err)
			}
		}
	}
	if got, err := problem.Decode(problem.Encode("made_up", language.French)); err != nil || got != problem.Internal {
		t.Errorf("unknown name encoded as %q, %v", got, err)
	}
}

// What a hostile provider may send in place of a problem.
func TestDecodeRefuses(t *testing.T) {
	for _, hostile := range []string{
		"",
		"null",
		"[]",
		"{}",
		`"urn:cnie:problem:declined"`,
		`{"type":"about:blank"}`,
		`{"type":"urn:cnie:problem:"}`,
		`{"type":"urn:cnie:problem:made_up"}`,
		`{"type":"urn:cnie:problem:declined "}`,
		`{"type":"URN:cnie:problem:declined"}`,
		`{"type":["urn:cnie:problem:declined"]}`,
		`{"type":"urn:cnie:problem:declined","type":"urn:cnie:problem:no_card"}`,
		`{"type":"urn:cnie:problem:declined"} trailing`,
		`{"type":"urn:cnie:problem:declined","title":"` + strings.Repeat("a", problem.MaxSize) + `"}`,
		strings.Repeat(`{"a":`, 2000),
	} {
		if name, err := problem.Decode([]byte(hostile)); !errors.Is(err, problem.ErrDetails) || name != "" {
			t.Errorf("Decode(%.60q) = %q, %v", hostile, name, err)
		}
	}
	// Foreign members are legal in RFC 9457, 3.2 and mean nothing here.
	if name, err := problem.Decode([]byte(`{"title":"<script>","type":"urn:cnie:problem:declined","x":[1]}`)); err != nil || name != problem.Declined {
		t.Errorf("extension members: %q, %v", name, err)
	}
}

// No input makes Decode panic or hand out a name that is not in the list.
func FuzzDecode(f *testing.F) {
	f.Add(problem.Encode(problem.Declined, language.French))
	f.Add([]byte(`{"type":"urn:cnie:problem:made_up","status":1e400}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		name, err := problem.Decode(b)
		if err == nil && !name.Known() || err != nil && name != "" {
			t.Fatalf("Decode = %q, %v", name, err)
		}
	})
}
