package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"cnie.example/card/bac"
	"cnie.example/card/cnie"
	"cnie.example/card/mrz"
	"cnie.example/card/pace"
	"cnie.example/card/vcard/issuer"
	"cnie.example/cmd/internal/cli"
)

// passwordFlags say what opens the card.
type passwordFlags struct {
	CAN string `name:"can" xor:"password" placeholder:"N" help:"Card access number. “-” reads a line of the standard input, and so does --reader without it; a virtual card has that of its profile. Other users of the machine can see the arguments of a program."`
	MRZ string `name:"mrz" xor:"password" placeholder:"INFORMATION" help:"Open with the machine readable zone instead: document number, date of birth and date of expiry, each with its check digit, in one word. “-” takes that of the profile, and with --reader a line of the standard input."`
	BAC bool   `name:"bac" help:"Open by Basic Access Control, with the machine readable zone, instead of PACE."`
}

// Validate is called by the parser.
func (f *passwordFlags) Validate() error {
	if f.BAC && f.CAN != "" {
		return errors.New("--bac opens the card by --mrz, not by --can")
	}
	return nil
}

// zone says that the machine readable zone is the password.
func (f *passwordFlags) zone() bool { return f.BAC || f.MRZ != "" }

// open makes the password, which the caller wipes. profile is that of a virtual
// card in this process, nil for a card in a reader.
func (f *passwordFlags) open(ctx context.Context, access *cnie.Access, profile *issuer.Profile, prompt io.Writer) error {
	if !f.zone() {
		can, err := f.can(ctx, profile, prompt)
		if err == nil {
			access.Password, err = pace.CAN(can)
		}
		clear(can)
		return err
	}
	information, err := f.information(ctx, profile, prompt)
	defer clear(information)
	switch {
	case err != nil:
		return err
	case f.BAC:
		access.BAC = bac.NewPassword(information)
	default:
		access.Password = pace.MRZ(information)
	}
	return nil
}

// can is the CAN of the command line, else that of the profile. “-”, or no
// profile, is a line of the standard input.
func (f *passwordFlags) can(ctx context.Context, profile *issuer.Profile, prompt io.Writer) ([]byte, error) {
	switch {
	case f.CAN == "-" || f.CAN == "" && profile == nil:
		return ask(ctx, prompt, "CAN")
	case f.CAN != "":
		return []byte(f.CAN), nil
	case profile.CAN == "":
		return nil, errors.New("--can is missing: the card of this profile has none of its own (--bac or --mrz - opens it by its MRZ)")
	}
	return []byte(profile.CAN), nil
}

// information is that of the command line, else of the profile, else a line of
// the standard input.
func (f *passwordFlags) information(ctx context.Context, profile *issuer.Profile, prompt io.Writer) ([]byte, error) {
	if f.MRZ != "" && f.MRZ != "-" {
		return checked([]byte(f.MRZ))
	}
	if profile != nil {
		return profile.Information()
	}
	line, err := ask(ctx, prompt, "MRZ")
	if err != nil {
		return nil, err
	}
	return checked(line)
}

// checked refuses what the machine readable zone of no document gives, so that
// no try is spent on it.
func checked(information []byte) ([]byte, error) {
	const day, dates = 6, 14 // characters: of a date, and of both with their check digits
	if n := len(information) - dates; n > 0 {
		number, birth, expiry := information[:n-1], information[n:n+day], information[n+day+1:n+2*day+1]
		made, err := mrz.Information(string(number), string(birth), string(expiry))
		defer clear(made)
		if err == nil && bytes.Equal(made, information) {
			return information, nil
		}
	}
	clear(information)
	return nil, fmt.Errorf("--mrz: %d characters that are not document number, birth and expiry date, each with its check digit", len(information))
}

func wipe(a cnie.Access) {
	if a.Password != nil {
		a.Password.Wipe()
	}
	if a.BAC != nil {
		a.BAC.Wipe()
	}
}

// maxLine is the longest line that is taken for a password, in bytes.
const maxLine = 64

// ask reads a line of the standard input, without what people put around and
// between digits. A line that is too long stays what it is: no password.
func ask(ctx context.Context, prompt io.Writer, what string) ([]byte, error) {
	line, err := cli.Ask(ctx, os.Stdin, prompt, what+": ", maxLine)
	if err != nil {
		return nil, err
	}
	return bytes.ReplaceAll(bytes.TrimSpace(line), []byte(" "), nil), nil
}
