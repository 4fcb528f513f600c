package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// fishCompletion is a script for fish: a function that finds the command among
// the words typed so far, and one line for each flag and command.
func fishCompletion(app *kong.Application) string {
	var w strings.Builder
	fmt.Fprintf(&w, "# Completion of %s for fish, written by “%s completion fish”.\n", app.Name, app.Name)
	nodes := commandsOf(app.Node)
	fishFunction(&w, app, nodes[1:])
	fmt.Fprintf(&w, "complete -c %s -f\n", app.Name)
	for _, n := range nodes {
		line := fmt.Sprintf("complete -c %s -n '__fish%s_at %s'", app.Name, functionName(app.Name), words(n))
		for _, child := range n.Children {
			if !child.Hidden {
				fmt.Fprintf(&w, "%s -a %s -d %s\n", line, fishQuote(child.Name), fishQuote(brief(child.Help)))
			}
		}
		for _, f := range flagsOf(n) {
			fmt.Fprintf(&w, "%s%s\n", line, fishFlag(f))
		}
		for _, a := range n.Positional {
			if list := choices(a); list != nil {
				fmt.Fprintf(&w, "%s -a %s\n", line, fishQuote(strings.Join(list, " ")))
			} else if isPath(a) {
				fmt.Fprintf(&w, "%s -F\n", line)
			}
		}
	}
	return w.String()
}

// fishFunction is true when the words so far lead to the command of its
// arguments and to none below it.
func fishFunction(w *strings.Builder, app *kong.Application, commands []*kong.Node) {
	fmt.Fprintf(w, "function __fish%s_at\n    set -l command %s\n", functionName(app.Name), app.Name)
	if len(commands) > 0 {
		fmt.Fprintf(w, "    for word in (commandline -opc)[2..-1]\n        switch \"$command $word\"\n            case")
		for _, n := range commands {
			fmt.Fprintf(w, " %s", fishQuote(words(n)))
		}
		fmt.Fprintf(w, "\n                set command \"$command $word\"\n        end\n    end\n")
	}
	fmt.Fprintf(w, "    test \"$command\" = \"$argv\"\nend\n")
}

func fishFlag(f *kong.Flag) string {
	var w strings.Builder
	for _, s := range spellings(f) {
		if long, ok := strings.CutPrefix(s, "--"); ok {
			fmt.Fprintf(&w, " -l %s", long)
		} else {
			fmt.Fprintf(&w, " -s %s", strings.TrimPrefix(s, "-"))
		}
	}
	switch list := choices(f.Value); {
	case !takesValue(f):
	case list != nil:
		fmt.Fprintf(&w, " -x -a %s", fishQuote(strings.Join(list, " ")))
	case isPath(f.Value):
		w.WriteString(" -r -F")
	default:
		w.WriteString(" -x")
	}
	fmt.Fprintf(&w, " -d %s", fishQuote(brief(f.Help)))
	return w.String()
}

// fishQuote quotes a word for fish.
func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}
