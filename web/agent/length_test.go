package agent_test

import (
	"context"
	"testing"

	"cnie.example/card"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/agent"
	"cnie.example/web/problem"
)

// Catches a login that fails when card or reader refuses a length, in clear or
// under secure messaging where that ends the channel, and one that runs into
// the same refusal every time.
func TestLengthIsRemembered(t *testing.T) {
	protected, short := issuer.Specimen(), named(t, "short")
	protected.ShortProtected = true
	// A reader that loses an extended command takes the card with it.
	reader := func(_ int, command []byte, chip *vcard.Card, ctx context.Context) ([]byte, error) {
		if len(command) >= 7 && command[4] == 0 {
			return nil, card.ErrUnresponsive
		}
		return chip.Transmit(ctx, command)
	}
	for name, c := range map[string]struct {
		profile  issuer.Profile
		transmit func(int, []byte, *vcard.Card, context.Context) ([]byte, error)
		saved    int // APDUs of the first login that the second does without, at least
	}{
		"in clear":               {short, nil, 1},
		"under secure messaging": {protected, nil, 6}, // CardAccess and PACE twice
		"by the reader":          {issuer.Specimen(), reader, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.reader.insert(t, c.profile, nil)
			w.reader.transmit = c.transmit
			v, first := w.logIn(can)
			if v.State != agent.Finished {
				t.Fatalf("%v %s\n%s", v.State, v.Problem, w.logs)
			}
			v, second := w.logIn(can)
			if v.State != agent.Finished || second > first-c.saved || second > 24 {
				t.Errorf("%v %s after %d APDUs, the first took %d\n%s", v.State, v.Problem, second, first, w.logs)
			}
			w.reader.name = "SPECIMEN reader 2"
			if _, other := w.logIn(can); other != first {
				t.Errorf("in another reader %d APDUs, want %d", other, first)
			}
		})
	}
}

// Catches steps that begin twice when the card is opened once more, and a card
// that refuses every length opened for ever.
func TestReopen(t *testing.T) {
	w := newWorld(t)
	profile := issuer.Specimen()
	profile.ShortProtected = true
	w.reader.insert(t, profile, nil)
	l, _ := w.begin()
	if v := consent(t, l, can); v.State != agent.Finished {
		t.Fatalf("%v %s\n%s", v.State, v.Problem, w.logs)
	}
	seen := map[agent.Step]bool{}
	for _, step := range began(l) {
		if seen[step] {
			t.Errorf("step %s begins twice: %v", step, began(l))
		}
		seen[step] = true
	}

	w = newWorld(t)
	refused := 0
	w.reader.transmit = func(_ int, command []byte, chip *vcard.Card, ctx context.Context) ([]byte, error) {
		if command[0] == 0x0C && command[1] == 0xB0 {
			refused++
			return []byte{0x67, 0x00}, nil
		}
		return chip.Transmit(ctx, command)
	}
	if v, _ := w.logIn(can); v.State != agent.Failed || v.Problem != problem.SecureMessaging || refused != 2 {
		t.Errorf("%v %s after %d refusals\n%s", v.State, v.Problem, refused, w.logs)
	}
}
