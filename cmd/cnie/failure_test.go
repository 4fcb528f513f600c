package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"cnie.example/attest/refusal"
	"cnie.example/card"
	"cnie.example/web/language"
)

// Catches a failure of a known kind that people are told is a fault of the
// software.
func TestExplain(t *testing.T) {
	for want, err := range map[string]error{
		"file_malformed": refusal.New(refusal.FileMalformed, errors.New("check digit")),
		"card_removed":   card.ErrRemoved,
		"internal":       errors.New("unforeseen"),

		"card_unresponsive": errSlow,
		"no_card":           noCardInTime(context.DeadlineExceeded),
		"no_reader":         noCardInTime(card.ErrNoReader),
	} {
		var out strings.Builder
		if explain(&out, err, language.English) == nil {
			t.Errorf("%s: no failure", want)
		}
		if !strings.Contains(out.String(), "["+want+"]") {
			t.Errorf("want %s:\n%s", want, &out)
		}
	}
}

// Catches an interruption by the person that is told as a missing card or as a
// fault of the software.
func TestExplainInterruption(t *testing.T) {
	for tag, want := range map[language.Tag]string{language.English: "Interrupted.\n", language.French: "Interrompu.\n"} {
		for _, err := range []error{context.Canceled, fmt.Errorf("%w: %w", card.ErrNoCard, context.Canceled)} {
			var out strings.Builder
			if explain(&out, err, tag) == nil || out.String() != want {
				t.Errorf("%v: %q", err, &out)
			}
		}
	}
}
