package transcript_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/transcript"
)

// A whole reading goes through text and is played again to the end with the
// same result. Catches an exchange that is lost, put elsewhere or changed by
// the text form, and randomness that is not recorded or drawn in another order.
func TestReplayOfAWholeReading(t *testing.T) {
	p := specimen(t)
	recorded, files := record(t, p)
	text, err := recorded.Text()
	must(t, err)
	parsed, err := transcript.Parse(text)
	must(t, err)
	if !reflect.DeepEqual(parsed, recorded) {
		t.Error("text changes the transcript")
	}
	player, err := transcript.NewReplayer(parsed)
	must(t, err)
	again, err := read(t.Context(), player, player.Random(), string(p.CAN))
	must(t, err)
	must(t, player.Done())
	for f, content := range files {
		if !bytes.Equal(content, again[f]) {
			t.Errorf("%v differs", f)
		}
	}
	if played, of := player.Played(); played != of || played < 15 {
		t.Errorf("%d of %d exchanges", played, of)
	}
}

// Catches a replay that answers another reading: other randomness, a password
// that is not the one, a step that is left out.
func TestReplayIsStrict(t *testing.T) {
	p := specimen(t)
	recorded, _ := record(t, p)
	for name, play := range map[string]func(*transcript.Replayer) error{
		"other randomness": func(r *transcript.Replayer) error {
			_, err := read(t.Context(), r, seeded("other"), string(p.CAN))
			return err
		},
		"wrong password": func(r *transcript.Replayer) error {
			_, err := read(t.Context(), r, r.Random(), "000000")
			return err
		},
		"other file": func(r *transcript.Replayer) error {
			_, err := lds.NewReader(r, 256).Read(t.Context(), lds.CardAccess)
			return err
		},
		"no more": func(r *transcript.Replayer) error { return r.Done() },
	} {
		player, err := transcript.NewReplayer(recorded)
		must(t, err)
		err = play(player)
		order, ok := errors.AsType[*transcript.OrderError](err)
		if !ok || !errors.Is(err, transcript.ErrOrder) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if again := player.Done(); !errors.Is(again, transcript.ErrOrder) {
			t.Errorf("%s: done: %v", name, again)
		}
		t.Logf("%s: exchange %d, offset %d: %v", name, order.Exchange, order.Offset, err)
	}
}

// conversation is a small transcript: one exchange, one failure.
func conversation() transcript.Transcript {
	return transcript.Transcript{Events: []transcript.Event{
		transcript.Random{Bytes: transcript.Whole([]byte{1, 2, 3, 4})},
		transcript.Exchange{
			Command: transcript.Whole([]byte{0, 0xB0, 0x9C, 0, 0}), Response: transcript.Whole([]byte{0x90, 0}), Took: 17 * time.Millisecond,
		},
		transcript.Exchange{Command: transcript.Whole([]byte{0, 0xB0, 0, 0, 0}), Failure: "removed"},
	}}
}

// Catches a position that is one off, a comparison that stops at the shorter
// command, and a replay that goes on after it was left.
func TestReplayPosition(t *testing.T) {
	first, second := []byte{0, 0xB0, 0x9C, 0, 0}, []byte{0, 0xB0, 0, 0, 0}
	for name, c := range map[string]struct {
		commands         [][]byte
		exchange, offset int
	}{
		"last byte":     {[][]byte{{0, 0xB0, 0x9C, 0, 1}}, 1, 4},
		"one byte less": {[][]byte{first[:4]}, 1, 4},
		"one byte more": {[][]byte{append(bytes.Clone(first), 0)}, 1, 5},
		"swapped":       {[][]byte{second}, 1, 2},
		"twice":         {[][]byte{first, first}, 2, 2},
		"too many":      {[][]byte{first, second, first}, 3, -1},
		"after a fault": {[][]byte{second, first}, 1, 2},
	} {
		player, err := transcript.NewReplayer(conversation())
		must(t, err)
		var last error
		for _, command := range c.commands {
			_, last = player.Transmit(t.Context(), command)
		}
		order, ok := errors.AsType[*transcript.OrderError](last)
		if !ok || order.Exchange != c.exchange || order.Offset != c.offset {
			t.Errorf("%s: %+v", name, last)
		}
	}
}

// Catches failures that come back as answers or under another name, a context
// that is not obeyed, and randomness that never ends.
func TestReplayFailures(t *testing.T) {
	player, err := transcript.NewReplayer(conversation())
	must(t, err)
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := player.Transmit(ended, []byte{0, 0xB0, 0x9C, 0, 0}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if response, err := player.Transmit(t.Context(), []byte{0, 0xB0, 0x9C, 0, 0}); err != nil || !bytes.Equal(response, []byte{0x90, 0}) {
		t.Errorf("%X, %v", response, err)
	}
	if _, err := player.Transmit(t.Context(), []byte{0, 0xB0, 0, 0, 0}); !errors.Is(err, card.ErrRemoved) {
		t.Error(err)
	}
	if err := player.Done(); !errors.Is(err, transcript.ErrOrder) {
		t.Errorf("randomness left: %v", err)
	}
	random, four := player.Random(), make([]byte, 6)
	if n, err := random.Read(four); n != 4 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	must(t, player.Done())
	if _, err := random.Read(four); !errors.Is(err, transcript.ErrOrder) {
		t.Error(err)
	}
}

// Catches a failure of the transport that is not noted, or noted with its text,
// and a clock that is not asked around the exchange.
func TestRecordFailures(t *testing.T) {
	now := time.Unix(0, 0)
	clock := func() time.Time { now = now.Add(1500 * time.Nanosecond); return now }
	for want, cause := range map[transcript.Failure]error{
		"removed": card.ErrRemoved, "reset": card.ErrReset, "unresponsive": card.ErrUnresponsive, "busy": card.ErrBusy,
		"no-card": card.ErrNoCard, "no-reader": card.ErrNoReader, "no-service": card.ErrNoService, "other": errors.New("574139"),
	} {
		r := transcript.NewRecorder(card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return nil, cause }), transcript.Header{}, clock)
		if _, err := r.Transmit(t.Context(), []byte{0, 0xB0, 0, 0}); !errors.Is(err, cause) {
			t.Error(err)
		}
		text, err := r.Transcript().Text()
		must(t, err)
		x := r.Transcript().Exchanges()[0]
		if x.Failure != want || x.Response != nil || x.Took != time.Microsecond || bytes.Contains(text, []byte("574139")) {
			t.Errorf("%s: %+v\n%s", want, x, text)
		}
	}
}

// Catches a replay of what cannot be played, and bytes that survive a wipe.
func TestRedactedIsNotPlayed(t *testing.T) {
	redacted := transcript.Redact(conversation(), transcript.Public{})
	if _, err := transcript.NewReplayer(redacted); !errors.Is(err, transcript.ErrRedacted) {
		t.Error(err)
	}
	redacted.Redacted = false
	if _, err := transcript.NewReplayer(redacted); !errors.Is(err, transcript.ErrRedacted) {
		t.Error(err)
	}
	full := conversation()
	random := full.Events[0].(transcript.Random).Bytes[0].Known
	full.Wipe()
	if len(full.Events) != 0 || !bytes.Equal(random, make([]byte, 4)) {
		t.Error("not wiped")
	}
}
