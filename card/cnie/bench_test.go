package cnie_test

import (
	"runtime"
	"testing"

	"cnie.example/card/transcript"
	"cnie.example/card/vcard"
)

// BenchmarkRead is what the terminal computes for a whole reading of a CNIe, with
// PACE, generic mapping, chip authentication and all reads, without the chip:
// golden transcripts are played with their randomness.
func BenchmarkRead(b *testing.B) {
	for _, s := range subjects() {
		for name, u := range s.flows() {
			if s.known || name != "read" {
				continue
			}
			b.Run(s.name, func(b *testing.B) {
				recorded := load(b, s, name)
				b.ReportAllocs()
				for b.Loop() {
					b.StopTimer()
					p, err := transcript.NewReplayer(recorded)
					must(b, err)
					a := s.access(b, 0)
					a.Rand = p.Random()
					b.StartTimer()
					if _, err := u.run(b.Context(), p, a, s.files); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkModel is the time of the flows in the model of 17 ms per APDU and
// 70 µs per byte, without the chip's cryptography, as model-ms; the time per
// operation is that of both sides in this process and means nothing.
func BenchmarkModel(b *testing.B) {
	for _, s := range subjects() {
		for name, u := range s.flows() {
			b.Run(s.name+"/"+name, func(b *testing.B) {
				p := document(b, s.profile)
				var done vcard.Counters
				for b.Loop() {
					chip := newCard(b, p)
					if _, err := u.run(b.Context(), chip, s.from(b, p, 0), s.files); err != nil {
						b.Fatal(err)
					}
					done = chip.Counters()
				}
				b.ReportMetric(float64(done.APDUs), "APDUs")
				b.ReportMetric(float64(done.Received+done.Sent), "bytes")
				b.ReportMetric(vcard.DefaultLatency().Of(done).Seconds()*1000, "model-ms")
			})
		}
	}
}

// TestModel catches a flow that became slower in the model than the table of
// docs/performance.md says: 500 ms extended, 700 short, 250 for a known
// document.
func TestModel(t *testing.T) {
	for name, limit := range map[string]float64{"cnie": 500, "cnie-short": 720, "cnie-known": 250, "cnie-known-dg1": 220} {
		for _, s := range subjects() {
			if s.name != name {
				continue
			}
			p := document(t, s.profile)
			chip := newCard(t, p)
			_, err := login(t.Context(), chip, s.from(t, p, 0), s.files)
			must(t, err)
			if got := vcard.DefaultLatency().Of(chip.Counters()).Seconds() * 1000; got > limit {
				t.Errorf("%s: %.0f ms, at most %.0f", name, got, limit)
			} else {
				t.Logf("%s: %.0f ms", name, got)
			}
		}
	}
}

// TestMemory catches a reading that allocates more than 1 MB, photo included.
func TestMemory(t *testing.T) {
	for _, s := range subjects() {
		if s.name != "cnie" && s.name != "cnie-photo" && s.name != "cnie-short" {
			continue
		}
		p, err := transcript.NewReplayer(load(t, s, "read"))
		must(t, err)
		a := s.access(t, 0)
		a.Rand = p.Random()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = read(t.Context(), p, a, s.files)
		runtime.ReadMemStats(&after)
		must(t, err)
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
			t.Errorf("%s: %d bytes", s.name, allocated)
		} else {
			t.Logf("%s: %d bytes", s.name, allocated)
		}
	}
}
