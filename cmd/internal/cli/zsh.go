package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// zshCompletion is a script for the completion system of zsh: one function for
// the program and one for each command.
func zshCompletion(app *kong.Application) string {
	var w strings.Builder
	fmt.Fprintf(&w, "#compdef %s\n# Completion of %s for zsh, written by “%s completion zsh”.\n", app.Name, app.Name, app.Name)
	for _, n := range commandsOf(app.Node) {
		zshFunction(&w, n)
	}
	function := functionName(app.Name)
	fmt.Fprintf(&w, "\nif [[ $funcstack[1] == %s ]]; then\n    %s \"$@\"\nelse\n    compdef %s %s\nfi\n", function, function, function, app.Name)
	return w.String()
}

func zshFunction(w *strings.Builder, n *kong.Node) {
	function := functionName(strings.ReplaceAll(words(n), " ", "_"))
	fmt.Fprintf(w, "\n%s() {\n    local line state\n    _arguments -s -C", function)
	for _, f := range flagsOf(n) {
		for _, s := range spellings(f) {
			fmt.Fprintf(w, " \\\n        %s", shellQuote(zshFlag(f, s)))
		}
	}
	for i, a := range n.Positional {
		number := fmt.Sprint(i + 1)
		if a.IsCumulative() {
			number = "*"
		}
		fmt.Fprintf(w, " \\\n        %s", shellQuote(number+":"+zshText(a.Name)+":"+zshAction(a)))
	}
	if len(n.Children) > 0 {
		fmt.Fprintf(w, " \\\n        '1: :->command' \\\n        '*:: :->arguments'")
	}
	fmt.Fprintln(w)
	if len(n.Children) > 0 {
		zshCommands(w, n, function)
	}
	fmt.Fprintf(w, "}\n")
}

func zshCommands(w *strings.Builder, n *kong.Node, function string) {
	fmt.Fprintf(w, "    case $state in\n    command)\n        local -a commands\n        commands=(\n")
	for _, child := range n.Children {
		if !child.Hidden {
			fmt.Fprintf(w, "            %s\n", shellQuote(child.Name+":"+strings.ReplaceAll(brief(child.Help), ":", `\:`)))
		}
	}
	fmt.Fprintf(w, "        )\n        _describe command commands ;;\n    arguments)\n        case $line[1] in\n")
	for _, child := range n.Children {
		if !child.Hidden {
			fmt.Fprintf(w, "        %s) %s_%s ;;\n", shellQuote(child.Name), function, strings.ReplaceAll(child.Name, "-", "_"))
		}
	}
	fmt.Fprintf(w, "        esac ;;\n    esac\n")
}

// zshFlag is the specification of one spelling of a flag.
func zshFlag(f *kong.Flag, spelling string) string {
	spec := ""
	if f.IsCumulative() {
		spec = "*"
	}
	spec += spelling
	if takesValue(f) && strings.HasPrefix(spelling, "--") {
		spec += "="
	}
	spec += "[" + zshText(brief(f.Help)) + "]"
	if takesValue(f) {
		spec += ":" + zshText(f.FormatPlaceHolder()) + ":" + zshAction(f.Value)
	}
	return spec
}

// zshAction is how a value is completed.
func zshAction(v *kong.Value) string {
	if list := choices(v); list != nil {
		return "(" + strings.Join(list, " ") + ")"
	}
	if isPath(v) {
		return "_files"
	}
	return " "
}

// zshText escapes what ends a part of a specification.
func zshText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ":", `\:`, "[", `\[`, "]", `\]`).Replace(s)
}
