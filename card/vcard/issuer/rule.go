package issuer

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

// Kinds of JSON values, as JSON Schema names them.
const (
	kindObject  = "object"
	kindArray   = "array"
	kindString  = "string"
	kindInteger = "integer"
	kindBoolean = "boolean"
)

// rule says what a value may be. ReadProfile checks by it and Schema prints
// it, so that the two cannot differ.
type rule struct {
	kind    string
	about   string // what the value means
	allowed string // what is allowed, in words for errors

	pattern     string   // of a string, without anchors, read alike by ECMA-262 and RE2
	enum        []string // of a string
	least, most int      // of an integer; characters of a string and items of an array
	unique      bool     // no item of an array twice
	items       *rule
	members     []member
	obligatory  []string // members that may not be absent
}

type member struct {
	name string
	rule
}

func anchored(pattern string) string { return "^(?:" + pattern + ")$" }

// refuse is the error about a member, which may be one of a member: "a.b".
func refuse(path string) error {
	at := profileRule()
	for name := range strings.SplitSeq(path, ".") {
		name, _, _ = strings.Cut(name, "[")
		i := slices.IndexFunc(at.members, func(m member) bool { return m.name == name })
		if i < 0 {
			return fmt.Errorf("%s: %w", path, ErrProfile)
		}
		if at = at.members[i].rule; at.items != nil && len(at.items.members) > 0 {
			at = *at.items
		}
	}
	return at.refuse(path)
}

// refuseAs is an error about a member that its rule alone does not explain.
func refuseAs(path, why string) error { return fmt.Errorf("%s: %s: %w", path, why, ErrProfile) }

func (r rule) refuse(path string) error {
	if path == "" {
		path = "the whole"
	}
	return refuseAs(path, "allowed is "+r.allowed)
}

// generic is a profile as any JSON value.
func generic(p Profile) (map[string]any, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("text is not UTF-8: %w", ErrProfile)
	}
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProfile, err)
	}
	return v, nil
}

// checkJSON checks a profile in JSON against the rules.
func checkJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("%w: %w", ErrProfile, err)
	}
	return profileRule().check("", v)
}

// check holds a JSON value against the rule. path names it in errors.
func (r rule) check(path string, v any) error {
	ok := false
	switch v := v.(type) {
	case string:
		ok = r.kind == kindString && r.takes(v)
	case float64:
		ok = r.kind == kindInteger && v == math.Trunc(v) && float64(r.least) <= v && v <= float64(r.most)
	case bool:
		ok = r.kind == kindBoolean
	case []any:
		if ok = r.kind == kindArray && r.least <= len(v) && len(v) <= r.most && !(r.unique && repeats(v)); ok {
			return r.checkItems(path, v)
		}
	case map[string]any:
		if ok = r.kind == kindObject; ok {
			return r.checkMembers(path, v)
		}
	}
	if !ok {
		return r.refuse(strings.TrimPrefix(path, "."))
	}
	return nil
}

// takes holds a string against the rule.
func (r rule) takes(s string) bool {
	n := utf8.RuneCountInString(s)
	if r.enum != nil && !slices.Contains(r.enum, s) || r.most > 0 && (n < r.least || n > r.most) {
		return false
	}
	ok, err := regexp.MatchString(anchored(r.pattern), s)
	return r.pattern == "" || ok && err == nil
}

func (r rule) checkItems(path string, items []any) error {
	for i, item := range items {
		if err := r.items.check(fmt.Sprintf("%s[%d]", path, i), item); err != nil {
			return err
		}
	}
	return nil
}

// repeats says whether an item occurs twice.
func repeats(items []any) bool {
	for i, item := range items {
		if slices.ContainsFunc(items[:i], func(other any) bool { return reflect.DeepEqual(item, other) }) {
			return true
		}
	}
	return false
}

// checkMembers goes by the order of the rule, so that of several faults always
// the same one is told.
func (r rule) checkMembers(path string, object map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if !slices.ContainsFunc(r.members, func(m member) bool { return m.name == name }) {
			return refuseAs(strings.TrimPrefix(path+"."+name, "."), "unknown member, “cnie-lab card schema” lists them all")
		}
	}
	for _, m := range r.members {
		value, ok := object[m.name]
		if !ok && slices.Contains(r.obligatory, m.name) {
			return m.refuse(strings.TrimPrefix(path+"."+m.name, "."))
		}
		if !ok {
			continue
		}
		if err := m.check(path+"."+m.name, value); err != nil {
			return err
		}
	}
	return nil
}
