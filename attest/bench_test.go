package attest_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"cnie.example/attest"
	"cnie.example/attest/wire"
)

// BenchmarkLogin measures what a login costs the provider: messages read and
// written, passive authentication, ephemeral key, proof, commands, answers. The
// work of card and agent is left out; signing the handover as JWS is not part
// of this package.
func BenchmarkLogin(b *testing.B) {
	w := newWorld(b)
	verifier := w.verifier()
	s := w.session(w.card())
	opening, err := wire.EncodeOpening(s.opening)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	var spent time.Duration
	timed := func(f func()) {
		begun := time.Now()
		f()
		spent += time.Since(begun)
	}
	for b.Loop() {
		agent := w.session(s.chip)
		var l *attest.Login
		var h wire.Handover
		timed(func() {
			m, err := wire.DecodeFromAgent(opening)
			if err != nil {
				b.Fatal(err)
			}
			if l, err = verifier.Begin(w.tx); err != nil {
				b.Fatal(err)
			}
			if h, err = l.Open(ctx, m.(wire.Opening)); err != nil {
				b.Fatal(err)
			}
			if _, err = wire.EncodeHandover(h); err != nil {
				b.Fatal(err)
			}
		})
		r, err := agent.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
		if err != nil {
			b.Fatal(err)
		}
		answers, err := wire.EncodeAnswers(agent.answers(r, h.Commands))
		if err != nil {
			b.Fatal(err)
		}
		timed(func() {
			m, err := wire.DecodeFromAgent(answers)
			if err != nil {
				b.Fatal(err)
			}
			if more, err := l.Answer(ctx, m.(wire.Answers)); err != nil || more != nil {
				b.Fatal(more, err)
			}
		})
	}
	b.ReportMetric(float64(spent.Microseconds())/float64(b.N), "provider-µs/login")
}

// BenchmarkOpen measures the first message alone, the dearest one that anybody
// with a copy of a document's files can send.
func BenchmarkOpen(b *testing.B) {
	w := newWorld(b)
	verifier := w.verifier()
	opening := w.session(w.card()).opening
	b.ReportAllocs()
	for b.Loop() {
		l, err := verifier.Begin(w.tx)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := l.Open(context.Background(), opening); err != nil {
			b.Fatal(err)
		}
		l.Close()
	}
}

// BenchmarkOpenLogins measures the memory of logins that wait for their
// answers.
func BenchmarkOpenLogins(b *testing.B) {
	w := newWorld(b)
	verifier := w.verifier()
	opening := w.session(w.card()).opening
	const many = 200
	var perLogin uint64
	for b.Loop() {
		var before, after runtime.MemStats
		logins := make([]*attest.Login, many)
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range logins {
			l, err := verifier.Begin(w.tx)
			if err != nil {
				b.Fatal(err)
			}
			m := opening
			m.SOD = append([]byte(nil), m.SOD...)
			if _, err := l.Open(context.Background(), m); err != nil {
				b.Fatal(err)
			}
			logins[i] = l
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		perLogin = (after.HeapAlloc - before.HeapAlloc) / many
		for _, l := range logins {
			l.Close()
		}
	}
	b.ReportMetric(float64(perLogin), "heap-B/login")
}
