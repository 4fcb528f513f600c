package terminal

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Would catch: a row that leaves the terminal, a continued line that is not
// below its column, numbers that are not aligned, and text that steers the
// terminal.
func TestTable(t *testing.T) {
	table := Table{Indent: 2, Right: []int{1}}
	table.Row("FR", "5", strings.TrimSuffix(strings.Repeat("brainpoolP384r1 ", 9), " "))
	table.Row("été", "588", "a\x1b[2J")
	var out strings.Builder
	table.Write(&out)
	want := `  FR     5  brainpoolP384r1 brainpoolP384r1 brainpoolP384r1 brainpoolP384r1
            brainpoolP384r1 brainpoolP384r1 brainpoolP384r1 brainpoolP384r1
            brainpoolP384r1
  été  588  a` + "\uFFFD" + `[2J
`
	if out.String() != want {
		t.Errorf("\n%s", &out)
	}
	for line := range strings.Lines(out.String()) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > Width {
			t.Errorf("too wide: %q", line)
		}
	}
}

// Would catch: a word that is cut, an endless loop over a word that fits nowhere,
// and an empty cell without a line.
func TestWrapped(t *testing.T) {
	for text, want := range map[string]string{
		"":             "",
		"one two":      "one two",
		"one two six":  "one two|six",
		"0123456789 x": "0123456789|x",
		"a 0123456789": "a|0123456789",
	} {
		if got := strings.Join(wrapped(text, 7), "|"); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
