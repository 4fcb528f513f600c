package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"cnie.example/card/bac"
	"cnie.example/card/mrz"
	"cnie.example/card/pace"
	"cnie.example/cmd/internal/cli"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// passwordFlags say which password opens the card, and where it comes from.
type passwordFlags struct {
	CAN     string `name:"can" xor:"password" placeholder:"N" help:"Card access number: the six digits on the front of the card. Without it, or with “-”, it is read from the standard input. Other users of the machine can see the arguments of a program."`
	MRZ     bool   `name:"mrz" xor:"password" help:"Open the card by its machine readable zone instead: document number, birth date and expiry date are read from the standard input."`
	MRZFile string `name:"mrz-file" xor:"password" type:"path" placeholder:"FILE" help:"Open the card by its machine readable zone: a file with its two or three lines."`
	BAC     bool   `name:"bac" help:"Use Basic Access Control, for passports from before PACE. It is weaker and is never used unless asked for. With --mrz or --mrz-file only."`
}

// Validate is called by the parser.
func (f *passwordFlags) Validate() error {
	if f.BAC && !f.zone() {
		return errors.New("--bac needs --mrz or --mrz-file")
	}
	return nil
}

// zone says that the machine readable zone is the password.
func (f *passwordFlags) zone() bool { return f.MRZ || f.MRZFile != "" }

// password opens a document by PACE or by Basic Access Control: one of the two
// is set.
type password struct {
	pace *pace.Password
	bac  *bac.Password
}

func (p password) wipe() {
	if p.pace != nil {
		p.pace.Wipe()
	}
	if p.bac != nil {
		p.bac.Wipe()
	}
}

// Longest inputs in bytes, with what people put around and between the
// characters.
const (
	maxCAN     = 16
	maxNumber  = 40
	maxDate    = 20
	maxMRZFile = 256
)

// password gives the password, and asks on prompt for what is not on the
// command line. The caller wipes it. When ctx ends first, the reading of in is
// left to the end of the program.
func (f *passwordFlags) password(ctx context.Context, in io.Reader, prompt io.Writer, tag language.Tag) (password, error) {
	if f.zone() {
		information, err := f.information(ctx, in, prompt, wordsIn(tag))
		defer clear(information)
		switch {
		case err != nil:
			return password{}, err
		case f.BAC:
			return password{bac: bac.NewPassword(information)}, nil
		}
		return password{pace: pace.MRZ(information)}, nil
	}
	can := []byte(f.CAN)
	if f.CAN == "" || f.CAN == "-" {
		var err error
		if can, err = cli.Ask(ctx, in, prompt, wordsIn(tag).askCAN, maxCAN); err != nil {
			return password{}, err
		}
	}
	defer clear(can)
	p, err := pace.CAN(digits(can))
	return password{pace: p}, err
}

// information is what the zone gives a password of (mrz.Information).
func (f *passwordFlags) information(ctx context.Context, in io.Reader, prompt io.Writer, w words) ([]byte, error) {
	if f.MRZFile != "" {
		return zoneOfFile(f.MRZFile)
	}
	return askZone(ctx, in, prompt, w)
}

// wrong names a refused password by what it was, since agent.ProblemOf takes
// every one for a CAN.
func (f *passwordFlags) wrong(err error) error {
	if f.zone() && (errors.Is(err, pace.ErrWrongPassword) || errors.Is(err, bac.ErrWrongPassword)) {
		return problem.Wrap(problem.WrongMRZ, err)
	}
	return err
}

// digits takes off what people put around and between the digits. A line that
// is too long stays what it is: no CAN.
func digits(line []byte) []byte {
	if len(line) > maxCAN {
		return line
	}
	return bytes.ReplaceAll(bytes.TrimSpace(line), []byte(" "), nil)
}

func zoneOfFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--mrz-file: %w", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxMRZFile+1))
	if err != nil {
		return nil, fmt.Errorf("--mrz-file: %w", err)
	}
	defer clear(text)
	zone := bytes.Join(bytes.Fields(text), nil)
	defer clear(zone)
	m, err := mrz.Parse(bytes.ToUpper(zone))
	if err != nil {
		return nil, problem.Wrap(problem.MRZFormat, fmt.Errorf("--mrz-file: %w", err))
	}
	return m.Information(), nil
}

// askZone asks for the three fields of the zone that make the password.
func askZone(ctx context.Context, in io.Reader, prompt io.Writer, w words) ([]byte, error) {
	var fields [3][]byte
	for i, question := range []struct {
		text string
		most int
	}{{w.askNumber, maxNumber}, {w.askBirth, maxDate}, {w.askExpiry, maxDate}} {
		line, err := cli.Ask(ctx, in, prompt, question.text, question.most)
		if err != nil {
			return nil, err
		}
		defer clear(line)
		fields[i] = line
	}
	number := bytes.ToUpper(bytes.ReplaceAll(bytes.TrimSpace(fields[0]), []byte(" "), nil))
	defer clear(number)
	birth, err := zoneDate(fields[1])
	if err != nil {
		return nil, err
	}
	expiry, err := zoneDate(fields[2])
	if err != nil {
		return nil, err
	}
	information, err := mrz.Information(string(number), birth, expiry)
	if err != nil {
		return nil, problem.Wrap(problem.MRZFormat, err)
	}
	return information, nil
}

// zoneDate reads a date as people write it and writes it as the zone has it,
// YYMMDD. Six digits alone are taken for that.
func zoneDate(line []byte) (string, error) {
	text := string(bytes.TrimSpace(line))
	for _, layout := range []string{"060102", "2006-01-02", "02/01/2006", "02.01.2006", "02 01 2006", "02-01-2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format("060102"), nil
		}
	}
	return "", problem.Wrap(problem.MRZFormat, errors.New("date in no known form"))
}
