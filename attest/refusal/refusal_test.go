package refusal_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"cnie.example/attest/refusal"
)

// declared reads the string constants of type Reason out of the package's own
// source.
func declared(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Reason" {
				return true
			}
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			found[spec.Names[0].Name] = value
			return true
		})
	}
	return found
}

// Catches a reason that was declared but left out of All, one listed twice,
// and a name that is not in snake_case.
func TestAllListsEveryDeclaredReasonOnce(t *testing.T) {
	snake := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	constants := declared(t)
	if len(constants) < 30 {
		t.Fatalf("found %d constants in the source", len(constants))
	}
	listed := map[refusal.Reason]int{}
	for _, reason := range refusal.All() {
		listed[reason]++
		if !snake.MatchString(string(reason)) {
			t.Errorf("%q is not in snake_case", reason)
		}
	}
	for name, value := range constants {
		if n := listed[refusal.Reason(value)]; n != 1 {
			t.Errorf("%s (%q) is listed %d times", name, value, n)
		}
	}
	if len(listed) != len(constants) {
		t.Errorf("%d reasons listed, %d declared", len(listed), len(constants))
	}
}

// Catches an error that loses its reason when wrapped, or its cause.
func TestOf(t *testing.T) {
	cause := errors.New("cause")
	err := fmt.Errorf("open: %w", refusal.New(refusal.DSExpired, cause))
	if reason, ok := refusal.Of(err); !ok || reason != refusal.DSExpired {
		t.Errorf("Of = %q, %v", reason, ok)
	}
	if !errors.Is(err, cause) {
		t.Error("cause lost")
	}
	if got := err.Error(); got != "open: ds_expired: cause" {
		t.Errorf("text %q", got)
	}
	for _, other := range []error{nil, cause} {
		if reason, ok := refusal.Of(other); ok || reason != "" {
			t.Errorf("Of(%v) = %q, %v", other, reason, ok)
		}
	}
	if got := refusal.New(refusal.ChipTimeout, nil).Error(); got != "chip_timeout" {
		t.Errorf("text without cause %q", got)
	}
}

// Catches a caller that changes the list for everyone.
func TestAllIsACopy(t *testing.T) {
	refusal.All()[0] = "changed"
	if refusal.All()[0] == "changed" {
		t.Error("All shares its slice")
	}
}
