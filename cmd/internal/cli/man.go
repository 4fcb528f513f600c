package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// manual is the manual page in roff with the macros of man(7). It bears no
// date, so that it changes only with what it says.
func manual(app *kong.Application) string {
	var w strings.Builder
	title, body, _ := strings.Cut(app.Help, "\n")
	fmt.Fprintf(&w, ".TH %s 1 \"\" \"cnie\" \"User Commands\"\n", roff(strings.ToUpper(app.Name)))
	fmt.Fprintf(&w, ".SH NAME\n%s \\- %s\n", roff(app.Name), roff(strings.TrimSuffix(title, ".")))
	fmt.Fprintf(&w, ".SH SYNOPSIS\n")
	for _, n := range commandsOf(app.Node) {
		if n.Leaf() {
			fmt.Fprintf(&w, "%s\n.br\n", synopsis(n))
		}
	}
	fmt.Fprintf(&w, ".SH DESCRIPTION\n")
	roffText(&w, body)
	if app.Leaf() {
		roffFlags(&w, "OPTIONS", flagsOf(app.Node))
		return w.String()
	}
	roffFlags(&w, "OPTIONS OF ALL COMMANDS", app.Flags)
	fmt.Fprintf(&w, ".SH COMMANDS\n")
	for _, n := range commandsOf(app.Node)[1:] {
		roffCommand(&w, n)
	}
	return w.String()
}

// synopsis is one line: the words in bold, then flags and arguments.
func synopsis(n *kong.Node) string {
	line := `\fB` + roff(words(n)) + `\fR`
	for _, f := range flagsOf(n) {
		if f.Required {
			line += ` \fB\-\-` + roff(f.Name) + `\fR=\fI` + roff(f.FormatPlaceHolder()) + `\fR`
		}
	}
	line += ` [\fIoptions\fR]`
	for _, a := range n.Positional {
		line += ` \fI` + roff(a.Summary()) + `\fR`
	}
	return line
}

func roffCommand(w *strings.Builder, n *kong.Node) {
	fmt.Fprintf(w, ".SS %s\n%s\n", synopsis(n), roff(n.Help))
	if n.Detail != "" {
		fmt.Fprintf(w, ".PP\n")
		roffText(w, n.Detail)
	}
	for _, a := range n.Positional {
		fmt.Fprintf(w, ".TP\n\\fI%s\\fR\n%s\n", roff(a.Name), roff(a.Help))
	}
	for _, f := range n.Flags {
		roffFlag(w, f)
	}
}

func roffFlags(w *strings.Builder, title string, flags []*kong.Flag) {
	fmt.Fprintf(w, ".SH %s\n", title)
	for _, f := range flags {
		roffFlag(w, f)
	}
}

func roffFlag(w *strings.Builder, f *kong.Flag) {
	if f.Hidden {
		return
	}
	var all []string
	for _, s := range spellings(f) {
		s = `\fB` + roff(s) + `\fR`
		if takesValue(f) {
			s += `=\fI` + roff(f.FormatPlaceHolder()) + `\fR`
		}
		all = append(all, s)
	}
	fmt.Fprintf(w, ".TP\n%s\n%s\n", strings.Join(all, ", "), roff(f.Help))
	for _, name := range f.Envs {
		fmt.Fprintf(w, "Environment: %s.\n", roff(name))
	}
}

// roffText sets paragraphs; lines that begin with two spaces are examples and
// stay as they are.
func roffText(w *strings.Builder, text string) {
	example, gap := false, false
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		if line == "" {
			gap = true
			continue
		}
		indented := strings.HasPrefix(line, "  ")
		switch {
		case indented && !example:
			fmt.Fprintf(w, ".PP\n.nf\n.RS 4\n")
		case !indented && example:
			fmt.Fprintf(w, ".RE\n.fi\n.PP\n")
		case gap && example:
			fmt.Fprintf(w, "\n")
		case gap:
			fmt.Fprintf(w, ".PP\n")
		}
		fmt.Fprintf(w, "%s\n", roff(strings.TrimPrefix(line, "  ")))
		example, gap = indented, false
	}
	if example {
		fmt.Fprintf(w, ".RE\n.fi\n")
	}
}

// roff escapes a text: backslash, minus, a request at the beginning of a line,
// and characters beyond ASCII, which not every formatter reads.
func roff(text string) string {
	var w strings.Builder
	atStart := true
	for _, r := range text {
		switch {
		case r == '\\':
			w.WriteString(`\e`)
		case r == '-':
			w.WriteString(`\-`)
		case atStart && (r == '.' || r == '\''):
			w.WriteString(`\&` + string(r))
		case r > 0x7E:
			fmt.Fprintf(&w, `\[u%04X]`, r)
		default:
			w.WriteRune(r)
		}
		atStart = r == '\n'
	}
	return w.String()
}
