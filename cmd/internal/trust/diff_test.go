package trust

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Would catch: a difference that is counted on one side only, a holding that is
// in two places of a difference or in none, and equal sets that differ.
func TestCompare(t *testing.T) {
	one := rapid.Custom(func(t *rapid.T) holding {
		return holding{
			Kind: holdingCertificate, Country: rapid.SampledFrom([]string{"FR", "UT", ""}).Draw(t, "country"),
			SHA256:  rapid.StringMatching(`[a-f]`).Draw(t, "fingerprint"),
			Origin:  rapid.SampledFrom([]string{"", "anchor", "pool"}).Draw(t, "origin"),
			lineage: rapid.SampledFrom([]string{"", "key 1", "key 2"}).Draw(t, "lineage"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		sets := rapid.SliceOfDistinct(one, func(h holding) string { return h.SHA256 })
		before, after := sets.Draw(t, "before"), sets.Draw(t, "after")
		there, back := compare(before, after), compare(after, before)
		if there.Came != back.Went || there.Went != back.Came || there.Changed != back.Changed {
			t.Fatalf("there %+v, back %+v", there, back)
		}
		if !compare(before, slices.Clone(before)).Equal {
			t.Fatal("a set differs from itself")
		}
		if got := len(after) - len(before); there.Came-there.Went != got {
			t.Fatalf("%d came, %d went, the sets differ by %d", there.Came, there.Went, got)
		}
	})
}

// Would catch: a certificate that was issued anew for its key, told as one that
// went and one that came; and one of another key told as the same.
func TestCompareReplaced(t *testing.T) {
	old := holding{Kind: holdingCertificate, Country: "UT", SHA256: "a", lineage: "key 1"}
	for lineage, changed := range map[string]int{"key 1": 1, "key 2": 0, "": 0} {
		d := compare([]holding{old}, []holding{{Kind: holdingCertificate, Country: "UT", SHA256: "b", lineage: lineage}})
		if d.Equal || d.Changed != changed || d.Came != 1-changed || d.Went != 1-changed {
			t.Errorf("%q: %+v", lineage, d)
		}
	}
}
