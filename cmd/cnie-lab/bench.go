package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"cnie.example/card/bac"
	"cnie.example/card/cnie"
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
	Reader string `placeholder:"NAME" help:"Read the card in this reader (see “cnie readers”) instead of a virtual card in this process."`
	profileFlag
	chipFlags
	keysFlag
	CAN    string        `name:"can" placeholder:"N" help:"Card access number. “-” reads a line of the standard input, and so does --reader without it; a virtual card has that of its profile. Other users of the machine can see the arguments of a program."`
	MRZ    string        `name:"mrz" placeholder:"INFORMATION" help:"Open with the machine readable zone instead: document number, date of birth and date of expiry, each with its check digit, in one word. “-” takes that of the profile."`
	BAC    bool          `name:"bac" help:"Open by Basic Access Control, with --mrz, instead of PACE."`
	Prefer string        `enum:",im,cam" default:"" placeholder:"im|cam" help:"Mapping of PACE that is preferred to generic mapping where the chip offers it."`
	Runs   int           `name:"runs" short:"n" default:"100" placeholder:"N" help:"How often the card is read. Default: ${default}."`
	Files  []string      `default:"DG1,DG11" placeholder:"FILE,…" help:"Files read after chip authentication. Default: ${default}."`
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
		report.Profile = c.Profile
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
	config := bench.Config{Runs: c.Runs, Wait: c.Wait, Rand: rand.Reader}
	if c.Runs < 1 || c.Runs > maxRuns || c.Wait <= 0 {
		return nil, fmt.Errorf("--runs is from 1 to %d, --wait above zero", maxRuns)
	}
	for _, name := range c.Files {
		f, err := lds.ParseFile(name)
		if err != nil || !f.IsDataGroup() {
			return nil, fmt.Errorf("--files: %q is no data group", name)
		}
		config.Files = append(config.Files, f)
	}
	profile, err := c.source(&config, s.Err)
	if err != nil {
		return nil, err
	}
	if err := c.open(ctx, &config.Access, profile, s.Err); err != nil {
		return nil, err
	}
	defer wipe(config.Access)
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
	profile.Faults = slices.Concat(profile.Faults, c.Fault)
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

// open makes the password: of the MRZ when that is asked for, else the CAN.
func (c *benchCommand) open(ctx context.Context, access *cnie.Access, profile *issuer.Profile, prompt io.Writer) error {
	if c.MRZ == "" && !c.BAC {
		can, err := c.can(ctx, profile, prompt)
		if err == nil {
			access.Password, err = pace.CAN(can)
		}
		clear(can)
		return err
	}
	information := []byte(c.MRZ)
	defer clear(information)
	if c.MRZ == "" || c.MRZ == "-" {
		if profile == nil {
			return errors.New("--mrz is missing: only the card of a profile has one of its own")
		}
		var err error
		if information, err = profile.Information(); err != nil {
			return err
		}
	}
	if c.BAC {
		access.BAC = bac.NewPassword(information)
	} else {
		access.Password = pace.MRZ(information)
	}
	return nil
}

func wipe(a cnie.Access) {
	if a.Password != nil {
		a.Password.Wipe()
	}
	if a.BAC != nil {
		a.BAC.Wipe()
	}
}

// can is the CAN of the command line, else that of the profile. “-”, or no
// profile, is a line of the standard input.
func (c *benchCommand) can(ctx context.Context, profile *issuer.Profile, prompt io.Writer) ([]byte, error) {
	switch {
	case c.CAN == "-" || c.CAN == "" && profile == nil:
		return readCAN(ctx, prompt)
	case c.CAN != "":
		return []byte(c.CAN), nil
	case profile.CAN == "":
		return nil, fmt.Errorf("--can is missing: the card of profile %s has none of its own (--bac opens it by its MRZ)", c.Profile)
	}
	return []byte(profile.CAN), nil
}

func readCAN(ctx context.Context, prompt io.Writer) ([]byte, error) {
	fmt.Fprint(prompt, "CAN: ")
	type line struct {
		b   []byte
		err error
	}
	read := make(chan line, 1)
	go func() { // left to the end of the program when ctx ends first
		b, err := readLine(os.Stdin)
		read <- line{b, err}
	}()
	select {
	case l := <-read:
		return l.b, l.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// maxLine is the longest line that is taken for a CAN, in bytes.
const maxLine = 16

// readLine reads a line, without what people put around and between digits. A
// longer one stays what it is: no CAN.
func readLine(in io.Reader) ([]byte, error) {
	line, next := make([]byte, 0, maxLine+1), make([]byte, 1)
	for len(line) <= maxLine {
		_, err := io.ReadFull(in, next)
		if errors.Is(err, io.EOF) || next[0] == '\n' {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("--can: standard input: %w", err)
		}
		line = append(line, next...)
	}
	return bytes.ReplaceAll(bytes.TrimSpace(line), []byte(" "), nil), nil
}
