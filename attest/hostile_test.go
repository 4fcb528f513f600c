package attest_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"cnie.example/attest"
	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
)

// noLevel says that a login has not given anything away.
func noLevel(l *attest.Login) bool {
	identity, err := l.Identity()
	return l.Level() == level.None && identity == nil && errors.Is(err, attest.ErrNoIdentity)
}

// known is what an attacker may know: everything that a card gives to a reader,
// and the messages of a login of his own with the real card.
type known struct {
	stolen   thief
	recorded wire.Batch
}

func knowledge(tb testing.TB, w *world) known {
	tb.Helper()
	k := known{stolen: rob(w)}
	w.onAnswers = func(m *wire.Answers) { k.recorded = m.Responses }
	if _, err := w.login(); err != nil {
		tb.Fatal(err)
	}
	w.onAnswers = nil
	return k
}

// response draws an answer of every kind that can be made without the chip.
func (k known) response(t *rapid.T, tb testing.TB, w *world) []byte {
	switch rapid.IntRange(0, 4).Draw(t, "kind of answer") {
	case 0:
		return rapid.SliceOfN(rapid.Byte(), 0, 64).Draw(t, "bytes")
	case 1:
		return rapid.SampledFrom(k.recorded).Draw(t, "recorded")
	case 2:
		b := append([]byte(nil), rapid.SampledFrom(k.recorded).Draw(t, "recorded")...)
		b[rapid.IntRange(0, len(b)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		return b
	case 3:
		return append(append([]byte(nil), k.stolen.files[lds.DG1]...), 0x90, 0)
	default:
		_, forged := k.stolen.forge(tb, w)
		return rapid.SampledFrom(forged).Draw(t, "forged")
	}
}

func (k known) openingOf(t *rapid.T) wire.Opening {
	m := k.stolen.opening
	switch rapid.IntRange(0, 3).Draw(t, "kind of opening") {
	case 0:
		m.SOD = append([]byte(nil), m.SOD...)
		m.SOD[rapid.IntRange(0, len(m.SOD)-1).Draw(t, "byte of SOD")] ^= 1
	case 1:
		m.DG14 = append([]byte(nil), m.DG14...)
		m.DG14[rapid.IntRange(0, len(m.DG14)-1).Draw(t, "byte of DG14")] ^= 1
	}
	m.MaxResponse = rapid.SampledFrom([]int{64, 258, 65538}).Draw(t, "max_response")
	return m
}

// Whatever sequence of messages an agent without the chip sends, no level comes
// of it. Catches a transition that can be reached by messages alone.
func TestNoLevelByMessagesAlone(t *testing.T) {
	w := newWorld(t)
	k := knowledge(t, w)
	verifier := w.verifier()
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		l, err := verifier.Begin(w.tx)
		if err != nil {
			rt.Fatal(err)
		}
		defer l.Close()
		for i := range rapid.IntRange(1, 6).Draw(rt, "messages") {
			// Mostly an opening first: what follows something else is dead.
			if i == 0 && rapid.IntRange(0, 9).Draw(rt, "begin") > 0 || rapid.IntRange(0, 3).Draw(rt, "message") == 0 {
				_, err = l.Open(ctx, k.openingOf(rt))
			} else {
				n := rapid.IntRange(0, 4).Draw(rt, "answers")
				m := wire.Answers{Responses: wire.Batch{}}
				for range n {
					m.Responses = append(m.Responses, k.response(rt, t, w))
				}
				_, err = l.Answer(ctx, m)
				if err == nil {
					rt.Fatal("invented answers were taken")
				}
			}
			if _, ok := refusal.Of(err); err != nil && !ok {
				rt.Fatalf("error without a reason: %v", err)
			}
			if !noLevel(l) {
				rt.Fatalf("level %v", l.Level())
			}
		}
	})
}

// FuzzLogin sends sequences of hostile messages: each is preceded by its length
// in two bytes. Catches a panic, an error without a reason, and a level.
func FuzzLogin(f *testing.F) {
	w := newWorld(f)
	k := knowledge(f, w)
	encode := func(messages ...[]byte) []byte {
		var out []byte
		for _, m := range messages {
			out = append(out, byte(len(m)>>8), byte(len(m)))
			out = append(out, m...)
		}
		return out
	}
	opening, err := wire.EncodeOpening(k.stolen.opening)
	if err != nil {
		f.Fatal(err)
	}
	answers, err := wire.EncodeAnswers(wire.Answers{Responses: k.recorded})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(encode(opening, answers))
	f.Add(encode(opening, opening))
	f.Add(encode(answers))
	f.Add(encode(opening, []byte(`{"type":"Answers","responses":["kAA","kAA"]}`)))
	f.Add(encode([]byte(`{"type":"Opening","sod":"dwA","dg14":"bgA","max_command":261,"max_response":258}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		// The same keys each time: what is covered must follow from data alone.
		config := w.config
		config.Rand = rand.NewChaCha8([32]byte{8})
		verifier, err := attest.NewVerifier(config)
		if err != nil {
			t.Fatal(err)
		}
		l, err := verifier.Begin(w.tx)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for len(data) >= 2 {
			n := min(int(data[0])<<8|int(data[1]), len(data)-2)
			text := data[2 : 2+n]
			data = data[2+n:]
			if err := give(l, text); err != nil {
				judged(t, l, err)
			}
			if !noLevel(l) {
				t.Fatal("a level without a chip")
			}
		}
	})
}

// Catches a data race, and two answers that are both taken. Run with -race.
func TestConcurrentUse(t *testing.T) {
	w := newWorld(t)
	s := w.session(w.card())
	l := w.begin()
	h, err := l.Open(context.Background(), s.opening)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
	if err != nil {
		t.Fatal(err)
	}
	answers := s.answers(r, h.Commands)
	var mu sync.Mutex
	taken := 0
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := l.Answer(context.Background(), answers); err == nil {
				mu.Lock()
				taken++
				mu.Unlock()
			}
			l.Verified()
			l.Level()
			l.Lab()
			_, _ = l.Identity()
		})
	}
	wait.Wait()
	l.Close()
	if taken != 1 {
		t.Errorf("answers were taken %d times", taken)
	}
}
