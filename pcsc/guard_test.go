package pcsc

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// Would catch: a driver that panics and takes the program with it.
func TestDriverThatPanics(t *testing.T) {
	boom := func() error { panic("driver") }
	for _, call := range []string{"establish", "list", "look", "wait", "cancel", "release", "connect"} {
		synctest.Test(t, func(t *testing.T) {
			s := newScripted("A")
			s.faults[call] = boom
			_, readers := s.service.Readers(t.Context())
			if broken := call == "establish" || call == "list" || call == "look"; call != "wait" &&
				(broken != errors.Is(readers, ErrDriver) || broken != errors.Is(readers, card.ErrNoService)) {
				t.Errorf("%s: readers: %v", call, readers)
			}
			s.inserted(newHandle(nil))
			c, err := s.service.Connect(t.Context(), "A")
			if broken := call == "establish" || call == "connect"; broken != errors.Is(err, ErrDriver) {
				t.Errorf("%s: connect: %v", call, err)
			}
			if err == nil {
				if err := c.Close(); (call == "release") != errors.Is(err, ErrDriver) {
					t.Errorf("%s: close: %v", call, err)
				}
			}
			s.left(t)
		})
	}
}

// brokenHandle panics in every call but those of Connect.
type brokenHandle struct{ *scriptedHandle }

func (brokenHandle) BeginTransaction() error                { panic("driver") }
func (brokenHandle) EndTransaction(scard.Disposition) error { panic("driver") }
func (brokenHandle) Disconnect(scard.Disposition) error     { panic("driver") }

// absentHandle answers nothing where it owes an answer.
type absentHandle struct{ *scriptedHandle }

func (absentHandle) Status() (*scard.CardStatus, error) { return nil, nil }

// Would catch: a handle that panics, or answers nothing, and takes the program
// with it or is taken for a card.
func TestHandleThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := brokenHandle{newHandle(func([]byte) ([]byte, error) { panic("driver") })}
		h.control = func(uint32, []byte) ([]byte, error) { panic("driver") }
		c := connected(t, h)
		_, transmit := c.Transmit(t.Context(), command)
		_, control := c.Control(t.Context(), 1, nil)
		for name, err := range map[string]error{
			"transmit": transmit, "control": control, "begin": c.BeginTransaction(t.Context()), "end": c.EndTransaction(true),
			"close": c.Close(),
		} {
			if !errors.Is(err, ErrDriver) || !errors.Is(err, card.ErrUnresponsive) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, script := range map[string]func(*scripted){
			"no context": func(s *scripted) {
				s.service.monitor.establish = guarded(func() (resourceManager, error) { return nil, nil })
			},
			"no handle":       func(s *scripted) { s.inserted(nil) },
			"no status":       func(s *scripted) { s.inserted(absentHandle{newHandle(nil)}) },
			"panicking nils":  func(s *scripted) { s.inserted((*scriptedHandle)(nil)) },
			"nothing to call": func(s *scripted) { s.connect = nil },
		} {
			s := newScripted("A")
			script(s)
			if _, err := s.service.Connect(t.Context(), "A"); !errors.Is(err, ErrDriver) && !errors.Is(err, card.ErrUnresponsive) {
				t.Errorf("%s: %v", name, err)
			}
			s.left(t)
		}
	})
}

// Would catch: an answer of the driver that is kept as long as the response or
// stays in its buffer, and a command that the driver changes for its caller.
func TestTransmitCopies(t *testing.T) {
	big := make([]byte, 65548)
	big[0], big[1] = 0x90, 0x01
	c := connected(t, newHandle(func(b []byte) ([]byte, error) { clear(b); return big[:2], nil }))
	sent := []byte{1, 2, 3, 4}
	r, err := c.Transmit(t.Context(), sent)
	if err != nil || len(r) != 2 || cap(r) > 64 || &r[0] == &big[0] || r[1] != 1 || big[0] != 0 || big[1] != 0 || sent[0] != 1 {
		t.Errorf("response of %d bytes in %d, command %X, %v", len(r), cap(r), sent, err)
	}
}
