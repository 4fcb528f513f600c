package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cnie.example/attest/refusal"
	"cnie.example/cmd/internal/cli"
	"cnie.example/web/agent"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// explain tells a failure with its cause and its remedy, then the technical
// detail, and ends the command with a failure. A person who interrupted it knows
// the cause.
func explain(w io.Writer, err error, tag language.Tag) error {
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(w, wordsIn(tag).interrupted)
		return &cli.StatusError{Status: cli.ExitFailed}
	}
	name := problemOf(err)
	text := name.Text(tag)
	fmt.Fprintf(w, "%s\n\n%s\n%s\n\n[%s] %v\n", text.Title, text.Cause, text.Remedy, name, err)
	return &cli.StatusError{Status: cli.ExitFailed}
}

// problemOf names a failure of reading a card, or of what a document says.
func problemOf(err error) problem.Name {
	if reason, ok := refusal.Of(err); ok {
		return problem.Name(reason)
	}
	return agent.ProblemOf(err)
}
