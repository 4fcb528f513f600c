package main

import (
	"fmt"
	"text/tabwriter"

	"cnie.example/cmd/cnie-lab/internal/lab"
	"cnie.example/cmd/internal/cli"
)

type faultsCommand struct{}

// Run lists the faults with the reason that a login with each ends with.
func (faultsCommand) Run(s cli.Streams) error {
	table := tabwriter.NewWriter(s.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintf(table, "FAULT\tWHAT HAPPENS\tTHE LOGIN ENDS WITH\n")
	for _, f := range lab.Faults() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.Name, f.Help, f.Want)
	}
	return table.Flush()
}
