package vpcd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// ErrFraming is the cause of errors about messages that are cut short or too
// long for their length field.
var ErrFraming = errors.New("malformed message of the virtual reader")

// Controls of the reader: messages of one byte.
const (
	controlOff   = 0x00
	controlOn    = 0x01
	controlReset = 0x02
	controlATR   = 0x04
)

// maxMessage is the longest message the length field can tell, in bytes.
const maxMessage = 0xFFFF

// Card is what can be put into the reader; *vcard.Card is one. Serve calls it
// from one goroutine.
type Card interface {
	// Transmit answers one command APDU. An error takes the card out of the
	// reader.
	Transmit(ctx context.Context, command []byte) (response []byte, err error)
	// Reset is a cold reset.
	Reset()
	// ATR is the answer to reset.
	ATR() []byte
}

// Dial connects to a virtual reader, such as "127.0.0.1:35963", for Serve.
func Dial(ctx context.Context, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect to virtual reader: %w", err)
	}
	return conn, nil
}

// Serve inserts the card, reset, and serves it until ctx ends, the reader
// closes the connection, or the card fails; then it closes conn, which it
// owns, and resets the card. It returns nil when the reader closed the
// connection between messages, an error that wraps ctx.Err() when ctx ended,
// the card's own error when that failed, and ErrFraming for a message cut
// short or an answer longer than 65535 bytes.
func Serve(ctx context.Context, conn net.Conn, c Card) error {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer func() {
		stop()
		_ = conn.Close()
		c.Reset()
	}()
	c.Reset()
	s := session{conn: conn, in: bufio.NewReader(prompt{conn}), card: c}
	for {
		more, err := s.serveOne(ctx)
		if ctx.Err() != nil {
			return fmt.Errorf("serve card: %w", ctx.Err())
		}
		if err != nil {
			return fmt.Errorf("serve card: %w", err)
		}
		if !more {
			return nil
		}
	}
}

// session is one card in one reader.
type session struct {
	conn net.Conn
	in   *bufio.Reader
	card Card
}

// serveOne serves one message; more is false when the reader is gone.
func (s *session) serveOne(ctx context.Context) (more bool, err error) {
	message, err := s.read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if len(message) == 1 {
		switch message[0] {
		case controlOff, controlOn, controlReset:
			s.card.Reset()
			return true, nil
		case controlATR:
			return true, s.write(s.card.ATR())
		}
	}
	answer, err := s.card.Transmit(ctx, message)
	if err != nil {
		return false, err
	}
	return true, s.write(answer)
}

// read gives one message, or io.EOF when the connection ended before it.
func (s *session) read() ([]byte, error) {
	var length [2]byte
	switch _, err := io.ReadFull(s.in, length[:]); {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("length cut short: %w", ErrFraming)
	case err != nil:
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint16(length[:]))
	switch _, err := io.ReadFull(s.in, message); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("message cut short: %w", ErrFraming)
	case err != nil:
		return nil, err
	}
	return message, nil
}

// write sends length and message in one piece, so that the reader never waits
// for the second.
func (s *session) write(message []byte) error {
	if len(message) > maxMessage {
		return fmt.Errorf("answer of %d bytes: %w", len(message), ErrFraming)
	}
	b := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(message)), uint16(len(message)))
	_, err := s.conn.Write(append(b, message...))
	return err
}

// prompt acknowledges what it reads at once. The driver sends length and
// message apart and, by Nagle's algorithm, keeps the message until the length
// is acknowledged, for which the kernel takes some 40 ms unless it is told.
type prompt struct{ net.Conn }

// Read reads from the connection.
func (p prompt) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	acknowledge(p.Conn)
	return n, err
}
