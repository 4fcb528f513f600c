package pinpad

import (
	"errors"
	"reflect"
	"testing"
)

// FuzzParseFeatures: features that parse survive encoding; all else is
// ErrAnswer.
func FuzzParseFeatures(f *testing.F) {
	for _, seed := range []string{"", "060442330006", "06044233000620044233 0020", "0604423300", "0605423300060000", "060442330006060442330007"} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ParseFeatures(b)
		if err != nil {
			if !errors.Is(err, ErrAnswer) || got != nil {
				t.Fatalf("%v, %v", got, err)
			}
			return
		}
		if len(b) != 6*len(got) {
			t.Fatalf("%d features in %d bytes", len(got), len(b))
		}
		if again, err := ParseFeatures(got.Marshal()); err != nil || !reflect.DeepEqual(got, again) {
			t.Fatalf("%v became %v, %v", got, again, err)
		}
	})
}

// FuzzParseProperties: properties that parse survive encoding and have their
// sizes; all else is ErrAnswer.
func FuzzParseProperties(f *testing.F) {
	for _, seed := range []string{"", "06010407010C", "0803312E30", "0A0400000100C300", "0602", "060200 00", "060104060104"} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ParseProperties(b)
		if err != nil {
			if !errors.Is(err, ErrAnswer) || got != nil {
				t.Fatalf("%v, %v", got, err)
			}
			return
		}
		for tag, value := range got {
			if _, ok := got.Number(tag); ok != (tag.size() > 0) || ok && len(value) != tag.size() {
				t.Fatalf("property %d of %d bytes", tag, len(value))
			}
		}
		encoded := got.Marshal()
		if again, err := ParseProperties(encoded); err != nil || len(encoded) != len(b) || !reflect.DeepEqual(got, again) {
			t.Fatalf("%v became %v, %v", got, again, err)
		}
	})
}

// FuzzParsePACEResult: the fields of a result that parses are all of the input
// and nothing else; anything but that is ErrAnswer.
func FuzzParsePACEResult(f *testing.F) {
	for _, seed := range []string{
		"", "90000000", "90000300310101", "9000030031010102AABB01CC070001020304050607", "9000FFFF", "900000000000", "9000000000000000 00",
	} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParsePACEResult(b)
		if err != nil {
			if !errors.Is(err, ErrAnswer) || !reflect.DeepEqual(r, PACEResult{}) {
				t.Fatalf("%+v, %v", r, err)
			}
			return
		}
		short := 4 + len(r.CardAccess)
		if long := short + 4 + len(r.CurrentCAR) + len(r.PreviousCAR) + len(r.IDICC); len(b) != short && len(b) != long {
			t.Fatalf("%d bytes of %+v", len(b), r)
		}
	})
}
