package attest

import (
	"slices"
	"testing"

	"cnie.example/attest/level"
	"cnie.example/attest/record"
)

// having is a Login in which the checks have passed.
func having(checks []Check) *Login {
	l := &Login{}
	for _, c := range checks {
		l.record.Checks = append(l.record.Checks, record.Passed{Name: string(c)})
	}
	return l
}

// without gives the checks but some.
func without(checks []Check, some ...Check) []Check {
	return slices.DeleteFunc(slices.Clone(checks), func(c Check) bool { return slices.Contains(some, c) })
}

// Catches a level that can be had without one of the checks: all have passed but
// one, by either proof of the chip.
func TestNoLevelWithoutEachCheck(t *testing.T) {
	idle := []Check{CheckSigningTime, CheckDG11, CheckDG2, CheckRevocation, CheckDocumentStatus}
	for proof, all := range map[string][]Check{
		"chip authentication":   without(Checks(), CheckDG15, CheckActive),
		"active authentication": without(Checks(), CheckDG14, CheckChipAuthentication),
	} {
		if got := level.Compute(having(all).evidence()); got != level.EIDAS1 {
			t.Fatalf("%s with every check: %v", proof, got)
		}
		for _, c := range all {
			e := having(without(all, c)).evidence()
			want := level.None
			if slices.Contains(idle, c) {
				want = level.EIDAS1
			}
			if got := level.Compute(e); got != want {
				t.Errorf("%s without %s: %v", proof, c, got)
			}
			if needed := c == CheckRevocation || c == CheckDocumentStatus; e.Current == needed {
				t.Errorf("%s without %s: current %v", proof, c, e.Current)
			}
		}
	}
}

// Catches a proof of the chip that is put together out of halves of two, and a
// factor that no check of a login verifies.
func TestProofsAreNotMixed(t *testing.T) {
	both := without(Checks(), CheckDG14, CheckActive)
	if e := having(both).evidence(); e.Possession {
		t.Error("chip authentication without DG14")
	}
	if e := having(without(Checks(), CheckDG15, CheckChipAuthentication)).evidence(); e.Possession {
		t.Error("active authentication without DG15")
	}
	if e := having(Checks()).evidence(); e.Passkey || e.CardKey {
		t.Errorf("second factor: %+v", e)
	}
}
