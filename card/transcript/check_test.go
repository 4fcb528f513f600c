package transcript_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"cnie.example/card/transcript"
)

// public knows the SPECIMEN by its answer to reset and the flow of record.
func public(atr []byte) transcript.Public {
	return transcript.Public{
		Document: func(a []byte) (string, bool) { return "SPECIMEN", bytes.Equal(a, atr) },
		Flows:    []string{"read"},
	}
}

// Catches words of a person's own in a transcript that passes for redacted: in
// the header, in a comment, in the name of a step, between the lines.
func TestCheckText(t *testing.T) {
	p := specimen(t)
	recorded, _ := record(t, p)
	redacted := transcript.Redact(recorded, public(p.ATR))
	if redacted.Document != "SPECIMEN" || redacted.Flow != "read" {
		t.Errorf("what is known went: %+v", redacted.Header)
	}
	text, err := redacted.Text()
	must(t, err)
	must(t, transcript.CheckText(text, public(p.ATR)))
	for name, change := range map[string][2]string{
		"document":         {"document: SPECIMEN", "document: card of Jeanne SPECIMEN"},
		"flow":             {"flow: read", "flow: CAN 574139"},
		"comment":          {"\n\n# 1 ", "\n\n# CAN 574139\n# 1 "},
		"name of a step":   {"# 2 MANAGE SECURITY ENVIRONMENT", "# 2 CAN 574139"},
		"comment at end":   {"", "# CAN 574139\n"},
		"comment in front": {"content: redacted\n", "content: redacted\n#574139\n"},
		"number of a step": {"# 2 ", "# 574139 "},
		"empty lines":      {"\n\n# 1 ", "\n\n\n\n# 1 "},
	} {
		leaky := strings.Replace(string(text), change[0], change[1], 1)
		if change[0] == "" {
			leaky = string(text) + change[1]
		}
		if leaky == string(text) {
			t.Fatalf("%s: nothing is changed", name)
		}
		err := transcript.CheckText([]byte(leaky), public(p.ATR))
		if !errors.Is(err, transcript.ErrNotRedacted) || strings.Contains(err.Error(), "574139") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := transcript.CheckText(text[:20], public(p.ATR)); !errors.Is(err, transcript.ErrSyntax) {
		t.Errorf("cut: %v", err)
	}
	full, err := recorded.Text()
	must(t, err)
	if err := transcript.CheckText(full, public(p.ATR)); !errors.Is(err, transcript.ErrNotRedacted) {
		t.Errorf("full: %v", err)
	}
}

// Catches the name of one kind of card that stays with the answer to reset of
// another, or without any.
func TestRedactionOfTheDocument(t *testing.T) {
	atr := []byte{0x3B, 0x01, 0x55}
	for name, h := range map[string]transcript.Header{
		"other card": {Document: "SPECIMEN", ATR: transcript.Whole([]byte{0x3B, 0x01, 0x56})},
		"no card":    {Document: "SPECIMEN"},
		"other name": {Document: "SPECIMEN 2", ATR: transcript.Whole(atr)},
	} {
		if got := transcript.Redact(transcript.Transcript{Header: h}, public(atr)).Document; got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}
