package pcsc

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// errShort stands for a response of one byte.
var errShort = errors.New("one byte")

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
		{"status word cut, removed in truth", errShort, scard.ErrRemovedCard, card.ErrRemoved},
		{"driver of Windows fails, removed in truth", scard.Error(0x1F), scard.ErrRemovedCard, card.ErrRemoved},
		{"driver of Windows fails on a long command", scard.Error(0x1F), nil, card.ErrUnresponsive},
		{"mute card", scard.ErrNotTransacted, nil, card.ErrUnresponsive},
		{"computer slept, card without power", scard.ErrUnpoweredCard, nil, card.ErrReset},
		{"computer slept, card reset", scard.ErrNotTransacted, scard.ErrUnpoweredCard, card.ErrReset},
		{"card gone from the reader", scard.ErrNoSmartcard, nil, card.ErrRemoved},
		{"service came back", scard.ErrInvalidHandle, nil, card.ErrNoService},
		{"connection to the service broke", scard.ErrCommError, scard.ErrNoService, card.ErrNoService},
		{"reader unplugged", scard.ErrReaderUnavailable, nil, card.ErrNoReader},
		{"service gone", scard.ErrNoService, nil, card.ErrNoService},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHandle(func([]byte) ([]byte, error) {
				if errors.Is(test.driver, errShort) {
					return []byte{0x90}, nil
				}
				return nil, test.driver
			})
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

// Would catch: a caller held up by the call of another for longer than its own
// context, a connection that dies of a command that was never sent, and a plain
// command that stays in memory.
func TestTransmitWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var kept []byte
		c := connected(t, newHandle(func(b []byte) ([]byte, error) { kept = b; <-release; return []byte{0x90, 0}, nil }))
		first := make(chan error)
		go func() { _, err := c.Transmit(t.Context(), command); first <- err }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Transmit(ctx, command); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("second caller: %v", err)
		}
		close(release)
		if err := <-first; err != nil {
			t.Errorf("first caller: %v", err)
		}
		if _, err := c.Transmit(t.Context(), command); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		if !bytes.Equal(kept, make([]byte, len(command))) || command[1] != 0xB0 {
			t.Errorf("left behind: %X, the caller's is %X", kept, command)
		}
		_ = c.Close()
	})
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
