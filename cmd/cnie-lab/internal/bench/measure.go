package bench

import (
	"fmt"
	"slices"
	"time"

	"cnie.example/card/cnie"
	"cnie.example/web/problem"
)

// sample is one step of one run.
type sample struct {
	took  time.Duration
	apdus int
	ok    bool
}

// measured is one run.
type measured struct {
	steps       map[string]sample
	atr         []byte
	document    string
	proof       cnie.Method
	mapping     string // of PACE; empty without
	maxResponse int

	mappingMissing bool // another mapping was preferred
}

// add adds to a step, which is gone through twice when the card has to be
// opened again.
func (m *measured) add(step string, took time.Duration, apdus int, ok bool) {
	before := m.steps[step]
	m.steps[step] = sample{before.took + took, before.apdus + apdus, ok}
}

// measurement collects the runs.
type measurement struct {
	names []string // of the steps, in order
	runs  []*measured
	bad   []Failure
	good  []*measured
}

func newMeasurement(c Config) *measurement {
	m := &measurement{names: []string{stepConnect, stepOpen, stepEvidence}}
	if c.Login {
		m.names = append(m.names, stepProof)
	} else {
		m.names = append(m.names, stepAuthenticate)
		for _, f := range c.Files {
			m.names = append(m.names, f.String())
		}
	}
	m.names = append(m.names, stepClose)
	return m
}

func (m *measurement) begin() *measured { return &measured{steps: map[string]sample{}} }

func (m *measurement) end(r *measured, run int, step string, reason problem.Name, err error) {
	m.runs = append(m.runs, r)
	if err == nil {
		m.good = append(m.good, r)
		return
	}
	m.bad = append(m.bad, Failure{Run: run, Step: step, Reason: string(reason), Error: err.Error()})
}

// NotRun is the report of a measurement that could not begin.
func NotRun(asked int) *Report { return newMeasurement(Config{}).report(asked) }

// report sums up. Steps count in every run that came to them, the total in
// runs that passed.
func (m *measurement) report(asked int) *Report {
	r := &Report{
		Asked: asked, Runs: len(m.runs), Passed: len(m.good), Failed: len(m.bad),
		Steps: []Step{}, Failures: append([]Failure{}, m.bad...), MaxResponse: m.maxResponses(),
	}
	for _, name := range m.names {
		r.Steps = append(r.Steps, m.step(name))
	}
	r.Total = m.total()
	for _, run := range m.runs {
		if run.atr == nil {
			continue
		}
		r.ATR = fmt.Sprintf("%X", run.atr)
	}
	for _, run := range m.good {
		r.Document, r.Proof = run.document, string(run.proof)
		r.Mapping, r.MappingMissing = run.mapping, run.mappingMissing
	}
	return r
}

func (m *measurement) step(name string) Step {
	s := Step{Name: name}
	var times []time.Duration
	var apdus []int
	for _, run := range m.runs {
		sample, ok := run.steps[name]
		switch {
		case !ok:
		case !sample.ok:
			s.Failed++
		default:
			s.Passed++
			times, apdus = append(times, sample.took), append(apdus, sample.apdus)
		}
	}
	s.MS, s.APDUs = percentiles(times), spread(apdus)
	return s
}

// total is all steps of a run together, the wait for the card among them.
func (m *measurement) total() Step {
	s := Step{Name: "total", Passed: len(m.good), Failed: len(m.bad)}
	var times []time.Duration
	var apdus []int
	for _, run := range m.good {
		var took time.Duration
		n := 0
		for _, sample := range run.steps {
			took += sample.took
			n += sample.apdus
		}
		times, apdus = append(times, took), append(apdus, n)
	}
	s.MS, s.APDUs = percentiles(times), spread(apdus)
	return s
}

// maxResponses counts the longest responses that were found to work.
func (m *measurement) maxResponses() []Found {
	counts := map[int]int{}
	for _, run := range m.good {
		counts[run.maxResponse]++
	}
	found := []Found{}
	for n, runs := range counts {
		found = append(found, Found{Bytes: n, Runs: runs})
	}
	slices.SortFunc(found, func(a, b Found) int { return b.Bytes - a.Bytes })
	return found
}

// percentiles by the nearest rank: the least value that so many per cent of all
// do not pass.
func percentiles(times []time.Duration) Percentiles {
	if len(times) == 0 {
		return Percentiles{}
	}
	times = slices.Sorted(slices.Values(times))
	at := func(percent int) float64 {
		rank := (percent*len(times) + 99) / 100
		return float64(times[max(rank, 1)-1].Microseconds()) / 1000
	}
	return Percentiles{P50: at(50), P90: at(90), P99: at(99), Max: at(100)}
}

func spread(n []int) Spread {
	if len(n) == 0 {
		return Spread{}
	}
	return Spread{Min: slices.Min(n), Max: slices.Max(n)}
}
