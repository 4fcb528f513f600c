package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"cnie.example/card/vcard/issuer"
	"cnie.example/cmd/cnie-lab/internal/lab"
	"cnie.example/cmd/internal/cli"
)

type loginCommand struct {
	standFlags
	Level string   `enum:"eidas1,eidas2,eidas3" default:"eidas1" help:"Level asked for: eidas1, eidas2 or eidas3. Default: ${default}. A provider of --record decides itself."`
	Agent string   `placeholder:"ADDRESS" help:"Loopback address of the agent. Default: a free one."`
	CAN   []string `name:"can" placeholder:"N" help:"Card access number that is typed; several are typed one after the other. Default: that of the card."`
	Lang  string   `enum:"fr,en" default:"en" help:"Language of the pages: fr or en. Default: ${default}."`
	JSON  bool     `name:"json" help:"Print one JSON object as the last line."`
}

// Run plays one login. With --json one that could not be run has its object too.
func (c *loginCommand) Run(ctx context.Context, s cli.Streams) error {
	err := c.play(ctx, s)
	if own, ok := errors.AsType[*cli.StatusError](err); ok && c.JSON && own.Status == exitCouldNotRun {
		return errors.Join(err, json.NewEncoder(s.Out).Encode(lab.NotRun(c.Level, lab.Transport(c.Transport), own.Err)))
	}
	return err
}

func (c *loginCommand) play(ctx context.Context, s cli.Streams) error {
	stand, config, err := c.up(ctx, s, func(config *lab.Config) { config.AgentAt = c.Agent })
	if err != nil {
		return err
	}
	defer stand.Close()
	login := lab.Login{Level: c.Level, CANs: c.CAN, Language: c.Lang}
	if len(login.CANs) == 0 {
		login.CANs = []string{printedCAN(config.Profile)}
	}
	if !c.JSON {
		fmt.Fprintf(s.Out, "LABORATORY: a virtual card, and a person who does not exist.\n\n")
		fmt.Fprintf(s.Out, "  virtual card → agent %s → provider %s\n  card by %s, level asked %s\n\n", stand.AgentURL, stand.Origin, config.Transport, c.asked())
		login.OnStep = func(step lab.Step) {
			fmt.Fprintf(s.Out, "  %-10s %s  %s\n", step.Name, duration(step), meaning(step.Name))
		}
	}
	report, err := stand.Play(ctx, login)
	if err != nil {
		return &cli.StatusError{Status: exitCouldNotRun, Err: err}
	}
	if c.JSON {
		err = json.NewEncoder(s.Out).Encode(report)
	} else {
		err = show(s.Out, report)
	}
	if err == nil && (report.Refused != nil || report.Page.Failed()) {
		return &cli.StatusError{Status: cli.ExitFailed}
	}
	return err
}

// asked is the level that the laboratory asks for.
func (c *loginCommand) asked() string {
	if c.Record != "" {
		return "by the provider"
	}
	return c.Level
}

// printedCAN is what a person types who reads the document: without a CAN on it,
// a guess, since the agent asks for one.
func printedCAN(p issuer.Profile) string {
	if p.CAN == "" {
		return "000000"
	}
	return p.CAN
}

// duration is the time of a step, in a column.
func duration(s lab.Step) string {
	if s.Unfinished {
		return " not ended "
	}
	return fmt.Sprintf("%8.1f ms", s.MS)
}

// meaning tells what happens in a step.
func meaning(step string) string {
	return map[string]string{
		"begin":    "the browser begins at the provider",
		"request":  "the agent fetches and verifies the signed request",
		"consent":  "the person reads what is asked and types the CAN",
		"reader":   "a card is there",
		"card":     "the card is recognised",
		"channel":  "PACE: a protected channel by the CAN",
		"reading":  "SOD and the chip's public keys are read",
		"provider": "the provider verifies them and hands over its key",
		"proof":    "the chip proves itself, and the files are read for the provider",
		"done":     "the provider accepts, the card is reset",
		"confirm":  "the person confirms the name at the provider",
	}[step]
}

// show prints the outcome for people.
func show(w io.Writer, r *lab.Report) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table)
	if r.Refused != nil {
		fmt.Fprintf(table, "REFUSED: %s (%s)\n", r.Refused.Title, r.Refused.Reason)
	}
	if i := r.Identity; i != nil {
		fmt.Fprintf(table, "LOGGED IN at level %s\n\n", r.Level)
		fmt.Fprintf(table, "  name\t%s %s\n", i.GivenNames, i.FamilyName)
		fmt.Fprintf(table, "  born\t%s, %s, %s\n", i.BirthDate, i.Sex, i.Nationality)
		fmt.Fprintf(table, "  document\t%s, valid until %s\n", i.DocumentNumber, i.ExpiryDate)
	}
	if p := r.Page; p != nil {
		fmt.Fprintf(table, "PROVIDER'S PAGE: %s (status %d, %s)\n", p.Heading, p.Status, p.URL)
	}
	fmt.Fprintf(table, "  chip\t%d APDUs, %d bytes sent, %d received\n", r.Chip.APDUs, r.Chip.BytesSent, r.Chip.BytesReceived)
	for i, check := range r.Verified {
		if i == 0 {
			fmt.Fprintf(table, "  verified\t")
		} else if i%5 == 0 {
			fmt.Fprintf(table, "\n\t")
		}
		fmt.Fprintf(table, "%s ", check)
	}
	fmt.Fprintln(table)
	return table.Flush()
}
