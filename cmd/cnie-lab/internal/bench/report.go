package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Report is the outcome of all runs.
type Report struct {
	Lab         bool      `json:"lab"` // a virtual card in this process
	Reader      string    `json:"reader,omitempty"`
	Profile     string    `json:"profile,omitempty"`
	Document    string    `json:"document,omitempty"` // when it is recognised
	Proof       string    `json:"proof,omitempty"`    // how the chip proved itself
	Mapping     string    `json:"mapping,omitempty"`  // of PACE; absent without
	ATR         string    `json:"atr,omitempty"`
	Asked       int       `json:"asked"`
	Runs        int       `json:"runs"` // fewer than asked when it was interrupted
	Passed      int       `json:"passed"`
	Failed      int       `json:"failed"`
	MaxResponse []Found   `json:"max_response"` // longest response APDU that card and reader gave
	Steps       []Step    `json:"steps"`
	Total       Step      `json:"total"` // runs that passed
	Failures    []Failure `json:"failures"`
	Error       string    `json:"error,omitempty"` // why it could not be run, or not to the end

	MappingMissing bool `json:"mapping_missing"` // the preferred mapping was not to be had
}

// Step is one step over all runs that came to it. Times and APDUs are of those
// in which it passed, and 0 without any.
type Step struct {
	Name   string      `json:"name"`
	Passed int         `json:"passed"`
	Failed int         `json:"failed"`
	APDUs  Spread      `json:"apdus"`
	MS     Percentiles `json:"ms"`
}

// Percentiles are in milliseconds, by the nearest rank.
type Percentiles struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// Spread is the least and the greatest number.
type Spread struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Found is how many runs found a limit.
type Found struct {
	Bytes int `json:"bytes"`
	Runs  int `json:"runs"`
}

// Failure is why a run failed.
type Failure struct {
	Run    int    `json:"run"`
	Step   string `json:"step"`
	Reason string `json:"reason"` // name of a problem
	Error  string `json:"error"`
}

// maxShown is how many failures Write shows; JSON has all.
const maxShown = 10

// Write tells the report to people.
func (r *Report) Write(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "STEP\tPASSED\tFAILED\tAPDUS\tP50 ms\tP90 ms\tP99 ms\tMAX ms\t\n")
	for _, s := range append(r.Steps, r.Total) {
		if s.Passed == 0 {
			fmt.Fprintf(table, "%s\t%d\t%d\t–\t–\t–\t–\t–\t\n", s.Name, s.Passed, s.Failed)
			continue
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%.1f\t%.1f\t%.1f\t%.1f\t\n", s.Name, s.Passed, s.Failed, s.APDUs, s.MS.P50, s.MS.P90, s.MS.P99, s.MS.Max)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%d of %d runs passed, %d failed.\n", r.Passed, r.Runs, r.Failed)
	if r.Proof != "" {
		fmt.Fprintf(w, "Proof of the chip: %s.\n", r.Proof)
	}
	if r.Mapping != "" {
		fmt.Fprintf(w, "Mapping of PACE: %s.\n", r.Mapping)
	}
	if r.MappingMissing {
		fmt.Fprintf(w, "The chip does not offer the mapping that was preferred.\n")
	}
	for _, f := range r.MaxResponse {
		fmt.Fprintf(w, "Longest response: %d bytes in %d runs.\n", f.Bytes, f.Runs)
	}
	for i, f := range r.Failures {
		if i == maxShown {
			fmt.Fprintf(w, "  and %d more\n", len(r.Failures)-maxShown)
			break
		}
		fmt.Fprintf(w, "  run %d, %s: [%s] %s\n", f.Run, f.Step, f.Reason, f.Error)
	}
	return nil
}

// String is one number, or two with a dash.
func (s Spread) String() string {
	if s.Min == s.Max {
		return fmt.Sprint(s.Min)
	}
	return fmt.Sprintf("%d–%d", s.Min, s.Max)
}
