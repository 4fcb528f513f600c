package main

import (
	"fmt"
	"text/tabwriter"

	"cnie.example/card/vcard/issuer"
	"cnie.example/cmd/internal/cli"
)

// cardCommand is about virtual cards alone, without agent and provider.
type cardCommand struct {
	Run      cardRunCommand      `cmd:"" help:"Put a virtual card into a virtual reader and wait."`
	Profiles cardProfilesCommand `cmd:"" help:"List the named profiles."`
	New      cardNewCommand      `cmd:"" help:"Print a profile as JSON, to change it."`
	Schema   cardSchemaCommand   `cmd:"" help:"Print the JSON schema of profiles (draft 2020-12)."`
	Faults   cardFaultsCommand   `cmd:"" help:"List what a chip can do wrong."`
}

type cardProfilesCommand struct{}

// Run lists the named profiles.
func (cardProfilesCommand) Run(s cli.Streams) error {
	table := tabwriter.NewWriter(s.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintf(table, "PROFILE\tCAN\tDOCUMENT (SPECIMEN)\n")
	for _, n := range issuer.Profiles() {
		can := n.Profile.CAN
		if can == "" {
			can = "–"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", n.Name, can, n.About)
	}
	return table.Flush()
}

type cardNewCommand struct{ profileFlag }

// Run prints a profile with all its members.
func (c cardNewCommand) Run(s cli.Streams) error {
	p, err := c.read()
	if err != nil {
		return err
	}
	return p.Write(s.Out)
}

type cardSchemaCommand struct{}

// Run prints the schema.
func (cardSchemaCommand) Run(s cli.Streams) error {
	schema, err := issuer.Schema()
	if err != nil {
		return err
	}
	_, err = s.Out.Write(schema)
	return err
}

type cardFaultsCommand struct{}

// chipFaults are the faults that vcard.ParseFault reads.
func chipFaults() [][2]string {
	return [][2]string{
		{"cut@7", "the card is gone while it serves APDU 7"},
		{"late@7=2s", "the answer to APDU 7 comes 2 s late"},
		{"status@7=6A82", "APDU 7 is answered with the status word 6A82 alone"},
		{"length@7", "the answer to APDU 7 is one byte short"},
		{"mac@7", "the answer to APDU 7 has a wrong MAC, as has the token of PACE"},
		{"clone", "the chip has the files, but not the private keys"},
		{"keep-keys", "the chip keeps the old session keys after chip authentication"},
		{"plain-after-pace", "the chip answers without secure messaging after PACE"},
		{"other-curve", "the chip's ephemeral keys are on another curve"},
		{"leading-zero", "every shared secret of PACE begins with a zero byte (no misbehaviour)"},
	}
}

// Run lists the faults.
func (cardFaultsCommand) Run(s cli.Streams) error {
	table := tabwriter.NewWriter(s.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintf(table, "FAULT\tWHAT THE CHIP DOES\n")
	for _, f := range chipFaults() {
		fmt.Fprintf(table, "%s\t%s\n", f[0], f[1])
	}
	fmt.Fprintf(table, "\nAPDUs are counted from the last reset, so that every attempt meets the fault.\n")
	return table.Flush()
}
