package idp_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cnie.example/attest/refusal"
	"cnie.example/web/problem"
)

// forBrowsers are names that this package gives to forms of its own pages and
// never to an agent.
var forBrowsers = []problem.Name{problem.ForeignOrigin, problem.TooLarge}

// Catches a problem that an agent can be answered with and the description
// does not list, one that is listed under another status than it is answered
// with, and one that no provider gives.
func TestOpenAPIListsEveryProblem(t *testing.T) {
	listed := map[problem.Name]int{}
	for component, response := range openapi(t).Components.Responses {
		schema := response.Value.Content.Get(problem.MediaType).Schema.Value
		status, ok := schema.Properties["status"].Value.Const.(float64)
		if !ok {
			t.Errorf("%s: no status", component)
		}
		for _, value := range schema.Properties["type"].Value.Enum {
			text, _ := value.(string)
			name := problem.Name(strings.TrimPrefix(text, "urn:cnie:problem:"))
			if text != name.Type() || listed[name] != 0 {
				t.Errorf("%s: %q is no type, or is listed twice", component, text)
			}
			listed[name] = int(status)
		}
	}
	answered := answeredToAgents(t)
	for _, name := range answered {
		if listed[name] != name.Status() {
			t.Errorf("%s is listed with status %d, answered with %d", name, listed[name], name.Status())
		}
	}
	for name := range listed {
		if !slices.Contains(answered, name) {
			t.Errorf("%s is listed and never answered to an agent", name)
		}
	}
}

// answeredToAgents are the reasons of the verifier and the names that the
// source of this package mentions.
func answeredToAgents(t *testing.T) []problem.Name {
	t.Helper()
	var names []problem.Name
	for _, reason := range refusal.All() {
		names = append(names, problem.Name(reason))
	}
	values := problemConstants(t)
	for _, file := range sources(t, ".") {
		ast.Inspect(file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if of, ok := selector.X.(*ast.Ident); !ok || of.Name != "problem" {
				return true
			}
			if name, ok := values[selector.Sel.Name]; ok && !slices.Contains(forBrowsers, name) {
				names = append(names, name)
			}
			return true
		})
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// problemConstants are the constants of type Name of package problem.
func problemConstants(t *testing.T) map[string]problem.Name {
	t.Helper()
	found := map[string]problem.Name{}
	for _, file := range sources(t, "../problem") {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Name" {
				found[spec.Names[0].Name] = problem.Name(must(strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)))
			}
			return true
		})
	}
	if len(found) < 50 {
		t.Fatalf("found %d constants of package problem", len(found))
	}
	return found
}

// sources parses the Go files of a folder that are no tests.
func sources(t *testing.T, dir string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}
