package attest_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"runtime"
	"slices"
	"testing"
	"time"

	"cnie.example/attest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/attest/wire"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
)

// stopwatch times the parts of a run that count. One lap may have several.
type stopwatch struct {
	lap  time.Duration
	laps []time.Duration
}

func (s *stopwatch) time(f func()) {
	begun := time.Now()
	f()
	s.lap += time.Since(begun)
}

func (s *stopwatch) next() {
	s.laps = append(s.laps, s.lap)
	s.lap = 0
}

// median is that of the laps: other work on the machine stretches some of them.
func (s *stopwatch) median() time.Duration {
	slices.Sort(s.laps)
	return s.laps[len(s.laps)/2]
}

func (s *stopwatch) report(b *testing.B) {
	b.ReportMetric(float64(s.median().Nanoseconds())/1000, "provider-µs/login")
}

// BenchmarkLogin measures what a login costs the provider: messages read and
// written, passive authentication with a document signer seen before, ephemeral
// key, proof, commands, answers, record. The work of card and agent is left out;
// signing handover and record as JWS is not part of this package.
//
// ratio is that time in proportion to the cryptography that cannot be left out,
// measured in turn with it: the signature of the security object, the two
// multiplications of chip authentication, the signature by the ephemeral scalar.
func BenchmarkLogin(b *testing.B) {
	w := newWorld(b)
	w.config.Rand = rand.Reader
	w.config.Status = reported(attest.StatusGood)
	verifier := w.verifier()
	s := w.session(w.card())
	opening, err := wire.EncodeOpening(s.opening)
	must(b, err)
	raw := rawCryptography(b, s.opening)
	var provider, cryptography stopwatch
	for b.Loop() {
		cryptography.time(raw)
		agent := w.session(s.chip)
		var l *attest.Login
		var h wire.Handover
		provider.time(func() { l, h = benchOpen(b, verifier, w.tx, opening) })
		r, err := agent.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
		must(b, err)
		answers, err := wire.EncodeAnswers(agent.answers(r, h.Commands))
		must(b, err)
		provider.time(func() { benchAnswer(b, l, answers) })
		provider.next()
		cryptography.next()
	}
	provider.report(b)
	b.ReportMetric(float64(provider.median())/float64(cryptography.median()), "ratio")
}

// BenchmarkLoginSealed is BenchmarkLogin with a move to another server between
// the messages.
func BenchmarkLoginSealed(b *testing.B) {
	w := newWorld(b)
	w.config.Rand = rand.Reader
	verifier, keys := w.verifier(), ring(b, 1)
	s := w.session(w.card())
	opening, err := wire.EncodeOpening(s.opening)
	must(b, err)
	var provider stopwatch
	for b.Loop() {
		agent := w.session(s.chip)
		var sealed attest.Sealed
		var h wire.Handover
		provider.time(func() {
			var l *attest.Login
			l, h = benchOpen(b, verifier, w.tx, opening)
			sealed, err = l.Seal(keys, 1)
			must(b, err)
		})
		r, err := agent.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
		must(b, err)
		answers, err := wire.EncodeAnswers(agent.answers(r, h.Commands))
		must(b, err)
		provider.time(func() {
			l, err := verifier.Resume(keys, w.tx.Issuer, w.tx.JTI, sealed)
			must(b, err)
			benchAnswer(b, l, answers)
		})
		provider.next()
	}
	provider.report(b)
}

func benchOpen(b *testing.B, v *attest.Verifier, tx attest.Transaction, opening []byte) (*attest.Login, wire.Handover) {
	m, err := wire.DecodeFromAgent(opening)
	must(b, err)
	l, err := v.Begin(tx)
	must(b, err)
	h, err := l.Open(context.Background(), m.(wire.Opening))
	must(b, err)
	_, err = wire.EncodeHandover(h)
	must(b, err)
	return l, h
}

func benchAnswer(b *testing.B, l *attest.Login, answers []byte) {
	m, err := wire.DecodeFromAgent(answers)
	must(b, err)
	if more, err := l.Answer(context.Background(), m.(wire.Answers)); err != nil || more != nil {
		b.Fatal(more, err)
	}
	_, err = l.Record()
	must(b, err)
}

// rawCryptography is the least that a login with this document computes.
func rawCryptography(b *testing.B, opening wire.Opening) func() {
	b.Helper()
	der, err := lds.ParseSOD(opening.SOD)
	must(b, err)
	signed, err := cms.Parse(der)
	must(b, err)
	signer := &signed.SignerInfos[0]
	i := slices.IndexFunc(signed.Certificates, func(der []byte) bool {
		c, err := certificate.Parse(der, certificate.Options{Lab: true})
		return err == nil && signer.Identifies(c)
	})
	ds, err := certificate.Parse(signed.Certificates[i], certificate.Options{Lab: true})
	must(b, err)
	chip := thief{opening: opening}.key(b).Point
	digest := sha256.Sum256(opening.SOD)
	return func() {
		must(b, signed.CheckSignature(signer, ds.PublicKey))
		k, err := chip.Curve().RandomScalar(rand.Reader)
		must(b, err)
		_, err = chip.Curve().Generator().Mul(k)
		must(b, err)
		_, err = chip.Mul(k)
		must(b, err)
		_, err = curve.Sign(rand.Reader, k, digest[:])
		must(b, err)
	}
}

// BenchmarkOpen measures the first message alone, the dearest one that anybody
// with a copy of a document's files can send.
func BenchmarkOpen(b *testing.B) {
	w := newWorld(b)
	w.config.Rand = rand.Reader
	verifier := w.verifier()
	opening := w.session(w.card()).opening
	b.ReportAllocs()
	for b.Loop() {
		l, err := verifier.Begin(w.tx)
		must(b, err)
		_, err = l.Open(context.Background(), opening)
		must(b, err)
		l.Close()
	}
}

// many logins are open at once where memory is measured.
const many = 200

// openLogins opens logins that wait for their answers; each has its own copy of
// the message, as a server has.
func openLogins(tb testing.TB, v *attest.Verifier, tx attest.Transaction, opening wire.Opening) []*attest.Login {
	tb.Helper()
	logins := make([]*attest.Login, many)
	for i := range logins {
		l, err := v.Begin(tx)
		must(tb, err)
		m := opening
		m.SOD, m.DG14 = slices.Clone(m.SOD), slices.Clone(m.DG14)
		_, err = l.Open(context.Background(), m)
		must(tb, err)
		logins[i] = l
	}
	return logins
}

// heapOf is the memory that what f gives holds, in bytes.
func heapOf[T any](f func() T) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	held := f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(held)
	return after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
}

// BenchmarkOpenLogins measures the memory of logins that wait for their
// answers, in this process and sealed.
func BenchmarkOpenLogins(b *testing.B) {
	w := newWorld(b)
	verifier, keys := w.verifier(), ring(b, 1)
	opening := w.session(w.card()).opening
	openLogins(b, verifier, w.tx, opening) // fills what is remembered of the signer
	var open, sealed uint64
	for b.Loop() {
		open = heapOf(func() []*attest.Login { return openLogins(b, verifier, w.tx, opening) })
		sealed = heapOf(func() []attest.Sealed {
			var states []attest.Sealed
			for _, l := range openLogins(b, verifier, w.tx, opening) {
				s, err := l.Seal(keys, 1)
				must(b, err)
				states = append(states, s)
			}
			return states
		})
	}
	b.ReportMetric(float64(open)/many, "heap-B/login")
	b.ReportMetric(float64(sealed)/many, "sealed-B/login")
}

// Catches a login that holds more memory than is promised while it waits: 16 kB.
func TestMemoryOfAnOpenLogin(t *testing.T) {
	w := newWorld(t)
	verifier := w.verifier()
	opening := w.session(w.card()).opening
	openLogins(t, verifier, w.tx, opening)
	held := heapOf(func() []*attest.Login { return openLogins(t, verifier, w.tx, opening) })
	if each := held / many; each > 16<<10 || each < 1<<10 {
		t.Errorf("%d bytes for each of %d logins", each, many)
	}
}
