package issuer

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// schemaID names the schema. It leads nowhere.
const schemaID = "https://laboratory.invalid/schema/profile.json"

// Schema is the JSON schema of profiles (draft 2020-12), with the members of
// Specimen as defaults. What only holds between members is not in it: a
// document number too long for its format passes the schema and is refused by
// ReadProfile. The bytes are the caller's.
func Schema() ([]byte, error) {
	defaults, err := generic(Specimen())
	if err != nil {
		return nil, fmt.Errorf("write schema: %w", err)
	}
	s := ordered{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", schemaID},
		{"title", "Profile of a virtual identity document (laboratory)"},
	}
	s = append(s, profileRule().describe(defaults)...)
	b, err := json.Marshal(s, jsontext.WithIndent("  "))
	if err != nil {
		return nil, fmt.Errorf("write schema: %w", err)
	}
	return append(b, '\n'), nil
}

// ordered is a JSON object that keeps the order of its members.
type ordered []pair

type pair struct {
	name  string
	value any
}

// MarshalJSONTo writes the members in order.
func (o ordered) MarshalJSONTo(to *jsontext.Encoder) error {
	if err := to.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, p := range o {
		if err := to.WriteToken(jsontext.String(p.name)); err != nil {
			return err
		}
		if err := json.MarshalEncode(to, p.value); err != nil {
			return err
		}
	}
	return to.WriteToken(jsontext.EndObject)
}

// describe is the schema of a rule. defaults are the values of the members of
// an object that have one.
func (r rule) describe(defaults map[string]any) ordered {
	s := ordered{{"type", r.kind}}
	if r.about != "" {
		s = append(s, pair{"description", r.about})
	}
	switch r.kind {
	case kindString:
		s = append(s, r.describeString()...)
	case kindInteger:
		s = append(s, pair{"minimum", r.least}, pair{"maximum", r.most})
	case kindArray:
		s = append(s, pair{"items", r.items.describe(nil)}, pair{"minItems", r.least}, pair{"maxItems", r.most})
		if r.unique {
			s = append(s, pair{"uniqueItems", true})
		}
	case kindObject:
		s = append(s, r.describeMembers(defaults)...)
	}
	return s
}

func (r rule) describeString() (s ordered) {
	if r.enum != nil {
		s = append(s, pair{"enum", r.enum})
	}
	if r.pattern != "" {
		s = append(s, pair{"pattern", anchored(r.pattern)})
	}
	if r.most > 0 {
		s = append(s, pair{"minLength", r.least}, pair{"maxLength", r.most})
	}
	return s
}

func (r rule) describeMembers(defaults map[string]any) ordered {
	members := ordered{}
	for _, m := range r.members {
		d := m.describe(nil)
		if value, ok := defaults[m.name]; ok {
			d = append(d, pair{"default", value})
		}
		members = append(members, pair{m.name, d})
	}
	s := ordered{{"properties", members}, {"additionalProperties", false}}
	if r.obligatory != nil {
		s = append(s, pair{"required", r.obligatory})
	}
	return s
}
