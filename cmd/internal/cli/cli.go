// Package cli runs the command line of a program: it parses the arguments with
// kong, runs the command they name, and turns the outcome into an exit status.
// Programs describe their commands; they write nothing here.
//
// Every program has two commands besides its own: “completion” prints the
// completion script of a shell, “man” the manual page. Both are made of the same
// description as the help, so that they cannot say anything else.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit statuses that all programs share.
const (
	ExitDone   = 0
	ExitFailed = 1 // the command could not do what it was asked
	ExitUsage  = 2 // the command line makes no sense
)

// Program is one program with its commands.
type Program struct {
	Name        string
	Description string // for --help: what it does, first steps, exit statuses
	Commands    any    // pointer to a struct with kong's tags; Run methods may take context.Context and Streams
}

// Streams are what commands write to.
type Streams struct{ Out, Err io.Writer }

// StatusError ends a command with a status of its own. A nil Err prints
// nothing: the command has said what there is to say.
type StatusError struct {
	Status int
	Err    error
}

// Error is the text of Err.
func (e *StatusError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Status)
	}
	return e.Err.Error()
}

// Unwrap gives Err.
func (e *StatusError) Unwrap() error { return e.Err }

// Main runs the program with the arguments and streams of the process, until
// it ends or is interrupted, and exits. A second interrupt ends it at once.
func (p Program) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	status := p.Run(ctx, os.Args[1:], Streams{os.Stdout, os.Stderr})
	stop()
	os.Exit(status)
}

// exit carries the status of --help out of the parser, which would go on.
type exit int

// Run runs the program and returns its exit status.
func (p Program) Run(ctx context.Context, args []string, s Streams) (status int) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case exit:
			status = int(v)
		default:
			panic(v)
		}
	}()
	parser := p.parser(ctx, s)
	if p.documents(parser.Model, args) {
		documents := p
		documents.Commands = &documentCommands{}
		command, err := documents.parser(ctx, s).Parse(args)
		return p.run(command, err, parser.Model, s)
	}
	command, err := parser.Parse(args)
	return p.run(command, err, parser.Model, s)
}

// parser is that of the program's commands. A program that has several gets
// those of documentCommands besides.
func (p Program) parser(ctx context.Context, s Streams) *kong.Kong {
	options := []kong.Option{
		kong.Name(p.Name), kong.Description(p.Description), kong.Writers(s.Out, s.Err),
		kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 120}), kong.ValueFormatter(helpOfValue),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(s),
	}
	parser, err := kong.New(p.Commands, options...)
	if err == nil && len(parser.Model.Children) > 0 && !isDocument(p.Commands) {
		parser, err = kong.New(p.Commands, append(options, documentOptions()...)...)
	}
	if err != nil {
		panic(fmt.Errorf("commands of %s: %w", p.Name, err)) // a fault of the program's own tags
	}
	if len(parser.Model.Children) == 0 {
		parser.Model.Help += fmt.Sprintf(documentsHint, p.Name)
	}
	return parser
}

// helpOfValue tells the other names of a flag, which completion offers too.
func helpOfValue(v *kong.Value) string {
	help := kong.DefaultHelpValueFormatter(v)
	if v.Flag == nil || len(v.Flag.Aliases) == 0 {
		return help
	}
	return help + " Also --" + strings.Join(v.Flag.Aliases, ", --") + "."
}

// documentsHint tells of documentCommands where the help does not list them.
const documentsHint = "\n\n“%[1]s completion bash” (or zsh, fish) prints the completion script of a shell, “%[1]s man” the manual page."

func (p Program) run(command *kong.Context, err error, model *kong.Application, s Streams) int {
	if err != nil {
		fmt.Fprintf(s.Err, "%s: %v\nRun “%s --help” to see how it is used.\n", p.Name, err, p.Name)
		return ExitUsage
	}
	return p.conclude(command.Run(model), s.Err)
}

func (p Program) conclude(err error, w io.Writer) int {
	if err == nil {
		return ExitDone
	}
	if own, ok := errors.AsType[*StatusError](err); ok {
		if own.Err != nil {
			fmt.Fprintf(w, "%s: %v\n", p.Name, own.Err)
		}
		return own.Status
	}
	fmt.Fprintf(w, "%s: %v\n", p.Name, err)
	return ExitFailed
}
