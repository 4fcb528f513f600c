package sm

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"cnie.example/card"
)

// replay answers the protected commands of a recording.
func replay(t *testing.T, r recording) card.TransmitterFunc {
	i := 0
	return func(_ context.Context, command []byte) ([]byte, error) {
		e := r.exchanges[i]
		i++
		if !bytes.Equal(command, unhex(t, e[1])) {
			t.Errorf("command %d: %X", i-1, command)
		}
		return unhex(t, e[2]), nil
	}
}

// A channel that counts wrongly, or counts the commands only, fails at the
// second exchange.
func TestKnownAnswerChannel(t *testing.T) {
	for name, r := range recordings() {
		c := NewChannel(replay(t, r), r.keys(t), r.ssc)
		for i, e := range r.exchanges {
			got, err := c.Transmit(context.Background(), unhex(t, e[0]))
			if err != nil || !bytes.Equal(got, unhex(t, e[3])) {
				t.Fatalf("%s, %d: %X, %v", name, i, got, err)
			}
		}
		if c.ssc != r.afterwards {
			t.Errorf("%s: counter %X", name, c.ssc)
		}
	}
}

// session is a channel to a chip of the test that answers by a function.
func session(c Cipher, answer func(card.Command) card.Response) (*Channel, *int) {
	k, p := pair(c)
	commands := 0
	ssc := uint64(0)
	return NewChannel(card.TransmitterFunc(func(_ context.Context, b []byte) ([]byte, error) {
		commands++
		w, err := card.ParseCommand(b)
		if err != nil {
			return nil, err
		}
		ssc += 2
		plain, err := p.open(ssc-1, w)
		if err != nil {
			return []byte{0x69, 0x88}, nil
		}
		return p.seal(ssc, answer(plain)).Bytes(), nil
	}), k, 0), &commands
}

// Counters must stay in step over protected errors: 6982 and 6A82 do not end a
// session.
func TestChannelGoesOnAfterProtectedErrors(t *testing.T) {
	for _, c := range ciphers() {
		channel, _ := session(c, func(p card.Command) card.Response {
			if p.P2 == 1 {
				return card.Response{Status: card.StatusSecurityStatus}
			}
			return card.Response{Data: p.Data, Status: card.StatusOK}
		})
		for i := range byte(10) {
			r, err := card.Send(context.Background(), channel, card.Command{INS: 0x10, P2: i % 2, Data: []byte{i}, Le: 256})
			if err != nil {
				t.Fatal(err)
			}
			if want := card.Status(0x9000); i%2 == 0 && (r.Status != want || !bytes.Equal(r.Data, []byte{i})) {
				t.Fatalf("%v: %v", c, r.Status)
			}
			if i%2 == 1 && r.Status != card.StatusSecurityStatus {
				t.Fatalf("%v: %v", c, r.Status)
			}
		}
	}
}

// One bad answer must end the channel for good: a second command would go out
// under a counter that the other side does not have.
func TestChannelClosesOnError(t *testing.T) {
	sealed := func(data []byte, s card.Status) []byte {
		_, p := pair(AES256)
		return p.seal(2, card.Response{Data: data, Status: s}).Bytes()
	}
	altered := sealed([]byte{1}, 0x9000)
	altered[5] ^= 1
	for name, tc := range map[string]struct {
		answer []byte
		err    error
		want   error
	}{
		"unprotected status": {[]byte{0x69, 0x88}, nil, ErrUnprotected},
		"unprotected 9000":   {[]byte{0x90, 0x00}, nil, ErrUnprotected},
		"unprotected data":   {[]byte{0x60, 0x00, 0x90, 0x00}, nil, ErrFormat},
		"6Cxx unprotected":   {[]byte{0x6C, 0x10}, nil, ErrUnprotected},
		"altered":            {altered, nil, ErrMAC},
		"cut":                {sealed([]byte{1}, 0x9000)[:20], nil, ErrFormat},
		"no status word":     {[]byte{0x90}, nil, card.ErrResponse},
		"card removed":       {nil, card.ErrRemoved, card.ErrRemoved},
	} {
		t.Run(name, func(t *testing.T) {
			k, _ := pair(AES256)
			enc, sent := k.enc, 0
			c := NewChannel(card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
				sent++
				return tc.answer, tc.err
			}), k, 0)
			command := []byte{0x00, 0xB0, 0x00, 0x00, 0x00}
			if _, err := c.Transmit(context.Background(), command); !errors.Is(err, tc.want) {
				t.Errorf("%v, want %v", err, tc.want)
			}
			if _, err := c.Transmit(context.Background(), command); !errors.Is(err, ErrClosed) {
				t.Errorf("second command: %v", err)
			}
			if sent != 1 {
				t.Errorf("%d commands sent", sent)
			}
			if !bytes.Equal(enc, make([]byte, len(enc))) {
				t.Error("keys left")
			}
		})
	}
}

// What is closed must not send, and a command that cannot be protected must
// not go out bare.
func TestChannelClosed(t *testing.T) {
	c, sent := session(AES128, func(card.Command) card.Response { return card.Response{Status: card.StatusOK} })
	c.Close()
	c.Close()
	if _, err := c.Transmit(context.Background(), []byte{0, 0xB0, 0, 0}); !errors.Is(err, ErrClosed) || *sent != 0 {
		t.Errorf("%v, %d sent", err, *sent)
	}
	for _, b := range [][]byte{{0x00}, {0x0C, 0xB0, 0x00, 0x00}} {
		c, sent := session(AES128, func(card.Command) card.Response { return card.Response{Status: card.StatusOK} })
		if _, err := c.Transmit(context.Background(), b); !errors.Is(err, card.ErrCommand) || *sent != 0 {
			t.Errorf("%X: %v, %d sent", b, err, *sent)
		}
	}
}

// A counter that wraps around would be used twice.
func TestChannelCounterEnds(t *testing.T) {
	k, _ := pair(AES128)
	c := NewChannel(card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
		t.Error("command sent")
		return []byte{0x90, 0x00}, nil
	}), k, math.MaxUint64-1)
	if _, err := c.Transmit(context.Background(), []byte{0, 0xB0, 0, 0}); err == nil {
		t.Error("no error")
	}
}

// Under T=0 a reader hands out the protected response by 61xx: it must be
// collected whole before it is verified.
func TestChannelCollects(t *testing.T) {
	k, p := pair(AES256)
	whole := p.seal(2, card.Response{Data: bytes.Repeat([]byte{7}, 200), Status: 0x9000})
	var pending []byte
	c := NewChannel(card.TransmitterFunc(func(_ context.Context, b []byte) ([]byte, error) {
		if b[1] != 0xC0 {
			pending = whole.Data
			return []byte{0x61, 0x80}, nil
		}
		n := min(len(pending), 0x80)
		part := pending[:n:n]
		pending = pending[n:]
		if len(pending) > 0 {
			return append(part, 0x61, byte(len(pending))), nil
		}
		return append(part, 0x90, 0x00), nil
	}), k, 0)
	got, err := c.Transmit(context.Background(), []byte{0x00, 0xB0, 0x81, 0x00, 0x00})
	if err != nil || len(got) != 202 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// A protected 6Cxx is an answer like any other: the caller asks again, under
// the next counter, and the channel repeats nothing by itself.
func TestChannelDoesNotRepeat(t *testing.T) {
	c, sent := session(AES256, func(p card.Command) card.Response {
		if p.Le != 16 {
			return card.Response{Status: 0x6C10}
		}
		return card.Response{Data: make([]byte, 16), Status: card.StatusOK}
	})
	got, err := c.Transmit(context.Background(), []byte{0x00, 0xB0, 0x00, 0x00, 0x00})
	if err != nil || !bytes.Equal(got, []byte{0x6C, 0x10}) || *sent != 1 {
		t.Fatalf("%X, %v, %d sent", got, err, *sent)
	}
	r, err := card.Send(context.Background(), c, card.Command{INS: 0xB0, Le: 256})
	if err != nil || len(r.Data) != 16 || *sent != 3 {
		t.Errorf("%v, %v, %d sent", r.Status, err, *sent)
	}
}

// Reading a file of 20 kB must not copy it more than needed: one buffer for
// what is decrypted, and a few small objects.
func TestChannelAllocations(t *testing.T) {
	k, p := pair(AES256)
	answer := p.seal(2, card.Response{Data: make([]byte, 20000), Status: 0x9000}).Bytes()
	c := NewChannel(card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return answer, nil }), k, 0)
	command := []byte{0x00, 0xB0, 0x81, 0x00, 0x00, 0x00, 0x00}
	if n := testing.AllocsPerRun(50, func() {
		c.ssc = 0
		if _, err := c.Transmit(context.Background(), command); err != nil {
			t.Fatal(err)
		}
	}); n > 8 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkUnwrap20kB(b *testing.B) {
	for _, c := range ciphers() {
		b.Run(c.String(), func(b *testing.B) {
			k, p := pair(c)
			r := p.seal(2, card.Response{Data: make([]byte, 20000), Status: 0x9000})
			b.SetBytes(20000)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := k.Unwrap(2, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWrapReadBinary(b *testing.B) {
	k, _ := pair(AES256)
	c := card.Command{INS: 0xB0, P1: 0x81, Le: 65536}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Wrap(1, c); err != nil {
			b.Fatal(err)
		}
	}
}
