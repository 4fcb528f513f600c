package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// profileFlag chooses a card.
type profileFlag struct {
	Profile string `xor:"card" placeholder:"NAME|FILE" help:"Card: a name of “cnie-lab card profiles”, or a JSON file whose absent members are those of the identity card “cnie”. A name comes first: write ./NAME for a file of that name. Default: cnie."`
}

// name is what was chosen. The flag has no default of its own, so that the
// parser can tell whether it was given.
func (f profileFlag) name() string { return cmp.Or(f.Profile, "cnie") }

// read gives the profile. Errors of a file name it and its member.
func (f profileFlag) read() (issuer.Profile, error) {
	if p, ok := issuer.FindProfile(f.name()); ok {
		return p, nil
	}
	file, err := os.Open(f.Profile)
	if errors.Is(err, fs.ErrNotExist) {
		return issuer.Profile{}, fmt.Errorf("--profile: neither a named profile nor a file: %q (“cnie-lab card profiles” lists the names)", f.Profile)
	}
	if err != nil {
		return issuer.Profile{}, fmt.Errorf("--profile: %w", err)
	}
	defer file.Close()
	p, err := issuer.ReadProfile(file)
	if err != nil {
		return issuer.Profile{}, fmt.Errorf("--profile %s: %w", f.Profile, err)
	}
	return p, nil
}

// chipFlags say how the chip behaves besides its profile.
type chipFlags struct {
	Fault   []string    `sep:"none" placeholder:"FAULT" help:"What the chip does wrong, such as cut@7 (see “cnie-lab card faults”). Can be given several times; added to those of the profile."`
	Latency latencyFlag `default:"none" placeholder:"MODEL" help:"Time that the chip takes: none, default (17 ms per APDU and 70 µs per byte), or parts as in apdu=17ms,byte=70us,multiplication=20ms. Default: ${default}."`
}

// add adds the faults to those of a profile.
func (f chipFlags) add(p *issuer.Profile) error {
	for _, fault := range f.Fault {
		if _, err := vcard.ParseFault(fault); err != nil {
			return fmt.Errorf("--fault: %w (“cnie-lab card faults” explains them)", err)
		}
	}
	p.Faults = slices.Concat(p.Faults, f.Fault)
	return nil
}

// latencyFlag is a model of time on the command line.
type latencyFlag vcard.Latency

// UnmarshalText reads none, default or a list of parts.
func (l *latencyFlag) UnmarshalText(text []byte) error {
	switch string(text) {
	case "none":
		*l = latencyFlag{}
		return nil
	case "default":
		*l = latencyFlag(vcard.DefaultLatency())
		return nil
	}
	read := latencyFlag{}
	parts := map[string]*time.Duration{"apdu": &read.PerAPDU, "byte": &read.PerByte, "multiplication": &read.PerMultiplication}
	for part := range strings.SplitSeq(string(text), ",") {
		name, value, _ := strings.Cut(part, "=")
		to, d := parts[name], time.Duration(-1)
		if to != nil {
			d, _ = time.ParseDuration(value)
		}
		if to == nil || d <= 0 || d > maxLatency {
			return fmt.Errorf("%q is none of none, default, apdu=TIME, byte=TIME and multiplication=TIME, TIME above zero and up to %v", part, maxLatency)
		}
		*to = d
		delete(parts, name) // once each
	}
	*l = read
	return nil
}

// String tells the model in words.
func (l latencyFlag) String() string {
	if l == (latencyFlag{}) {
		return "none"
	}
	return fmt.Sprintf("%v per APDU, %v per byte, %v per multiplication", l.PerAPDU, l.PerByte, l.PerMultiplication)
}

// maxLatency is the longest part of a model.
const maxLatency = 10 * time.Second
