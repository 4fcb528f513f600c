package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
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
	Verbose bool `short:"v" help:"Log what agent and provider do."`
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
	c.Keys, err = f.keys(w)
	return c, err
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
