package terminal

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Width is the width that tables and paragraphs are made for, in
// characters: a terminal that nobody has widened.
const Width = 80

// leastLast is the least width that is left for the last column, however wide
// the others are.
const leastLast = 24

// Table is a table whose last column is broken into lines at words, so that a
// row never leaves the terminal. Cells are made Printable.
type Table struct {
	Indent int   // of the whole table, in characters
	Right  []int // columns of numbers
	rows   [][]string
}

// Row adds a row. All rows of a table have the same number of cells.
func (t *Table) Row(cells ...string) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = Printable(cell)
	}
	t.rows = append(t.rows, row)
}

// Write writes the table.
func (t *Table) Write(b *strings.Builder) {
	widths := t.widths()
	for _, row := range t.rows {
		var line strings.Builder
		line.WriteString(strings.Repeat(" ", t.Indent))
		for i, width := range widths {
			space := strings.Repeat(" ", width-utf8.RuneCountInString(row[i]))
			if slices.Contains(t.Right, i) {
				line.WriteString(space + row[i] + "  ")
			} else {
				line.WriteString(row[i] + space + "  ")
			}
		}
		hang := utf8.RuneCountInString(line.String())
		for i, part := range wrapped(row[len(widths)], max(Width-hang, leastLast)) {
			if i > 0 {
				line.WriteString("\n" + strings.Repeat(" ", hang))
			}
			line.WriteString(part)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// widths are those of all columns but the last.
func (t *Table) widths() []int {
	if len(t.rows) == 0 {
		return nil
	}
	widths := make([]int, len(t.rows[0])-1)
	for _, row := range t.rows {
		for i := range widths {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	return widths
}

// wrapped breaks a text at its spaces into lines of at most width characters. A
// longer word has a line for itself: whoever copies a fingerprint wants it
// whole. There is one line at least.
func wrapped(text string, width int) []string {
	lines := []string{""}
	for word := range strings.SplitSeq(text, " ") {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// Paragraph writes a text behind an indent, broken into lines.
func Paragraph(b *strings.Builder, indent int, text string) {
	t := Table{Indent: indent}
	t.Row(text)
	t.Write(b)
}
