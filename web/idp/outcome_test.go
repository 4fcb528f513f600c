package idp

import (
	"testing"

	"cnie.example/attest/refusal"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// Catches an end of a login that people or programs would not be told by name.
func TestEveryOutcomeHasWords(t *testing.T) {
	for _, name := range []problem.Name{notMe, replaced, agentFailed, agentUnavailable} {
		if name.Known() {
			t.Errorf("%s is in package problem: its text here would never be read", name)
		}
		for _, tag := range []language.Tag{language.French, language.English} {
			text := textOf(name, tag)
			if text.Title == "" || text.Cause == "" || text.Remedy == "" || text == problem.Internal.Text(tag) {
				t.Errorf("%s in %v: %+v", name, tag, text)
			}
		}
		if statusOf(name) < 400 {
			t.Errorf("%s: status %d", name, statusOf(name))
		}
	}
}

// Catches a refusal of the verifier that would be answered as a fault.
func TestEveryRefusalHasAName(t *testing.T) {
	for _, reason := range refusal.All() {
		if got := nameOf(refusal.New(reason, nil)); got != problem.Name(reason) {
			t.Errorf("%s is answered as %s", reason, got)
		}
	}
}
