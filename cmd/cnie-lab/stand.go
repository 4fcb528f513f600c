package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"cnie.example/cmd/cnie-lab/internal/lab"
	"cnie.example/cmd/internal/cli"
)

// exitCouldNotRun is the status when a login could not be played to its end.
const exitCouldNotRun = 2

// standFlags say what is set up.
type standFlags struct {
	Transport string `enum:"embedded,pcsc" default:"embedded" help:"How the agent reaches the card: embedded (in the process) or pcsc (a real pcscd with vpcd; a private one as root, else the system's). Default: ${default}."`
	profileFlag
	Fault string `placeholder:"NAME" help:"One party misbehaves (see “cnie-lab faults”)."`
	keysFlag
	Record   string `type:"path" placeholder:"FILE" help:"Log in at a provider that runs elsewhere: its provider record. It has to trust the laboratory's csca.pem. Only faults of the card go with it."`
	Begin    string `placeholder:"URL" help:"With --record: the page on which a login begins. Default: the root of the provider's origin."`
	Evidence string `type:"path" placeholder:"DIR" help:"Write the signed evidence record of each login into this directory, as “cnie-idp serve --records” does. Not with --record."`
	Verbose  bool   `short:"v" help:"Log what agent and provider do."`
}

// config reads the profile and opens the keys.
func (f standFlags) config(w io.Writer) (lab.Config, error) {
	c := lab.Config{Transport: lab.Transport(f.Transport), Logger: slog.New(slog.DiscardHandler)}
	if f.Verbose {
		c.Logger = slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	var err error
	if c.Fault, err = lab.FindFault(f.Fault); err != nil {
		return c, err
	}
	if c.Profile, err = f.read(); err != nil {
		return c, err
	}
	if err := c.Fault.Fits(c.Transport, c.Profile); err != nil {
		return c, err
	}
	if c.Elsewhere, err = f.elsewhere(); err != nil {
		return c, err
	}
	if c.Elsewhere != nil {
		if err := c.Elsewhere.Reaches(c.Fault); err != nil {
			return c, err
		}
	}
	if c.Evidence = f.Evidence; c.Evidence != "" && c.Elsewhere != nil {
		return c, errors.New("--evidence is of the laboratory's own provider: not with --record")
	}
	c.Keys, err = f.keys(w)
	return c, err
}

// elsewhere reads the record of a provider outside the laboratory; nil without
// one.
func (f standFlags) elsewhere() (*lab.Elsewhere, error) {
	if f.Record == "" {
		if f.Begin != "" {
			return nil, errors.New("--begin needs --record")
		}
		return nil, nil
	}
	record, err := os.ReadFile(f.Record)
	if err != nil {
		return nil, fmt.Errorf("--record: %w", err)
	}
	e, err := lab.NewElsewhere(record, f.Begin)
	if err != nil {
		return nil, fmt.Errorf("--record %s: %w", f.Record, err)
	}
	return e, nil
}

// keysFlag says whose documents the cards are.
type keysFlag struct {
	Keys string `type:"path" placeholder:"DIR" help:"Where the keys of the laboratory are kept. Default: cnie-lab in the state directory of the user."`
}

// keys opens the keys, or makes them and says so.
func (f keysFlag) keys(w io.Writer) (*lab.Keys, error) {
	dir := f.Keys
	if dir == "" {
		var err error
		if dir, err = lab.DefaultDir(); err != nil {
			return nil, err
		}
	}
	return lab.OpenKeys(dir, time.Now(), func() {
		fmt.Fprintf(w, "Making the keys of the laboratory in %s; once, some seconds …\n", dir)
	})
}

// up sets everything up; what fails here could not be run.
func (f standFlags) up(ctx context.Context, s cli.Streams, change func(*lab.Config)) (*lab.Stand, lab.Config, error) {
	config, err := f.config(s.Err)
	if err != nil {
		return nil, config, &cli.StatusError{Status: exitCouldNotRun, Err: err}
	}
	change(&config)
	stand, err := lab.Up(ctx, config)
	if err != nil {
		return nil, config, &cli.StatusError{Status: exitCouldNotRun, Err: err}
	}
	return stand, config, nil
}
