package main

import (
	"context"
	"fmt"

	"cnie.example/cmd/cnie-lab/internal/lab"
	"cnie.example/cmd/internal/cli"
)

type upCommand struct {
	standFlags
	Agent    string `default:"127.0.0.1:24777" placeholder:"ADDRESS" help:"Loopback address of the agent. Default: ${default}."`
	Provider string `default:"127.0.0.1:8443" placeholder:"ADDRESS" help:"Loopback address of the provider. Default: ${default}."`
}

// Run starts everything and waits until it is interrupted.
func (c *upCommand) Run(ctx context.Context, s cli.Streams) error {
	stand, config, err := c.up(ctx, s, func(config *lab.Config) { config.AgentAt, config.IdPAt = c.Agent, c.Provider })
	if err != nil {
		return err
	}
	defer stand.Close()
	can := config.Profile.CAN
	if can == "" {
		can = "any: the card has none, and no login succeeds"
	}
	begin, note := stand.Origin+"/", fmt.Sprintf(`The provider's certificate is signed by the laboratory. Your browser warns of it unless it trusts
%s, which vouches for this machine's loopback names only.
`, config.Keys.AuthorityFile())
	if e := config.Elsewhere; e != nil {
		begin, note = e.Begin(), "The provider runs elsewhere. Its pages have to lead to the agent's address.\n"
	}
	fmt.Fprintf(s.Out, `LABORATORY: a virtual card, and a person who does not exist.

  Open in a browser      %s
  Type as card number    %s
  Agent                  %s
  Card                   %s

%s
Ctrl-C ends everything.
`, begin, can, stand.AgentURL, config.Transport, note)
	select {
	case <-ctx.Done():
		return nil
	case err := <-stand.Failed():
		return &cli.StatusError{Status: exitCouldNotRun, Err: err}
	}
}
