package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// bashCompletion is a script for bash 3.2 and later. It finds the command among
// the words typed so far, then offers its flags, the values of a flag, or the
// commands and arguments below it.
func bashCompletion(app *kong.Application) string {
	var w strings.Builder
	function := functionName(app.Name)
	fmt.Fprintf(&w, "# Completion of %s for bash, written by “%s completion bash”.\n", app.Name, app.Name)
	fmt.Fprintf(&w, `%s() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
    local command=%s i
    # bash takes the equals sign of --flag=value for a word of its own.
    if [[ $current == "=" ]]; then
        current=""
    elif [[ $previous == "=" ]]; then
        previous="${COMP_WORDS[COMP_CWORD-2]}"
    fi
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$command ${COMP_WORDS[i]}" in
`, function, shellQuote(app.Name))
	nodes := commandsOf(app.Node)
	for _, n := range nodes[1:] {
		fmt.Fprintf(&w, "        %s) command=%[1]s ;;\n", shellQuote(words(n)))
	}
	// The pattern below matches nothing: a case needs one.
	fmt.Fprintf(&w, "        '') ;;\n        esac\n    done\n    case \"$command $previous\" in\n")
	for _, n := range nodes {
		for _, f := range flagsOf(n) {
			bashFlag(&w, n, f)
		}
	}
	fmt.Fprintf(&w, "    '') ;;\n    esac\n    case \"$command\" in\n")
	for _, n := range nodes {
		bashWords(&w, n)
	}
	fmt.Fprintf(&w, "    esac\n}\ncomplete -o default -F %s %s\n", function, app.Name)
	return w.String()
}

// bashFlag offers the values of one flag.
func bashFlag(w *strings.Builder, n *kong.Node, f *kong.Flag) {
	if !takesValue(f) {
		return
	}
	var patterns []string
	for _, s := range spellings(f) {
		patterns = append(patterns, shellQuote(words(n)+" "+s))
	}
	reply := "return" // of -o default: files, which is as good as any other word
	if list := choices(f.Value); list != nil {
		reply = fmt.Sprintf(`COMPREPLY=($(compgen -W %s -- "$current")); return`, shellQuote(strings.Join(list, " ")))
	}
	fmt.Fprintf(w, "    %s) %s ;;\n", strings.Join(patterns, "|"), reply)
}

// bashWords offers flags, commands and arguments.
func bashWords(w *strings.Builder, n *kong.Node) {
	var flags, others []string
	for _, f := range flagsOf(n) {
		flags = append(flags, spellings(f)...)
	}
	for _, child := range n.Children {
		if !child.Hidden {
			others = append(others, child.Name)
		}
	}
	for _, a := range n.Positional {
		others = append(others, choices(a)...)
	}
	fmt.Fprintf(w, `    %s)
        if [[ $current == -* ]]; then
            COMPREPLY=($(compgen -W %s -- "$current"))
        else
            COMPREPLY=($(compgen -W %s -- "$current"))
        fi ;;
`, shellQuote(words(n)), shellQuote(strings.Join(flags, " ")), shellQuote(strings.Join(others, " ")))
}

// functionName is a name for a function of a script.
func functionName(program string) string { return "_" + strings.ReplaceAll(program, "-", "_") }

// shellQuote quotes a word for bash and zsh.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
