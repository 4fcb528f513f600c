package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/cmd/cnie-lab/internal/bench"
	"cnie.example/cmd/cnie-lab/internal/lab"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/readers"
)

type benchCommand struct {
	Reader string `xor:"card" placeholder:"NAME" help:"Read the card in this reader (see “cnie readers”) instead of a virtual card in this process."`
	profileFlag
	chipFlags
	keysFlag
	passwordFlags
	Prefer string        `enum:",im,cam" default:"" placeholder:"im|cam" help:"Mapping of PACE that is preferred to generic mapping where the chip offers it."`
	Runs   int           `name:"runs" short:"n" default:"100" placeholder:"N" help:"How often the card is read. Default: ${default}."`
	Flow   string        `enum:"read,login" default:"read" placeholder:"read|login" help:"What is measured: read (as its owner) or login (the card's part of a login, with a provider in this process who verifies no document). Default: ${default}."`
	Known  bool          `name:"known" help:"Take the card for the document of the first run, as an agent does that remembers it: EF.CardAccess, SOD and DG14 are not read again."`
	Files  []string      `default:"DG1,DG11" placeholder:"FILE,…" help:"Files read after the proof of the chip. Default: ${default}."`
	Wait   time.Duration `default:"10s" help:"How long each run waits for a card. Default: ${default}."`
	JSON   bool          `name:"json" help:"Print one JSON object."`
}

// maxRuns bounds what is kept for the percentiles.
const maxRuns = 1_000_000

// Run measures and reports. Runs that failed, and an interrupt, make the exit
// status 1; without a service, a reader or the right CAN it is 2. With --json
// there is an object in every case.
func (c *benchCommand) Run(ctx context.Context, s cli.Streams) error {
	report, err := c.measure(ctx, s)
	if report == nil {
		report = bench.NotRun(c.Runs)
	}
	report.Lab, report.Reader = c.Reader == "", c.Reader
	if report.Lab {
		report.Profile = c.name()
	}
	if err != nil {
		report.Error = err.Error()
	}
	interrupted := err != nil && ctx.Err() != nil
	if err != nil && !interrupted {
		err = &cli.StatusError{Status: exitCouldNotRun, Err: err}
	} else if report.Failed > 0 || interrupted {
		err = &cli.StatusError{Status: cli.ExitFailed}
	}
	switch {
	case c.JSON:
		return errors.Join(err, json.NewEncoder(s.Out).Encode(report))
	case report.Runs > 0:
		return errors.Join(err, report.Write(s.Out))
	}
	return err
}

func (c *benchCommand) measure(ctx context.Context, s cli.Streams) (*bench.Report, error) {
	config := bench.Config{Runs: c.Runs, Wait: c.Wait, Login: c.Flow == "login", Known: c.Known, Rand: rand.Reader}
	if c.Runs < 1 || c.Runs > maxRuns || c.Wait <= 0 {
		return nil, fmt.Errorf("--runs is from 1 to %d, --wait above zero", maxRuns)
	}
	for _, name := range c.Files {
		f, err := lds.ParseFile(name)
		if err != nil || !f.IsDataGroup() {
			return nil, fmt.Errorf("--files: %q is no data group", name)
		}
		if slices.Contains(config.Files, f) {
			return nil, fmt.Errorf("--files: %s is named twice", name)
		}
		config.Files = append(config.Files, f)
	}
	if config.Login && config.Files[0] != lds.DG1 {
		return nil, errors.New("--files: a login begins with DG1")
	}
	profile, err := c.source(&config, s.Err)
	if err != nil {
		return nil, err
	}
	if err := c.open(ctx, &config.Access, profile, s.Err); err != nil {
		return nil, err
	}
	defer wipe(config.Access)
	config.MRZ = c.zone()
	config.Access.Preference = pace.Preference{Integrated: c.Prefer == "im", ChipAuthentication: c.Prefer == "cam"}
	return bench.Run(ctx, config)
}

// source is where the card comes from: a reader, or this process, whose card is
// that of the profile.
func (c *benchCommand) source(config *bench.Config, w io.Writer) (*issuer.Profile, error) {
	if c.Reader != "" {
		if len(c.Fault) > 0 || c.Latency != (latencyFlag{}) {
			return nil, errors.New("--fault and --latency are for a virtual card: give them to “cnie-lab card run”")
		}
		config.Cards = readers.PCSC(c.Reader)
		return nil, nil
	}
	profile, err := c.read()
	if err != nil {
		return nil, err
	}
	if err := c.add(&profile); err != nil {
		return nil, err
	}
	keys, err := c.keys(w)
	if err != nil {
		return nil, err
	}
	chip, err := keys.Card(profile, vcard.Latency(c.Latency), rand.Reader)
	if err != nil {
		return nil, err
	}
	config.Cards = lab.Held(chip)
	return &profile, nil
}
