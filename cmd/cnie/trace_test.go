package main

import "testing"

// Catches a reader whose name makes the transcript fail after the reading: with
// spaces at its ends, spaces of other kinds, control characters.
func TestOneLine(t *testing.T) {
	for name, want := range map[string]string{
		"ACME Reader 00 00":         "ACME Reader 00 00",
		" ACME\u00a0Reader  00 00 ": "ACME Reader 00 00",
		"ACME\nReader":              "ACME\uFFFDReader",
		"":                          "",
	} {
		if got := oneLine(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
