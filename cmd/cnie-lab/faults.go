package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"cnie.example/cmd/cnie-lab/internal/lab"
	"cnie.example/cmd/internal/cli"
)

type faultsCommand struct{}

// Run lists the faults with what each needs and the reason that a login ends
// with.
func (faultsCommand) Run(s cli.Streams) error {
	table := tabwriter.NewWriter(s.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintf(table, "FAULT\tWHAT HAPPENS\tNEEDS A CARD WITH\tTHE LOGIN ENDS WITH\n")
	for _, f := range lab.Faults() {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", f.Name, f.Help, needs(f), ends(f))
	}
	return table.Flush()
}

func needs(f lab.Fault) string {
	var all []string
	for _, d := range f.Needs {
		all = append(all, d.What)
	}
	return strings.Join(all, ", ")
}

func ends(f lab.Fault) string {
	if f.WantSigned == "" {
		return f.Want
	}
	return f.Want + "; with active authentication alone " + f.WantSigned
}
