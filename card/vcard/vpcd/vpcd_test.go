package vpcd

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"

	"cnie.example/card"
)

// fake is a card that answers with the command in reverse.
type fake struct {
	resets int
	fail   error
	answer []byte
}

func (f *fake) Transmit(_ context.Context, command []byte) ([]byte, error) {
	if f.fail != nil || f.answer != nil {
		return f.answer, f.fail
	}
	b := bytes.Clone(command)
	for i := range len(b) / 2 {
		b[i], b[len(b)-1-i] = b[len(b)-1-i], b[i]
	}
	return b, nil
}

func (f *fake) Reset() { f.resets++ }

func (f *fake) ATR() []byte { return []byte{0x3B, 0x80, 0x80} }

// insert serves a card on a TCP connection and gives the reader's end of it.
func insert(t *testing.T, ctx context.Context, c Card) (reader net.Conn, served <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	conn, err := Dial(ctx, listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if reader, err = listener.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, conn, c) }()
	return reader, done
}

func send(t *testing.T, w io.Writer, message []byte) {
	t.Helper()
	// Apart, as the driver does.
	for _, b := range [][]byte{binary.BigEndian.AppendUint16(nil, uint16(len(message))), message} {
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
}

func receive(t *testing.T, r io.Reader) []byte {
	t.Helper()
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(r, b); err != nil {
		t.Fatal(err)
	}
	return b
}

// Would catch: controls that are answered, taken for APDUs or do not reset,
// and lengths read in the wrong order.
func TestServe(t *testing.T) {
	c := &fake{}
	reader, served := insert(t, t.Context(), c)
	for _, control := range []byte{controlOff, controlOn, controlReset} {
		send(t, reader, []byte{control})
	}
	send(t, reader, []byte{controlATR})
	if got := receive(t, reader); !bytes.Equal(got, c.ATR()) {
		t.Errorf("answer to reset %X", got)
	}
	long := bytes.Repeat([]byte{1, 2, 3}, 0xFFFF/3)
	for _, command := range [][]byte{{0x00, 0xA4, 0x04, 0x0C}, {0x03}, {}, long} {
		send(t, reader, command)
		want, _ := c.Transmit(t.Context(), command)
		if got := receive(t, reader); !bytes.Equal(got, want) {
			t.Errorf("command of %d bytes answered with %d", len(command), len(got))
		}
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-served; err != nil {
		t.Errorf("reader gone: %v", err)
	}
	if c.resets != 5 {
		t.Errorf("%d resets, want insertion, three controls, removal", c.resets)
	}
}

// Would catch: a card that stays in the reader when its context ends.
func TestServeEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := &fake{}
	reader, served := insert(t, ctx, c)
	send(t, reader, []byte{controlATR})
	receive(t, reader)
	cancel()
	if err := <-served; !errors.Is(err, context.Canceled) {
		t.Errorf("served with %v", err)
	}
	if n, err := reader.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("connection still open: %d bytes, error %v", n, err)
	}
}

// Would catch: a failure of the card or of the framing that goes unnoticed or
// leaves the connection open.
func TestServeFails(t *testing.T) {
	for _, x := range []struct {
		name string
		card *fake
		sent []byte
		want error
	}{
		{"length cut", &fake{}, []byte{0}, ErrFraming},
		{"message missing", &fake{}, []byte{0, 4}, ErrFraming},
		{"message cut", &fake{}, []byte{0, 4, 1, 2}, ErrFraming},
		{"card removed", &fake{fail: card.ErrRemoved}, []byte{0, 2, 1, 2}, card.ErrRemoved},
		{"answer too long", &fake{answer: make([]byte, 0x10000)}, []byte{0, 2, 1, 2}, ErrFraming},
	} {
		reader, served := insert(t, t.Context(), x.card)
		if _, err := reader.Write(x.sent); err != nil {
			t.Fatal(err)
		}
		if err := reader.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if err := <-served; !errors.Is(err, x.want) {
			t.Errorf("%s: %v", x.name, err)
		}
		if _, err := reader.Read(make([]byte, 1)); err == nil {
			t.Errorf("%s: an answer came", x.name)
		}
	}
}

// Would catch: a reader that is not there reported as if it were.
func TestDialFails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Dial(ctx, "127.0.0.1:9"); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

// Property: whatever the reader sends, Serve ends with the connection, with
// no error or a framing error, and answers nothing but whole messages.
func FuzzServe(f *testing.F) {
	for _, seed := range [][]byte{{0, 1, 4}, {0, 1, 1, 0, 1, 4, 0, 2, 1, 2}, {0, 0}, {0xFF, 0xFF, 1}, {0}} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		c := &conn{in: bytes.NewReader(sent)}
		if err := Serve(t.Context(), c, &fake{}); err != nil && !errors.Is(err, ErrFraming) {
			t.Fatal(err)
		}
		for out := c.out.Bytes(); len(out) > 0; {
			if len(out) < 2 || len(out)-2 < int(binary.BigEndian.Uint16(out)) {
				t.Fatalf("cut answer % X", out)
			}
			out = out[2+int(binary.BigEndian.Uint16(out)):]
		}
	})
}

// conn is a connection that has already received everything.
type conn struct {
	net.Conn
	in  *bytes.Reader
	out bytes.Buffer
}

func (c *conn) Read(b []byte) (int, error)  { return c.in.Read(b) }
func (c *conn) Write(b []byte) (int, error) { return c.out.Write(b) }
func (c *conn) Close() error                { return nil }
