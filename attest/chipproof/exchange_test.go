package chipproof_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"cnie.example/attest/chipproof"
	"cnie.example/attest/refusal"
	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
	"cnie.example/card/relay"
	"cnie.example/card/sm"
)

// finish drives an exchange through the agent's relay to its end.
func finish(tb testing.TB, b *bench) (batches, commands int, err error) {
	tb.Helper()
	var consented []lds.File
	for f := range b.chip.files {
		consented = append(consented, f)
	}
	agent := relay.New(card.TransmitterFunc(func(_ context.Context, command []byte) ([]byte, error) {
		return b.chip.answer(tb, command), nil
	}), consented)
	next := b.offer.Commands
	for next != nil {
		batches++
		commands += len(next)
		responses, err := agent.Forward(context.Background(), next)
		if err != nil {
			return batches, commands, err
		}
		if next, err = b.Answer(responses); err != nil {
			return batches, commands, err
		}
	}
	return batches, commands, nil
}

// Catches a reader that misses bytes, asks for more than the reader carries,
// loses the counter between batches, or breaks the relay rule of the agent.
func TestReadsFilesOfEverySize(t *testing.T) {
	r := rand.NewChaCha8([32]byte{3})
	for _, maxResponse := range []int{64, 100, 258, 300, 1000, 4096, 65538} {
		for _, size := range []int{10, 31, 32, 95, 223, 224, 256, 257, 479, 600, 900} {
			t.Run(fmt.Sprintf("%d bytes by %d", size, maxResponse), func(t *testing.T) {
				s := specimen(t)
				s.maxResponse = maxResponse
				s.stored = map[lds.File][]byte{lds.DG1: s.stored[lds.DG1], lds.DG11: fileOf(t, lds.DG11, size, r)}
				s.signed = s.stored
				b := start(t, s)
				_, _, err := finish(t, b)
				if reason, _ := refusal.Of(err); maxResponse < 128 && reason == refusal.FileTooLong {
					return // more than 32 commands
				}
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range s.files {
					if !bytes.Equal(b.read[f], s.stored[f]) {
						t.Errorf("%v: read %d bytes of %d", f, len(b.read[f]), len(s.stored[f]))
					}
				}
				if b.State() != chipproof.Complete || !b.Present() {
					t.Errorf("state %v, present %v", b.State(), b.Present())
				}
			})
		}
	}
}

// Catches reads and counters that fit AES only: blocks, counters and padding of
// 3DES have 8 bytes. A clone is found there too, and an answer that was altered.
func TestTripleDES(t *testing.T) {
	r := rand.NewChaCha8([32]byte{8})
	for _, maxResponse := range []int{258, 65538} {
		for _, size := range []int{95, 231, 232, 239, 600} {
			s := specimen(t)
			s.cipher, s.maxResponse = sm.TripleDES, maxResponse
			s.stored = map[lds.File][]byte{lds.DG1: s.stored[lds.DG1], lds.DG11: fileOf(t, lds.DG11, size, r)}
			s.signed = s.stored
			b := start(t, s)
			want := 1
			if maxResponse == 258 && size > 231 { // all that a short response carries
				want = 2
			}
			if batches, _, err := finish(t, b); err != nil || batches != want {
				t.Fatalf("%d bytes by %d: %d batches, want %d, %v", size, maxResponse, batches, want, err)
			}
			if !bytes.Equal(b.read[lds.DG11], s.stored[lds.DG11]) || !b.Present() {
				t.Errorf("%d bytes by %d: read %d", size, maxResponse, len(b.read[lds.DG11]))
			}
		}
	}
	s := specimen(t)
	s.cipher, s.wrongKey = sm.TripleDES, true
	if _, _, err := finish(t, start(t, s)); reasonOf(err) != refusal.ChipNotGenuine {
		t.Errorf("clone: %v", err)
	}
	s.wrongKey = false
	b := start(t, s)
	answers := b.chip.answers(t, b.offer.Commands)
	answers[0][5] ^= 1
	if _, err := b.Answer(answers); reasonOf(err) != refusal.ChipNotGenuine || b.Present() {
		t.Errorf("altered answer: %v", err)
	}
}

func reasonOf(err error) refusal.Reason {
	reason, _ := refusal.Of(err)
	return reason
}

// Catches more round trips or commands than needed: the usual files take one
// batch, short APDUs or extended; a photograph takes two, short APDUs.
func TestNumberOfCommands(t *testing.T) {
	for _, c := range []struct{ photo, maxResponse, batches, commands int }{
		{0, 258, 1, 2},
		{0, 65538, 1, 2},
		{16000, 65538, 1, 3},
		{5000, 258, 2, 2 + 23},
	} {
		s := specimen(t)
		s.maxResponse = c.maxResponse
		if c.photo > 0 {
			r := rand.NewChaCha8([32]byte{4})
			s.files = append(s.files, lds.DG2)
			s.stored[lds.DG2] = fileOf(t, lds.DG2, c.photo, r)
		}
		b := start(t, s)
		batches, commands, err := finish(t, b)
		if err != nil || batches != c.batches || commands != c.commands {
			t.Errorf("photo %d, %d: %d batches, %d commands, %v", c.photo, c.maxResponse, batches, commands, err)
		}
	}
}

// Catches a file that is put together wrongly when the chip gives less than it
// was asked for, which it may.
func TestShortAnswersAreContinued(t *testing.T) {
	for _, most := range []int{3, 7, 50, 90} {
		s := specimen(t)
		b := start(t, s)
		b.chip.most = most
		if _, _, err := finish(t, b); err != nil {
			reason, _ := refusal.Of(err)
			if most > 7 || reason != refusal.FileTooLong {
				t.Errorf("at most %d: %v", most, err)
			}
			continue
		}
		if !bytes.Equal(b.read[lds.DG11], s.stored[lds.DG11]) {
			t.Errorf("at most %d: wrong content", most)
		}
	}
}

// Catches an offset that does not fit P1 and P2, where it would be taken for a
// short identifier.
func TestFileBeyondTheLastOffset(t *testing.T) {
	for _, c := range []struct {
		size   int
		reason refusal.Reason
	}{{32000, ""}, {50000, refusal.FileTooLong}} {
		s := specimen(t)
		s.maxResponse = 8192
		s.files = append(s.files, lds.DG2)
		s.stored[lds.DG2] = fileOf(t, lds.DG2, c.size, rand.NewChaCha8([32]byte{7}))
		b := start(t, s)
		_, _, err := finish(t, b)
		if reason, _ := refusal.Of(err); reason != c.reason {
			t.Errorf("%d bytes: %v", c.size, err)
		}
	}
}

// Catches bytes behind the one element of a file that are hashed with it.
func TestPaddingBehindFile(t *testing.T) {
	s := specimen(t)
	s.stored = map[lds.File][]byte{lds.DG11: s.signed[lds.DG11], lds.DG1: append(bytes.Clone(s.signed[lds.DG1]), 0, 0, 0)}
	if _, _, err := finish(t, start(t, s)); err != nil {
		t.Error(err)
	}
}

// Each case defeats the proof in one way. Catches a way that is not noticed, a
// wrong reason, and an exchange that lives on after it.
func TestRefusals(t *testing.T) {
	type answers = [][]byte
	for _, c := range []struct {
		name    string
		change  func(b *bench, honest answers) answers
		prepare func(s *setup, t *testing.T)
		chip    func(*chip)
		reason  refusal.Reason
		present bool // the chip was proved before the fault
	}{
		{name: "no answers", change: func(*bench, answers) answers { return nil }, reason: refusal.ChipAnswerMissing},
		{name: "fewer answers", change: func(_ *bench, a answers) answers { return a[:1] }, reason: refusal.ChipAnswerMissing},
		{name: "more answers", change: func(_ *bench, a answers) answers { return append(a, a[1]) }, reason: refusal.ChipAnswerExcess},
		{name: "empty answers", change: func(*bench, answers) answers { return answers{{}, {}} }, reason: refusal.ChipAnswerMissing},
		{name: "half a status word", change: func(*bench, answers) answers { return answers{{0x90}, {0x90}} }, reason: refusal.ChipAnswerMissing},
		{name: "bare status words", change: func(*bench, answers) answers { return answers{{0x90, 0}, {0x90, 0}} }, reason: refusal.ChipAnswerUnprotected},
		{name: "end of file", change: func(*bench, answers) answers { return answers{{0x62, 0x82}, {0x62, 0x82}} }, reason: refusal.ChipAnswerUnprotected},
		{name: "bare refusal", change: func(*bench, answers) answers { return answers{{0x69, 0x82}} }, reason: refusal.ChipAnswerUnprotected},
		{name: "files in plain", change: func(b *bench, _ answers) answers {
			return answers{append(bytes.Clone(b.chip.files[lds.DG1]), 0x90, 0), append(bytes.Clone(b.chip.files[lds.DG11]), 0x90, 0)}
		}, reason: refusal.ChipAnswerUnprotected},
		{name: "reordered", change: func(_ *bench, a answers) answers { return answers{a[1], a[0]} }, reason: refusal.ChipNotGenuine},
		{name: "repeated", change: func(_ *bench, a answers) answers { return answers{a[0], a[0]} }, reason: refusal.ChipNotGenuine},
		{name: "status changed outside", change: func(_ *bench, a answers) answers {
			a[0][len(a[0])-1] ^= 0x82
			return a
		}, reason: refusal.ChipAnswerUnprotected},
		{name: "MAC cut", change: func(_ *bench, a answers) answers {
			return answers{append(a[0][:len(a[0])-3], 0x90, 0), a[1]}
		}, reason: refusal.ChipAnswerUnprotected},
		{name: "clone", prepare: func(s *setup, _ *testing.T) { s.wrongKey = true }, reason: refusal.ChipNotGenuine},
		{name: "refused under the MAC", chip: func(c *chip) { c.status = card.StatusSecurityStatus }, reason: refusal.ChipRefused},
		{name: "empty under the MAC", chip: func(c *chip) { c.blank = true }, reason: refusal.ChipNotPresent},
		{name: "file missing", prepare: func(s *setup, _ *testing.T) {
			s.stored = map[lds.File][]byte{lds.DG1: s.stored[lds.DG1]}
		}, reason: refusal.ChipRefused},
		{name: "file cut short", prepare: func(s *setup, _ *testing.T) {
			s.stored = map[lds.File][]byte{lds.DG1: s.stored[lds.DG1][:50], lds.DG11: s.stored[lds.DG11]}
		}, reason: refusal.FileMalformed},
		{name: "one byte of a file", prepare: func(s *setup, _ *testing.T) {
			s.stored = map[lds.File][]byte{lds.DG1: {0x61}, lds.DG11: s.stored[lds.DG11]}
		}, reason: refusal.FileMalformed},
		{name: "no TLV", prepare: func(s *setup, _ *testing.T) {
			s.stored = map[lds.File][]byte{lds.DG1: bytes.Repeat([]byte{0xFF}, 95), lds.DG11: s.stored[lds.DG11]}
		}, reason: refusal.FileMalformed},
		{name: "announces megabytes", prepare: func(s *setup, _ *testing.T) {
			s.stored = map[lds.File][]byte{lds.DG1: {0x61, 0x83, 0x40, 0, 0, 1, 1, 1}, lds.DG11: s.stored[lds.DG11]}
		}, reason: refusal.FileTooLong},
		{name: "signed file with the tag of another", prepare: func(s *setup, _ *testing.T) {
			s.stored = map[lds.File][]byte{lds.DG1: s.stored[lds.DG11], lds.DG11: s.stored[lds.DG11]}
			s.signed = s.stored
		}, reason: refusal.FileMalformed},
		{name: "late by nothing", change: func(b *bench, a answers) answers {
			b.now = b.now.Add(chipproof.Deadline)
			return a
		}, reason: refusal.ChipTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := specimen(t)
			if c.prepare != nil {
				c.prepare(&s, t)
			}
			b := start(t, s)
			if c.chip != nil {
				c.chip(b.chip)
			}
			honest := b.chip.answers(t, b.offer.Commands)
			responses := honest
			if c.change != nil {
				responses = c.change(b, slices.Clone(honest))
			}
			commands, err := b.Answer(responses)
			if reason, _ := refusal.Of(err); reason != c.reason || commands != nil {
				t.Errorf("%v, want %v", err, c.reason)
			}
			if b.State() != chipproof.Dead || b.Present() != c.present {
				t.Errorf("state %v, present %v", b.State(), b.Present())
			}
			_, err = b.Answer(honest)
			if reason, _ := refusal.Of(err); reason != refusal.MessageOutOfOrder {
				t.Errorf("answers to a dead exchange: %v", err)
			}
		})
	}
}

// Catches a bit of an answer that nothing covers. Every single one is flipped.
func TestEveryBitOfAnAnswerCounts(t *testing.T) {
	s := specimen(t)
	s.files = s.files[:1]
	reference := start(t, s)
	size := len(reference.chip.answers(t, reference.offer.Commands)[0])
	for bit := range 8 * size {
		b := start(t, s)
		responses := b.chip.answers(t, b.offer.Commands)
		responses[0][bit/8] ^= 1 << (bit % 8)
		if _, err := b.Answer(responses); err == nil || b.Present() {
			t.Fatalf("bit %d of %d: err %v, present %v", bit, 8*size, err, b.Present())
		}
	}
}

// Catches a hash mismatch of DG1 that still counts as presence, and one of
// another file that takes the proof back.
func TestPresenceNeedsDG1(t *testing.T) {
	for _, c := range []struct {
		altered lds.File
		present bool
	}{{lds.DG1, false}, {lds.DG11, true}} {
		s := specimen(t)
		altered := bytes.Clone(s.stored[c.altered])
		altered[len(altered)-1] ^= 1
		s.stored = map[lds.File][]byte{lds.DG1: s.stored[lds.DG1], lds.DG11: s.stored[lds.DG11], c.altered: altered}
		b := start(t, s)
		if _, _, err := finish(t, b); !errors.Is(err, errHash) {
			t.Errorf("%v altered: %v", c.altered, err)
		}
		if b.Present() != c.present {
			t.Errorf("%v altered: present %v", c.altered, b.Present())
		}
	}
}

// Catches a second use of the answers of one batch, and of a finished exchange.
func TestBatchesAreAnsweredOnce(t *testing.T) {
	s := specimen(t)
	s.stored = map[lds.File][]byte{lds.DG1: s.stored[lds.DG1], lds.DG11: fileOf(t, lds.DG11, 400, rand.NewChaCha8([32]byte{5}))}
	s.signed = s.stored
	b := start(t, s)
	first := b.chip.answers(t, b.offer.Commands)
	next, err := b.Answer(first)
	if err != nil || len(next) == 0 {
		t.Fatalf("%d commands, %v", len(next), err)
	}
	if _, err := b.Answer(first); err == nil {
		t.Error("answers to the first batch were taken for the second")
	}
	b = start(t, specimen(t))
	if _, _, err := finish(t, b); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Answer(nil); err == nil {
		t.Error("a finished exchange took answers")
	}
}

// Catches a counter or a point that is used again: two exchanges share no
// command and no point, and within one every command is different.
func TestNothingIsUsedTwice(t *testing.T) {
	r := rand.NewChaCha8([32]byte{6})
	key, _ := newKey(t, r, sm.AES256)
	seen := map[string]bool{}
	once := func(b []byte) {
		t.Helper()
		if seen[string(b)] {
			t.Errorf("%d bytes came twice", len(b))
		}
		seen[string(b)] = true
	}
	for range 8 {
		_, offer, err := chipproof.Start(chipproof.Config{
			Key:      key,
			Handover: chipauth.Handover{Issuer: "https://idp.test", JTI: "t", AgentNonce: make([]byte, 32), SODHash: make([]byte, 32), DG14Hash: make([]byte, 32)},
			Files:    []lds.File{lds.DG1, lds.DG11, lds.DG2}, MaxCommand: 261, MaxResponse: 258,
			Rand: r, Clock: time.Now, Check: func(lds.File, []byte) error { return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		once(offer.PublicKey)
		once(offer.Proof)
		for _, command := range offer.Commands {
			once(command)
		}
	}
}

// Catches a configuration that would prove nothing or read what must not be
// read.
func TestConfigRefused(t *testing.T) {
	for _, files := range [][]lds.File{nil, {lds.DG11}, {lds.DG11, lds.DG1}, {lds.DG1, lds.DG3}, {lds.DG1, lds.DG4}, {lds.DG1, lds.SOD}, {lds.DG1, lds.DG1}} {
		s := specimen(t)
		s.files = files
		if _, err := tryStart(t, s); !errors.Is(err, chipproof.ErrConfig) {
			t.Errorf("%v: %v", files, err)
		}
	}
	s := specimen(t)
	s.maxResponse = 30
	_, err := tryStart(t, s)
	if reason, _ := refusal.Of(err); reason != refusal.MessageMalformed {
		t.Errorf("responses of 30 bytes: %v", err)
	}
}

// Every sequence of invented answers ends in a refusal. Catches a panic, and
// bytes that pass for a chip's without its key.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{2, 0x90, 0x00, 2, 0x62, 0x82})
	f.Add([]byte{16, 0x99, 2, 0x90, 0, 0x8E, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0x90, 0})
	f.Add([]byte{35, 0x87, 17, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0x99, 2, 0x90, 0, 0x8E, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0x90, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var responses [][]byte
		for len(data) > 0 {
			n := min(int(data[0]), len(data)-1)
			responses = append(responses, data[1:1+n])
			data = data[1+n:]
		}
		b := start(t, specimen(t))
		_, err := b.Answer(responses)
		if _, ok := refusal.Of(err); !ok || b.Present() || b.State() != chipproof.Dead {
			t.Errorf("err %v, present %v, state %v", err, b.Present(), b.State())
		}
	})
}
