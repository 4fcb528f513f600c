package issuer

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// schemaNode is what the tests look at in a schema.
type schemaNode struct {
	Schema      string                `json:"$schema"`
	Type        string                `json:"type"`
	Description string                `json:"description"`
	Properties  map[string]schemaNode `json:"properties"`
	Additional  *bool                 `json:"additionalProperties"`
	Items       *schemaNode           `json:"items"`
	Required    []string              `json:"required"`
	Default     any                   `json:"default"`
	Pattern     string                `json:"pattern"`
	Enum        []string              `json:"enum"`
}

func readSchema(t *testing.T) schemaNode {
	t.Helper()
	b, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s schemaNode
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// Would catch: a member of Profile that the schema does not describe, one of
// the schema that no profile has, and a kind that the Go type does not hold.
func TestSchemaHasEveryMember(t *testing.T) {
	s := readSchema(t)
	if s.Schema != "https://json-schema.org/draft/2020-12/schema" {
		t.Errorf("schema %q", s.Schema)
	}
	compare(t, "profile", reflect.TypeFor[Profile](), s)
}

// compare holds a Go type against a schema, members and items included.
func compare(t *testing.T, path string, typ reflect.Type, s schemaNode) {
	t.Helper()
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	want := map[reflect.Kind]string{
		reflect.String: kindString, reflect.Int: kindInteger, reflect.Bool: kindBoolean,
		reflect.Slice: kindArray, reflect.Array: kindArray, reflect.Struct: kindObject,
	}[typ.Kind()]
	if s.Type != want {
		t.Errorf("%s is %v in Go and %q in the schema", path, typ, s.Type)
		return
	}
	switch want {
	case kindArray:
		compare(t, path+"[]", typ.Elem(), *s.Items)
	case kindObject:
		if s.Additional == nil || *s.Additional {
			t.Errorf("%s lets unknown members pass", path)
		}
		names := map[string]bool{}
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			names[name] = true
			member, ok := s.Properties[name]
			if !ok {
				t.Errorf("%s.%s is not in the schema", path, name)
				continue
			}
			if member.Description == "" {
				t.Errorf("%s.%s has no description", path, name)
			}
			compare(t, path+"."+name, typ.Field(i).Type, member)
		}
		for name := range s.Properties {
			if !names[name] {
				t.Errorf("%s.%s is in the schema and not in Go", path, name)
			}
		}
	}
}

// Would catch: defaults in the schema that are not those of ReadProfile.
func TestSchemaDefaults(t *testing.T) {
	b, err := json.Marshal(Specimen())
	if err != nil {
		t.Fatal(err)
	}
	var specimen map[string]any
	if err := json.Unmarshal(b, &specimen); err != nil {
		t.Fatal(err)
	}
	for name, member := range readSchema(t).Properties {
		if want := specimen[name]; member.Default != nil && !reflect.DeepEqual(member.Default, want) && want != nil {
			t.Errorf("%s: default %v, specimen %v", name, member.Default, want)
		}
	}
}

// Would catch: a rule that a person cannot act on: an error that does not say
// what is allowed, or a member whose rule says nothing.
func TestEveryRuleSaysWhatIsAllowed(t *testing.T) {
	var walk func(path string, r rule)
	walk = func(path string, r rule) {
		if r.allowed == "" {
			t.Errorf("%s does not say what is allowed", path)
		}
		if r.items != nil {
			walk(path+"[]", *r.items)
		}
		for _, m := range r.members {
			walk(path+"."+m.name, m.rule)
		}
	}
	walk("profile", profileRule())
}
