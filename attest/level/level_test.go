package level_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
)

// every lists all combinations of evidence, whatever fields Evidence has.
func every(t *testing.T) []level.Evidence {
	t.Helper()
	n := reflect.TypeFor[level.Evidence]().NumField()
	all := make([]level.Evidence, 1<<n)
	for i := range all {
		v := reflect.ValueOf(&all[i]).Elem()
		for f := range n {
			v.Field(f).SetBool(i>>f&1 == 1)
		}
	}
	return all
}

// Catches a level granted for less evidence than the design asks, a limit that
// is not what was missing, and one that nobody can reach: the expected table is
// written out here by hand, a second time.
func TestEveryCombination(t *testing.T) {
	type expected struct {
		level  level.Level
		limits string
	}
	const (
		none     = level.None
		one      = level.EIDAS1
		two      = level.EIDAS2
		three    = level.EIDAS3
		document = "no_document"
		chip     = "no_possession"
		neither  = "no_document no_possession"
	)
	want := map[[5]int]expected{ // document, possession, current, passkey, card key
		{0, 0, 0, 0, 0}: {none, neither},
		{0, 0, 0, 0, 1}: {none, neither},
		{0, 0, 0, 1, 0}: {none, neither},
		{0, 0, 0, 1, 1}: {none, neither},
		{0, 0, 1, 0, 0}: {none, neither},
		{0, 0, 1, 0, 1}: {none, neither},
		{0, 0, 1, 1, 0}: {none, neither},
		{0, 0, 1, 1, 1}: {none, neither},
		{0, 1, 0, 0, 0}: {none, document},
		{0, 1, 0, 0, 1}: {none, document},
		{0, 1, 0, 1, 0}: {none, document},
		{0, 1, 0, 1, 1}: {none, document},
		{0, 1, 1, 0, 0}: {none, document},
		{0, 1, 1, 0, 1}: {none, document},
		{0, 1, 1, 1, 0}: {none, document},
		{0, 1, 1, 1, 1}: {none, document},
		{1, 0, 0, 0, 0}: {none, chip},
		{1, 0, 0, 0, 1}: {none, chip},
		{1, 0, 0, 1, 0}: {none, chip},
		{1, 0, 0, 1, 1}: {none, chip},
		{1, 0, 1, 0, 0}: {none, chip},
		{1, 0, 1, 0, 1}: {none, chip},
		{1, 0, 1, 1, 0}: {none, chip},
		{1, 0, 1, 1, 1}: {none, chip},
		{1, 1, 0, 0, 0}: {one, "status_unknown no_second_factor"},
		{1, 1, 0, 0, 1}: {one, "status_unknown"},
		{1, 1, 0, 1, 0}: {one, "status_unknown"},
		{1, 1, 0, 1, 1}: {one, "status_unknown"},
		{1, 1, 1, 0, 0}: {one, "no_second_factor"},
		{1, 1, 1, 0, 1}: {three, ""},
		{1, 1, 1, 1, 0}: {two, "no_card_key"},
		{1, 1, 1, 1, 1}: {three, ""},
	}
	all := every(t)
	if len(all) != len(want) {
		t.Fatalf("%d combinations, %d expectations", len(all), len(want))
	}
	for _, e := range all {
		expected, ok := want[[5]int{bit(e.Document), bit(e.Possession), bit(e.Current), bit(e.Passkey), bit(e.CardKey)}]
		if !ok {
			t.Fatalf("no expectation for %+v", e)
		}
		if got := level.Compute(e); got != expected.level {
			t.Errorf("%+v: %v, want %v", e, got, expected.level)
		}
		if got := joined(level.Limits(e)); got != expected.limits {
			t.Errorf("%+v: limits %q, want %q", e, got, expected.limits)
		}
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func joined(limits []level.Limit) string {
	var names []string
	for _, l := range limits {
		names = append(names, string(l))
	}
	return strings.Join(names, " ")
}

// Catches a row that makes more evidence count for less, and a field of
// Evidence that covers forgets.
func TestMoreEvidenceNeverLowers(t *testing.T) {
	for i, a := range every(t) {
		for j, b := range every(t) {
			if i&j == i && level.Compute(a) > level.Compute(b) {
				t.Errorf("%+v reaches more than %+v", a, b)
			}
		}
	}
	for _, row := range level.Policy() {
		needs := reflect.ValueOf(row.Needs)
		for f := range needs.NumField() {
			if !needs.Field(f).Bool() {
				continue
			}
			less := row.Needs
			reflect.ValueOf(&less).Elem().Field(f).SetBool(false)
			if level.Compute(less) >= row.Level {
				t.Errorf("%v is reached without %s", row.Level, needs.Type().Field(f).Name)
			}
		}
	}
}

// Catches a comparison the wrong way round, and a lower answer in place of a
// refusal.
func TestRequire(t *testing.T) {
	levels := []level.Level{level.None, level.EIDAS1, level.EIDAS2, level.EIDAS3}
	for _, asked := range append(levels, 4, -1) {
		for _, proved := range levels {
			err := level.Require(asked, proved)
			granted := asked >= level.EIDAS1 && asked <= level.EIDAS3 && proved >= asked
			if granted != (err == nil) {
				t.Errorf("asked %v, proved %v: %v", asked, proved, err)
			}
			if reason, _ := refusal.Of(err); err != nil && reason != refusal.LevelInsufficient {
				t.Errorf("asked %v, proved %v: reason %q", asked, proved, reason)
			}
		}
	}
}

// Catches names that change, and a text that asks for no assurance at all.
func TestNames(t *testing.T) {
	for l, name := range map[level.Level]string{level.EIDAS1: "eidas1", level.EIDAS2: "eidas2", level.EIDAS3: "eidas3"} {
		got, err := level.Parse(name)
		if err != nil || got != l || l.String() != name {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if l.Candidate() != (l == level.EIDAS3) {
			t.Errorf("%v candidate: %v", l, l.Candidate())
		}
	}
	for _, s := range []string{"", "none", "eidas4", "EIDAS1", "eidas1 "} {
		if l, err := level.Parse(s); !errors.Is(err, level.ErrUnknown) || l != level.None {
			t.Errorf("%q: %v, %v", s, l, err)
		}
	}
	if level.None.String() != "none" || level.Level(7).String() != "level(7)" {
		t.Error("names of values outside the range")
	}
}
