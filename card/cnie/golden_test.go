package cnie_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/transcript"
)

// update records the golden transcripts anew, on the virtual card:
// go test ./card/cnie -run Golden -update.
var update = flag.Bool("update", false, "record the golden transcripts anew")

// golden is the file of a subject's flow.
func golden(s subject, flow string) string {
	return filepath.Join("testdata", s.name+"-"+flow+".txt")
}

// TestGolden catches a change in what the terminal says to any document in any
// use: each transcript is played strictly, byte for byte, with the randomness
// that was drawn when it was recorded.
func TestGolden(t *testing.T) {
	expected := map[string]bool{}
	for _, s := range subjects() {
		for name, u := range s.flows() {
			file := golden(s, name)
			expected[file] = true
			t.Run(s.name+"/"+name, func(t *testing.T) {
				if *update {
					record(t, s, name, u)
				}
				p, got := replay(t, s, name, u)
				must(t, p.Done())
				if played, _ := p.Played(); played != u.apdus {
					t.Errorf("%d APDUs, want %d", played, u.apdus)
				}
				zone, err := lds.ParseDG1(got.files[lds.DG1])
				must(t, err)
				if want := profileOf(t, s.profile).DocumentNumber; zone.DocumentNumber != want {
					t.Errorf("document %s, want %s", zone.DocumentNumber, want)
				}
				for _, f := range s.files {
					if len(got.files[f]) == 0 {
						t.Errorf("no %v", f)
					}
				}
			})
		}
	}
	files, err := filepath.Glob("testdata/*-*.txt")
	must(t, err)
	for _, file := range files {
		if !expected[file] {
			t.Errorf("%s belongs to no test", file)
		}
	}
}

// record plays a flow on the virtual card and keeps the transcript.
func record(t *testing.T, s subject, name string, u use) {
	t.Helper()
	p := document(t, s.profile)
	chip := newCard(t, p)
	r := transcript.NewRecorder(chip, transcript.Header{
		Document: "SPECIMEN, profile " + s.profile, Flow: name, Reader: "SPECIMEN reader", ATR: transcript.Whole(chip.ATR()),
	}, nil)
	a := s.from(t, p, 0)
	a.Rand = r.Random(a.Rand)
	_, err := u.run(t.Context(), r, a, s.files)
	must(t, err)
	text, err := r.Transcript().Text()
	must(t, err)
	must(t, os.WriteFile(golden(s, name), text, 0o644))
}

// load reads a golden transcript.
func load(t testing.TB, s subject, name string) transcript.Transcript {
	t.Helper()
	text, err := os.ReadFile(golden(s, name))
	must(t, err)
	recorded, err := transcript.Parse(text)
	must(t, err)
	return recorded
}

// replay plays a flow against its transcript.
func replay(t testing.TB, s subject, name string, u use) (*transcript.Replayer, outcome) {
	t.Helper()
	p, err := transcript.NewReplayer(load(t, s, name))
	must(t, err)
	got, err := u.run(t.Context(), p, replayed(t, s, p), s.files)
	must(t, err)
	return p, got
}

// replayed opens the subject with recorded randomness. A known document is that
// of the transcript in which it was not known yet.
func replayed(t testing.TB, s subject, p *transcript.Replayer) cnie.Access {
	t.Helper()
	a := s.access(t, 0)
	a.Rand = p.Random()
	if s.known {
		first := subjects()[0]
		_, got := replay(t, first, "login", first.flows()["login"])
		a.Known, a.MaxLe = got.known, card.MaxExtendedLe
	}
	return a
}
