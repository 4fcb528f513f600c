package relay

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

// sink is a card that keeps what reaches it and answers in order, 9000 when it
// has no answer left.
type sink struct {
	got     [][]byte
	answers [][]byte
	err     error
}

func (s *sink) Transmit(_ context.Context, command []byte) ([]byte, error) {
	s.got = append(s.got, bytes.Clone(command))
	if s.err != nil {
		return nil, s.err
	}
	if n := len(s.got); n <= len(s.answers) {
		return s.answers[n-1], nil
	}
	return []byte{0x90, 0x00}, nil
}

// wrapped is a permitted command with the given P1, P2 and Le of DO'97'.
func wrapped(p1, p2 byte, le ...byte) []byte {
	data := tlv.Append(nil, 0x97, le)
	data = tlv.Append(data, 0x8E, bytes.Repeat([]byte{0x4D}, 8))
	b, err := card.Command{CLA: 0x0C, INS: 0xB0, P1: p1, P2: p2, Data: data, Le: 256}.Bytes()
	if err != nil {
		panic(err)
	}
	return b
}

// extended is the same with extended length fields.
func extended(p1, p2 byte, le ...byte) []byte {
	c, err := card.ParseCommand(wrapped(p1, p2, le...))
	if err != nil {
		panic(err)
	}
	c.Extended, c.Le = true, 65536
	b, err := c.Bytes()
	if err != nil {
		panic(err)
	}
	return b
}

func sfi(f lds.File) byte { return 0x80 | byte(f) }

func consent() []lds.File { return []lds.File{lds.DG1, lds.DG11} }

// TestForwards catches a permitted command that is refused, altered, reordered
// or sent twice.
func TestForwards(t *testing.T) {
	batch := [][]byte{
		wrapped(sfi(lds.DG1), 0, 0),
		wrapped(0x01, 0x00, 0xE7),
		extended(sfi(lds.DG11), 0xFF, 0, 0),
		extended(0x7F, 0xFF, 0x10),
		wrapped(sfi(lds.DG1), 4, 1, 0),
	}
	s := &sink{answers: [][]byte{{1, 0x90, 0x00}, {2, 0x62, 0x82}, {0x90, 0x00}, {4, 4, 0x90, 0x00}, {5, 0x90, 0x00}}}
	answers, err := New(s, consent()).Forward(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(s.got, batch, bytes.Equal) {
		t.Errorf("card got %X", s.got)
	}
	if !slices.EqualFunc(answers, s.answers, bytes.Equal) {
		t.Errorf("answers %X", answers)
	}
	if answers, err := New(s, consent()).Forward(t.Context(), nil); err != nil || len(answers) != 0 {
		t.Errorf("empty batch: %v, %v", answers, err)
	}
}

// TestRefuses catches a command outside of the rule that reaches the card. Each
// one follows a permitted read, which must not reach the card either.
func TestRefuses(t *testing.T) {
	good := wrapped(sfi(lds.DG1), 0, 0)
	set := func(i int, v byte) []byte { b := bytes.Clone(good); b[i] = v; return b }
	build := func(data []byte, le int) []byte {
		b, _ := card.Command{CLA: 0x0C, INS: 0xB0, P1: sfi(lds.DG1), Data: data, Le: le}.Bytes()
		return b
	}
	object := tlv.Append(nil, 0x97, []byte{0})
	mac := tlv.Append(nil, 0x8E, make([]byte, 8))
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for name, test := range map[string]struct {
		command []byte
		cause   error
	}{
		"empty":                     {nil, ErrForm},
		"header only":               {good[:4], ErrForm},
		"cut":                       {good[:len(good)-2], ErrForm},
		"bytes after Le":            {append(bytes.Clone(good), 0), ErrForm},
		"no secure messaging":       {set(0, 0x00), ErrForm},
		"header not authenticated":  {set(0, 0x08), ErrForm},
		"chaining":                  {set(0, 0x1C), ErrForm},
		"channel 1":                 {set(0, 0x0D), ErrForm},
		"proprietary class":         {set(0, 0x8C), ErrForm},
		"READ BINARY B1":            {set(1, 0xB1), ErrForm},
		"SELECT":                    {set(1, 0xA4), ErrForm},
		"READ RECORD":               {set(1, 0xB2), ErrForm},
		"UPDATE BINARY":             {set(1, 0xD6), ErrForm},
		"VERIFY":                    {set(1, 0x20), ErrForm},
		"GENERAL AUTHENTICATE":      {set(1, 0x86), ErrForm},
		"GET RESPONSE":              {set(1, 0xC0), ErrForm},
		"reserved bit 6 of P1":      {set(2, 0x80|0x20|1), ErrForm},
		"reserved bit 7 of P1":      {set(2, 0x80|0x40|1), ErrForm},
		"Lc":                        {set(4, 0x0E), ErrForm},
		"outer Le of 1":             {set(len(good)-1, 1), ErrForm},
		"no outer Le":               {build(join(object, mac), 0), ErrForm},
		"extended outer Le of 256":  {func() []byte { b := extended(sfi(lds.DG1), 0, 0); b[len(b)-2] = 1; return b }(), ErrForm},
		"no DO'97'":                 {build(mac, 256), ErrForm},
		"no DO'8E'":                 {build(object, 256), ErrForm},
		"MAC first":                 {build(join(mac, object), 256), ErrForm},
		"DO'97' of no bytes":        {build(join([]byte{0x97, 0}, mac), 256), ErrForm},
		"DO'97' of 3 bytes":         {build(join([]byte{0x97, 3, 0, 0, 0}, mac), 256), ErrForm},
		"DO'97' with a long length": {build(join([]byte{0x97, 0x81, 1, 0}, mac), 256), ErrForm},
		"DO'97' twice":              {build(join(object, object, mac), 256), ErrForm},
		"DO'87'":                    {build(join([]byte{0x87, 2, 1, 0}, object, mac), 256), ErrForm},
		"DO'85'":                    {build(join([]byte{0x85, 1, 0}, object, mac), 256), ErrForm},
		"DO'89' before the MAC":     {build(join(object, []byte{0x89, 1, 0}, mac), 256), ErrForm},
		"MAC of 7 bytes":            {build(join(object, []byte{0x8E, 7}, make([]byte, 7)), 256), ErrForm},
		"MAC of 9 bytes":            {build(join(object, []byte{0x8E, 9}, make([]byte, 9)), 256), ErrForm},
		"object after the MAC":      {build(join(object, mac, []byte{0x97, 1, 0}), 256), ErrForm},
		"DG2":                       {wrapped(sfi(lds.DG2), 0, 0), ErrConsent},
		"DG3, although consented":   {wrapped(sfi(lds.DG3), 0, 0), ErrConsent},
		"DG4, although consented":   {wrapped(sfi(lds.DG4), 0, 0), ErrConsent},
		"CardAccess, consented":     {wrapped(sfi(lds.CardAccess), 0, 0), ErrConsent},
		"SOD":                       {wrapped(sfi(lds.SOD), 0, 0), ErrConsent},
		"COM":                       {wrapped(sfi(lds.COM), 0, 0), ErrConsent},
		"current file by SFI 0":     {wrapped(0x80, 0, 0), ErrConsent},
		"SFI 1F":                    {wrapped(0x9F, 0, 0), ErrConsent},
	} {
		s := &sink{}
		r := New(s, append(consent(), lds.DG3, lds.DG4, lds.CardAccess, 0, 0x1F, 0x81))
		answers, err := r.Forward(t.Context(), [][]byte{good, test.command})
		var refused *RefusedError
		if !errors.As(err, &refused) || refused.Index != 1 || !errors.Is(err, ErrRefused) || !errors.Is(err, test.cause) {
			t.Errorf("%s: %v", name, err)
		}
		if len(s.got) != 0 || len(answers) != 0 {
			t.Errorf("%s: %d commands reached the card", name, len(s.got))
		}
		if _, err := r.Forward(t.Context(), [][]byte{good}); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: relay goes on: %v", name, err)
		}
	}
}

// TestPlainOffset catches an offset that reads a file which another batch, or
// nobody, selected: the file current from before may be one that was not
// consented to.
func TestPlainOffset(t *testing.T) {
	s := &sink{}
	if _, err := New(s, consent()).Forward(t.Context(), [][]byte{wrapped(0, 0, 0)}); !errors.Is(err, ErrConsent) {
		t.Errorf("offset first: %v", err)
	}
	r := New(s, consent())
	if _, err := r.Forward(t.Context(), [][]byte{wrapped(sfi(lds.DG1), 0, 0)}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Forward(t.Context(), [][]byte{wrapped(0, 0x5F, 0)}); !errors.Is(err, ErrConsent) {
		t.Errorf("offset first in the second batch: %v", err)
	}
	if len(s.got) != 1 {
		t.Errorf("%d commands reached the card", len(s.got))
	}

	// A failed read by short identifier selects nothing: what follows must stop.
	s = &sink{answers: [][]byte{{0x6A, 0x82}}}
	answers, err := New(s, consent()).Forward(t.Context(), [][]byte{wrapped(sfi(lds.DG1), 0, 0), wrapped(0, 0, 0)})
	if err != nil || len(answers) != 1 || len(s.got) != 1 {
		t.Errorf("offset after a failed read: %d sent, %v", len(s.got), err)
	}
}

// TestStops catches a batch that goes on after a status word other than 9000
// and 6282, or that resends.
func TestStops(t *testing.T) {
	batch := [][]byte{wrapped(sfi(lds.DG1), 0, 0), wrapped(sfi(lds.DG11), 0, 0), wrapped(sfi(lds.DG1), 0, 0)}
	for _, status := range [][]byte{{0x69, 0x88}, {0x61, 0x10}, {0x6C, 0x20}, {0x67, 0x00}, {0x62, 0x81}, {0x90, 0x01}, {0x63, 0x00}} {
		s := &sink{answers: [][]byte{{0x90, 0x00}, status}}
		r := New(s, consent())
		answers, err := r.Forward(t.Context(), batch)
		if err != nil || len(answers) != 2 || len(s.got) != 2 || !bytes.Equal(answers[1], status) {
			t.Errorf("%X: %d sent, %d answers, %v", status, len(s.got), len(answers), err)
		}
		// A missing file is no reason to end: the provider may go on.
		if _, err := r.Forward(t.Context(), batch[:1]); err != nil {
			t.Errorf("%X: next batch: %v", status, err)
		}
	}
}

// TestLostCard catches a card error that is swallowed, and a relay that goes on
// after it.
func TestLostCard(t *testing.T) {
	good := [][]byte{wrapped(sfi(lds.DG1), 0, 0)}
	for name, s := range map[string]*sink{"removed": {err: card.ErrRemoved}, "one byte": {answers: [][]byte{{0x90}}}} {
		r := New(s, consent())
		_, err := r.Forward(t.Context(), good)
		if !errors.Is(err, card.ErrRemoved) && !errors.Is(err, card.ErrResponse) || errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := r.Forward(t.Context(), good); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: relay goes on: %v", name, err)
		}
	}
	s := &sink{}
	stopping := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
		if len(s.got) == 1 {
			return nil, card.ErrReset
		}
		return s.Transmit(ctx, b)
	})
	answers, err := New(stopping, consent()).Forward(t.Context(), [][]byte{good[0], good[0]})
	if !errors.Is(err, card.ErrReset) || len(answers) != 1 {
		t.Errorf("answers before the reset: %d, %v", len(answers), err)
	}
}

// TestLengths catches a length read otherwise than the chip reads it, by which
// the budget of bytes would count too little.
func TestLengths(t *testing.T) {
	for want, le := range map[int][]byte{
		1: {0x01}, 255: {0xFF}, 256: {0x00}, 257: {0x01, 0x01}, 512: {0x02, 0x00}, 32769: {0x80, 0x01}, 65536: {0x00, 0x00},
	} {
		if c, ok := parseRead(extended(sfi(lds.DG1), 0, le...)); !ok || c.le != want {
			t.Errorf("Le %X is %d, %v, want %d", le, c.le, ok, want)
		}
	}
}

// TestBudgets catches budgets that are kept per batch only, or not at all.
func TestBudgets(t *testing.T) {
	s := &sink{}
	r := New(s, consent())
	small := wrapped(sfi(lds.DG1), 0, 1)
	for range MaxCommands {
		if _, err := r.Forward(t.Context(), [][]byte{small}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Forward(t.Context(), [][]byte{small}); !errors.Is(err, ErrBudget) {
		t.Errorf("command %d: %v", MaxCommands+1, err)
	}
	if len(s.got) != MaxCommands {
		t.Errorf("%d commands reached the card", len(s.got))
	}
	if _, err := New(s, consent()).Forward(t.Context(), slices.Repeat([][]byte{small}, MaxCommands+1)); !errors.Is(err, ErrBudget) {
		t.Errorf("one batch of %d: %v", MaxCommands+1, err)
	}

	large := extended(sfi(lds.DG1), 0, 0, 0)
	r = New(s, consent())
	if _, err := r.Forward(t.Context(), slices.Repeat([][]byte{large}, MaxBytes/65536)); err != nil {
		t.Fatal(err)
	}
	var refused *RefusedError
	if _, err := r.Forward(t.Context(), [][]byte{small}); !errors.Is(err, ErrBudget) || !errors.As(err, &refused) || refused.Index != 0 {
		t.Errorf("one byte more: %v", err)
	}
}

// TestTime catches a relay that outlives its time, in one batch or between two,
// and a clock that is not the injected one.
func TestTime(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	clock := WithClock(func() time.Time { return now })
	s := &sink{}
	slow := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
		now = now.Add(10 * time.Second)
		return s.Transmit(ctx, b)
	})
	good := wrapped(sfi(lds.DG1), 0, 1)
	r := New(slow, consent(), clock)
	answers, err := r.Forward(t.Context(), [][]byte{good, good, good, good})
	if !errors.Is(err, ErrExpired) || len(answers) != 3 || len(s.got) != 3 {
		t.Errorf("%d answers, %d sent, %v", len(answers), len(s.got), err)
	}
	if _, err := r.Forward(t.Context(), [][]byte{good}); !errors.Is(err, ErrClosed) {
		t.Errorf("after its time: %v", err)
	}
	r = New(s, consent(), clock)
	now = now.Add(MaxTime)
	if _, err := r.Forward(t.Context(), [][]byte{good}); !errors.Is(err, ErrExpired) {
		t.Errorf("first batch too late: %v", err)
	}
}

// TestHangingCard catches a card that never answers and holds the relay beyond
// its time, or beyond the caller's context.
func TestHangingCard(t *testing.T) {
	hanging := card.TransmitterFunc(func(ctx context.Context, _ []byte) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now := start
	r := New(hanging, consent(), WithClock(func() time.Time { return now }))
	now = start.Add(MaxTime - time.Millisecond)
	good := [][]byte{wrapped(sfi(lds.DG1), 0, 1)}
	if _, err := r.Forward(t.Context(), good); !errors.Is(err, ErrExpired) {
		t.Errorf("hanging card: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(hanging, consent()).Forward(ctx, good); !errors.Is(err, context.Canceled) || errors.Is(err, ErrExpired) {
		t.Errorf("cancelled: %v", err)
	}
}

// FuzzForward catches bytes that reach the card although they are not a
// permitted command, by a second reading of the rule that shares no code with
// the first.
func FuzzForward(f *testing.F) {
	f.Add(wrapped(sfi(lds.DG1), 0, 0), wrapped(0x00, 0x5F, 0x10))
	f.Add(extended(sfi(lds.DG11), 0, 0, 0), extended(sfi(lds.DG3), 0, 0, 0))
	f.Add([]byte{0x0C, 0xA4, 0x04, 0x0C}, []byte{0x0C, 0xB1, 0, 0})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		s := &sink{}
		_, err := New(s, consent()).Forward(t.Context(), [][]byte{a, b})
		if err != nil && len(s.got) != 0 {
			t.Fatalf("refused, yet %d commands sent", len(s.got))
		}
		if err == nil && (len(s.got) != 2 || !bytes.Equal(s.got[0], a) || !bytes.Equal(s.got[1], b)) {
			t.Fatalf("sent %X", s.got)
		}
		for i, c := range s.got {
			if !permitted(c, i > 0) {
				t.Fatalf("%X reached the card", c)
			}
		}
	})
}

// permitted compares with the four shapes that the rule leaves.
func permitted(c []byte, after bool) bool {
	if len(c) < 4 || c[0] != 0x0C || c[1] != 0xB0 {
		return false
	}
	if c[2] != 0x81 && c[2] != 0x8B && (!after || c[2] > 0x7F) {
		return false
	}
	for _, shape := range []struct {
		before, after []byte
		le            int
	}{
		{[]byte{0x0D, 0x97, 1}, []byte{0}, 1},
		{[]byte{0x0E, 0x97, 2}, []byte{0}, 2},
		{[]byte{0, 0, 0x0D, 0x97, 1}, []byte{0, 0}, 1},
		{[]byte{0, 0, 0x0E, 0x97, 2}, []byte{0, 0}, 2},
	} {
		n := len(shape.before) + shape.le
		body := c[4:]
		if len(body) == n+2+8+len(shape.after) && bytes.HasPrefix(body, shape.before) &&
			body[n] == 0x8E && body[n+1] == 8 && bytes.HasSuffix(body, shape.after) {
			return true
		}
	}
	return false
}
