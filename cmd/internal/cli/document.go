package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// documentCommands are the commands that every program has besides its own. A
// program without commands takes them as its first argument.
type documentCommands struct {
	Completion completionCommand `cmd:"" help:"Print the completion script of a shell."`
	Man        manCommand        `cmd:"" help:"Print the manual page."`
}

const (
	completionName = "completion"
	completionHelp = "Print the completion script of a shell."
	manName        = "man"
	manHelp        = "Print the manual page."
)

func documentOptions() []kong.Option {
	return []kong.Option{
		kong.DynamicCommand(completionName, completionHelp, "", &completionCommand{}),
		kong.DynamicCommand(manName, manHelp, "", &manCommand{}),
	}
}

func isDocument(commands any) bool {
	_, ok := commands.(*documentCommands)
	return ok
}

// documents says whether the arguments of a program without commands ask for
// one of documentCommands.
func (p Program) documents(model *kong.Application, args []string) bool {
	return len(model.Children) == 0 && len(args) > 0 && (args[0] == completionName || args[0] == manName)
}

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help teaches where a script goes.
func (completionCommand) Help() string {
	return `For one session:

  source <(cnie completion bash)
  cnie completion fish | source

For good, in the place where the shell looks:

  cnie completion bash > ~/.local/share/bash-completion/completions/cnie
  cnie completion zsh > ~/.zfunc/_cnie
  cnie completion fish > ~/.config/fish/completions/cnie.fish

For zsh the directory has to be in fpath before compinit. The other programs have the same command.`
}

// Run prints the script.
func (c *completionCommand) Run(model *kong.Application, s Streams) error {
	write := map[string]func(*kong.Application) string{
		"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion,
	}[c.Shell]
	_, err := fmt.Fprint(s.Out, write(model))
	return err
}

type manCommand struct{}

// Help teaches how to read the page.
func (manCommand) Help() string {
	return `To read it:

  cnie man | man -l -

To install it:

  cnie man > /usr/local/share/man/man1/cnie.1`
}

// Run prints the page.
func (manCommand) Run(model *kong.Application, s Streams) error {
	_, err := fmt.Fprint(s.Out, manual(model))
	return err
}

// commandsOf lists a program and its commands, outer ones first, without those
// that are hidden.
func commandsOf(n *kong.Node) []*kong.Node {
	list := []*kong.Node{n}
	for _, child := range n.Children {
		if !child.Hidden {
			list = append(list, commandsOf(child)...)
		}
	}
	return list
}

// words is the name of a command with the program in front: "cnie read".
func words(n *kong.Node) string {
	if n.Parent == nil || n.Type == kong.ApplicationNode {
		return n.Name
	}
	return words(n.Parent) + " " + n.Name
}

// flagsOf lists the flags that a command takes, its own and those of the
// program, by name.
func flagsOf(n *kong.Node) (flags []*kong.Flag) {
	for _, group := range n.AllFlags(true) {
		flags = append(flags, group...)
	}
	slices.SortFunc(flags, func(a, b *kong.Flag) int { return strings.Compare(a.Name, b.Name) })
	return flags
}

// spellings are the ways to write a flag.
func spellings(f *kong.Flag) []string {
	all := []string{"--" + f.Name}
	if f.Short != 0 {
		all = append(all, "-"+string(f.Short))
	}
	if f.Tag.Negatable != "" {
		all = append(all, "--no-"+f.Name)
	}
	for _, alias := range f.Aliases {
		all = append(all, "--"+alias)
	}
	return all
}

// takesValue says whether a flag is followed by a value.
func takesValue(f *kong.Flag) bool { return !f.IsBool() && !f.IsCounter() }

// choices are the values to choose from; nil when any will do.
func choices(v *kong.Value) (list []string) {
	if v.Enum == "" {
		return nil
	}
	for _, choice := range v.EnumSlice() {
		if choice != "" {
			list = append(list, choice)
		}
	}
	return list
}

// isPath says whether a value names a file or directory.
func isPath(v *kong.Value) bool {
	switch v.Tag.Type {
	case "path", "existingfile", "existingdir":
		return true
	}
	return false
}

// brief is the first sentence of a help text, on one line.
func brief(help string) string {
	first, _, _ := strings.Cut(help, ". ")
	return strings.TrimSuffix(strings.ReplaceAll(first, "\n", " "), ".")
}
