package idp

import (
	"testing"

	"cnie.example/attest/refusal"
	"cnie.example/web/problem"
)

// Catches a refusal of the verifier that would be answered as a fault.
func TestEveryRefusalHasAName(t *testing.T) {
	for _, reason := range refusal.All() {
		if got := nameOf(refusal.New(reason, nil)); got != problem.Name(reason) {
			t.Errorf("%s is answered as %s", reason, got)
		}
	}
}
