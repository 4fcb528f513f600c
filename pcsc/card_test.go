package pcsc

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// scriptedHandle is a card handle whose answers a test sets.
type scriptedHandle struct {
	protocol      scard.Protocol
	transmit      func([]byte) ([]byte, error)
	status        error
	disconnected  chan scard.Disposition
	disconnectErr error
}

func newHandle(transmit func([]byte) ([]byte, error)) *scriptedHandle {
	return &scriptedHandle{protocol: scard.ProtocolT1, transmit: transmit, disconnected: make(chan scard.Disposition, 2)}
}

func (h *scriptedHandle) ActiveProtocol() scard.Protocol { return h.protocol }

func (h *scriptedHandle) Status() (*scard.CardStatus, error) {
	return &scard.CardStatus{Atr: []byte{0x3B, 0x01}}, h.status
}

func (h *scriptedHandle) Transmit(b []byte) ([]byte, error) { return h.transmit(b) }

func (h *scriptedHandle) Disconnect(d scard.Disposition) error {
	h.disconnected <- d
	return h.disconnectErr
}

func connected(t *testing.T, h *scriptedHandle) *Card {
	t.Helper()
	s := newScripted("A")
	s.connect = func() (handle, error) { return h, nil }
	c, err := s.service().Connect(t.Context(), "A")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var command = []byte{0, 0xB0, 0, 0, 0}

// Would catch: a return code of the driver that reaches people without a cause
// they can act on.
func TestTransmitNamesItsFailures(t *testing.T) {
	for _, test := range []struct {
		name   string
		driver error // what Transmit returns
		status error // what Status says afterwards
		want   error
	}{
		{"removed", scard.ErrRemovedCard, nil, card.ErrRemoved},
		{"reset by another program", scard.ErrResetCard, nil, card.ErrReset},
		{"older condition first, removed in truth", scard.ErrNotTransacted, scard.ErrRemovedCard, card.ErrRemoved},
		{"older condition first, reset in truth", scard.ErrNotTransacted, scard.ErrResetCard, card.ErrReset},
		{"success without a status word", nil, scard.ErrRemovedCard, card.ErrRemoved},
		{"mute card", scard.ErrNotTransacted, nil, card.ErrUnresponsive},
		{"reader unplugged", scard.ErrReaderUnavailable, nil, card.ErrNoReader},
		{"service gone", scard.ErrNoService, nil, card.ErrNoService},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHandle(func([]byte) ([]byte, error) { return nil, test.driver })
			c := connected(t, h)
			h.status = test.status
			if _, err := c.Transmit(t.Context(), command); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// Would catch: a panic of the driver on an empty command.
func TestTransmitRefusesWhatPanics(t *testing.T) {
	c := connected(t, newHandle(func(b []byte) ([]byte, error) { return b[:2:2], nil }))
	if _, err := c.Transmit(t.Context(), nil); !errors.Is(err, card.ErrCommand) {
		t.Errorf("got %v", err)
	}
}

// Would catch: a hanging card that holds up the login, and a command sent on a
// connection whose last answer was never taken.
func TestTransmitEndsWithItsContext(t *testing.T) {
	release := make(chan struct{})
	h := newHandle(func([]byte) ([]byte, error) { <-release; return []byte{0x90, 0}, nil })
	c := connected(t, h)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := c.Transmit(ctx, command); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	if _, err := c.Transmit(t.Context(), command); !errors.Is(err, card.ErrUnresponsive) {
		t.Errorf("after an abandoned command: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	select {
	case <-h.disconnected:
		t.Fatal("handle disconnected while the driver was using it")
	case <-time.After(20 * time.Millisecond):
	}
	close(release)
	if d := <-h.disconnected; d != scard.ResetCard {
		t.Errorf("disposition %v", d)
	}
}

// Would catch: a card left powered with its channel after the login.
func TestCloseResetsOnce(t *testing.T) {
	h := newHandle(nil)
	c := connected(t, h)
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Error(err)
	}
	if d := <-h.disconnected; d != scard.ResetCard || len(h.disconnected) != 0 {
		t.Errorf("disposition %v, %d more", d, len(h.disconnected))
	}
	if _, err := c.Transmit(t.Context(), command); err == nil {
		t.Error("a closed card transmits")
	}
}

// Would catch: closing a card that was pulled out or reset reported as a
// failure, and a failure to reset a card that is there not reported.
func TestCloseAfterRemoval(t *testing.T) {
	for cause, want := range map[error]error{
		scard.ErrRemovedCard: nil, scard.ErrResetCard: nil, scard.ErrNoService: card.ErrNoService,
	} {
		h := newHandle(nil)
		h.disconnectErr = cause
		if err := connected(t, h).Close(); !errors.Is(err, want) {
			t.Errorf("%v: %v", cause, err)
		}
	}
}

// Would catch: a card kept by a passing program refused at once, and one kept
// for good waited for without end or told as something else.
func TestConnectIsPatient(t *testing.T) {
	s, tries := newScripted("A"), 0
	s.connect = func() (handle, error) {
		if tries++; tries < 3 {
			return nil, scard.ErrSharingViolation
		}
		return newHandle(nil), nil
	}
	if _, err := s.service().Connect(t.Context(), "A"); err != nil {
		t.Errorf("passing program: %v", err)
	}
	s.connect = func() (handle, error) { return nil, scard.ErrSharingViolation }
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := s.service().Connect(ctx, "A"); !errors.Is(err, card.ErrBusy) {
		t.Errorf("kept for good: %v", err)
	}
}

// Would catch: the panic of the driver on a protocol it does not know.
func TestConnectRefusesAnUnknownProtocol(t *testing.T) {
	s, h := newScripted("A"), newHandle(nil)
	h.protocol = scard.ProtocolUndefined
	s.connect = func() (handle, error) { return h, nil }
	if _, err := s.service().Connect(t.Context(), "A"); !errors.Is(err, card.ErrUnresponsive) {
		t.Errorf("got %v", err)
	}
	if len(h.disconnected) != 1 || s.released != 1 {
		t.Error("handle or context left open")
	}
}
