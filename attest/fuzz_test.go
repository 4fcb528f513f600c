package attest_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"runtime/metrics"
	"testing"

	"cnie.example/attest"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
)

// allocated counts the bytes that were ever allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// A message of n bytes may cost allocations of base + factor·n bytes: reading
// JSON and base64, parsing, and the work on a good document.
const (
	allocationBase   = 2 << 20
	allocationFactor = 40
)

// bounded fails when f allocates out of proportion to its input.
func bounded(tb testing.TB, input int, f func()) {
	tb.Helper()
	before := allocated()
	f()
	if spent := allocated() - before; spent > uint64(allocationBase+allocationFactor*input) {
		tb.Errorf("%d bytes of input cost %d bytes of memory", input, spent)
	}
}

// hostile gives a message to a login as a server does, in the state that lead
// brings it to, and holds the properties that every entry point has: a typed
// error, no level, and no way on after an error.
func hostile(t *testing.T, w *world, message []byte, lead func(*attest.Login)) {
	t.Helper()
	config := w.config
	config.Rand = rand.NewChaCha8([32]byte{8}) // what is covered must follow from the message alone
	v, err := attest.NewVerifier(config)
	must(t, err)
	l, err := v.Begin(w.tx)
	must(t, err)
	defer l.Close()
	if lead != nil {
		lead(l)
	}
	bounded(t, len(message), func() { err = give(l, message) })
	judged(t, l, err)
}

// give is what stands behind an exchange endpoint. The error of a message that
// cannot be read is one of package wire, and the login is closed.
func give(l *attest.Login, message []byte) error {
	m, err := wire.DecodeFromAgent(message)
	if err != nil {
		l.Close()
		return err
	}
	switch m := m.(type) {
	case wire.Opening:
		_, err = l.Open(context.Background(), m)
	case wire.Signed:
		err = l.Signed(context.Background(), m)
	case wire.Answers:
		_, err = l.Answer(context.Background(), m)
	}
	return err
}

func judged(t *testing.T, l *attest.Login, err error) {
	t.Helper()
	if err == nil {
		if !noLevel(l) {
			t.Fatal("a level without a chip")
		}
		return
	}
	_, refused := refusal.Of(err)
	if !refused && !errors.Is(err, wire.ErrMalformed) && !errors.Is(err, wire.ErrTooLarge) {
		t.Fatalf("error without a type: %v", err)
	}
	if !noLevel(l) || !keysGone(t, l) {
		t.Fatalf("level %v after %v, or keys are left", l.Level(), err)
	}
	if _, err := l.Answer(context.Background(), wire.Answers{Responses: wire.Batch{}}); reasonOf(err) != refusal.MessageOutOfOrder {
		t.Fatalf("message to a dead login: %v", err)
	}
	r, err := l.Record()
	if err != nil || r.Validate() != nil || r.Reached != "none" {
		t.Fatalf("record of a dead login: %+v, %v, %v", r, err, r.Validate())
	}
}

// hostileSeeds are messages that are hard to read: deep, repeated, huge, cut.
func hostileSeeds(f *testing.F, good []byte) {
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add(append(bytes.Clone(good[:len(good)-1]), `,"type":"Opening"}`...))
	f.Add(append(bytes.Clone(good[:len(good)-1]), `,"x":`+string(bytes.Repeat([]byte("["), 9000))...))
	f.Add(bytes.Replace(good, []byte(":"), []byte(`:"`+string(bytes.Repeat([]byte("A"), 4000))+`","y":`), 1))
	f.Add([]byte(`{"type":"Answers","responses":[]}`))
}

// FuzzOpen: a login that waits for its first message. Catches a panic, an error
// without a type, a level, memory out of proportion, and a login that lives on.
func FuzzOpen(f *testing.F) {
	w := newWorld(f)
	stolen := rob(w)
	good, err := wire.EncodeOpening(stolen.opening)
	must(f, err)
	hostileSeeds(f, good)
	f.Add([]byte(`{"type":"Opening","sod":"dwA","dg14":"bgA","max_command":261,"max_response":258}`))
	f.Fuzz(func(t *testing.T, message []byte) { hostile(t, w, message, nil) })
}

// FuzzSigned: the one message of active authentication. Catches what FuzzOpen
// does; the good message, which an honest chip signed for another login, is
// among the seeds.
func FuzzSigned(f *testing.F) {
	w := newActiveWorld(f, "active-ecdsa")
	other := w.tx
	other.JTI = "another"
	good, err := wire.EncodeSigned(w.signed(w.issue(), other))
	must(f, err)
	hostileSeeds(f, good)
	f.Fuzz(func(t *testing.T, message []byte) { hostile(t, w, message, nil) })
}

// FuzzAnswer: a login that waits for the chip's answers. Catches what FuzzOpen
// does, and bytes that pass for a chip's.
func FuzzAnswer(f *testing.F) {
	w := newWorld(f)
	k := knowledge(f, w)
	good, err := wire.EncodeAnswers(wire.Answers{Responses: k.recorded})
	must(f, err)
	hostileSeeds(f, good)
	f.Add([]byte(`{"type":"Answers","responses":["kAA","kAA"]}`))
	f.Add([]byte(`{"type":"Answers","responses":["mQKQAI4IAAAAAAAAAACQAA"]}`))
	f.Fuzz(func(t *testing.T, message []byte) {
		hostile(t, w, message, func(l *attest.Login) {
			_, err := l.Open(context.Background(), k.stolen.opening)
			must(t, err)
		})
	})
}

// Catches memory out of proportion for the largest messages of each kind, which
// a fuzzer does not come to.
func TestLargestMessages(t *testing.T) {
	w := newWorld(t)
	stolen := rob(w)
	fill := func(b byte, n int) wire.Bytes { return bytes.Repeat([]byte{b}, n) }
	batch := wire.Batch{}
	for range wire.MaxBatch {
		batch = append(batch, fill(0x87, 2900))
	}
	long := stolen.opening
	long.SOD = append(bytes.Clone(long.SOD), fill(0, wire.MaxSOD-len(long.SOD))...)
	nested := wire.Opening{SOD: fill(0x30, wire.MaxSOD), DG14: fill(0x31, wire.MaxDG14), MaxCommand: 261, MaxResponse: 258}
	noDG14 := stolen.opening
	noDG14.DG14 = fill(0x6E, wire.MaxDG14)
	for name, encoded := range map[string]func() ([]byte, error){
		"SOD with a tail":  func() ([]byte, error) { return wire.EncodeOpening(long) },
		"SOD all tags":     func() ([]byte, error) { return wire.EncodeOpening(nested) },
		"DG14 all tags":    func() ([]byte, error) { return wire.EncodeOpening(noDG14) },
		"answers":          func() ([]byte, error) { return wire.EncodeAnswers(wire.Answers{Responses: batch}) },
		"deep":             func() ([]byte, error) { return bytes.Repeat([]byte(`{"type":`), wire.MaxMessage/8), nil },
		"many members":     func() ([]byte, error) { return bytes.Repeat([]byte(`{"type":"Opening",`), wire.MaxMessage/18), nil },
		"longer than that": func() ([]byte, error) { return fill(' ', 8*wire.MaxMessage), nil },
	} {
		message, err := encoded()
		must(t, err)
		t.Run(name, func(t *testing.T) {
			hostile(t, w, message, nil)
			hostile(t, w, message, func(l *attest.Login) {
				_, err := l.Open(context.Background(), stolen.opening)
				must(t, err)
			})
		})
	}
}

// FuzzResume: bytes from a store that somebody else writes to. They are refused,
// or they are the one state that was sealed. Catches a panic, an error without a
// type, and a login out of nothing.
func FuzzResume(f *testing.F) {
	w := newWorld(f)
	stolen := rob(w)
	seal := func(open bool) []byte {
		config := w.config
		config.Rand = rand.NewChaCha8([32]byte{8})
		v, err := attest.NewVerifier(config)
		must(f, err)
		l, err := v.Begin(w.tx)
		must(f, err)
		if open {
			_, err = l.Open(context.Background(), stolen.opening)
			must(f, err)
		}
		sealed, err := l.Seal(ring(f, 1), 1)
		must(f, err)
		return sealed.Text
	}
	texts := map[string][]byte{"begun": seal(false), "opened": seal(true)}
	for step, text := range texts {
		f.Add(step, text)
		f.Add(step, text[:len(text)-1])
		f.Add("claimed", text)
	}
	f.Add("opened", []byte{})
	v := w.verifier()
	f.Fuzz(func(t *testing.T, step string, text []byte) {
		bounded(t, len(text), func() {
			l, err := v.Resume(ring(t, 1), w.tx.Issuer, w.tx.JTI, attest.Sealed{Step: step, Version: 1, Text: text})
			if sealed := len(text) > 0 && bytes.Equal(text, texts[step]); sealed != (err == nil) {
				t.Fatalf("%s, %d bytes: %v", step, len(text), err)
			}
			if err != nil {
				if !errors.Is(err, attest.ErrSealed) || l != nil {
					t.Fatalf("error without a type: %v", err)
				}
				return
			}
			_, err = l.Answer(context.Background(), wire.Answers{Responses: wire.Batch{{0x90, 0}}})
			judged(t, l, err)
		})
	})
}
