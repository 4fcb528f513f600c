package transcript

import (
	"bytes"
	"fmt"
	"slices"
)

// Check says whether a redacted transcript holds nothing but what Redact leaves
// with the same Public: it fails with ErrNotRedacted otherwise, and names the
// part. What no check can tell stays to be looked at: the words of the reader's
// name that do not look like a serial number, lengths, and times.
func (t Transcript) Check(public Public) error {
	again := Redact(t, public)
	for _, part := range []struct {
		name string
		same bool
	}{
		{"content", t.Redacted},
		{"document", t.Document == again.Document},
		{"flow", t.Flow == again.Flow},
		{"reader", t.Reader == again.Reader},
		{"answer to reset", t.ATR.equal(again.ATR)},
		{"events", slices.EqualFunc(t.Events, again.Events, equalEvents)},
	} {
		if !part.same {
			return fmt.Errorf("%s: %w", part.name, ErrNotRedacted)
		}
	}
	return nil
}

// CheckText reads a redacted transcript and checks it as Check does, and its
// text besides: it has to be the one that Text writes, since a comment or the
// name of a step could hold anything. Errors are those of Parse, or
// ErrNotRedacted with the number of the line.
func CheckText(text []byte, public Public) error {
	t, err := Parse(text)
	if err != nil {
		return err
	}
	if err := t.Check(public); err != nil {
		return err
	}
	own, err := t.Text()
	if err != nil {
		return err
	}
	if bytes.Equal(own, text) {
		return nil
	}
	return fmt.Errorf("line %d: %w", firstDifference(own, text), ErrNotRedacted)
}

// firstDifference is the number of the first line that differs, from 1.
func firstDifference(a, b []byte) int {
	line := 1
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			break
		}
		if a[i] == '\n' {
			line++
		}
	}
	return line
}

func equalEvents(a, b Event) bool {
	switch a := a.(type) {
	case Exchange:
		b, ok := b.(Exchange)
		return ok && a.Command.equal(b.Command) && a.Response.equal(b.Response) && a.Failure == b.Failure && a.Took == b.Took
	case Random:
		b, ok := b.(Random)
		return ok && a.Bytes.equal(b.Bytes)
	}
	return false
}
