package terminal

import "testing"

// Catches characters that steer a terminal or turn the direction of writing, and
// punctuation that is taken for them.
func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"D’ARC – “JEANNE” l\u2010l": "D’ARC – “JEANNE” l\u2010l",
		"a\x1b[2Jb\n":               "a\uFFFD[2Jb\uFFFD",
		"a\u202Eb\u2066c\u200Fd":    "a\uFFFDb\uFFFDc\uFFFDd",
		"a\u2028b\u009bc\x7f":       "a\uFFFDb\uFFFDc\uFFFD",
	} {
		if got := Printable(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
