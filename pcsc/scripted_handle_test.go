package pcsc

import (
	"testing"

	"github.com/ebfe/scard"
)

// scriptedHandle is a card handle whose answers a test sets.
type scriptedHandle struct {
	protocol      scard.Protocol
	transmit      func([]byte) ([]byte, error)
	control       func(uint32, []byte) ([]byte, error)
	atr           []byte
	status        error
	begin, end    error
	disconnected  chan scard.Disposition
	disconnectErr error
}

func newHandle(transmit func([]byte) ([]byte, error)) *scriptedHandle {
	return &scriptedHandle{
		protocol: scard.ProtocolT1, transmit: transmit, atr: []byte{0x3B, 0x01}, disconnected: make(chan scard.Disposition, 4),
	}
}

func (h *scriptedHandle) ActiveProtocol() scard.Protocol { return h.protocol }

func (h *scriptedHandle) Status() (*scard.CardStatus, error) {
	return &scard.CardStatus{Atr: h.atr}, h.status
}

func (h *scriptedHandle) Transmit(b []byte) ([]byte, error)             { return h.transmit(b) }
func (h *scriptedHandle) Control(code uint32, b []byte) ([]byte, error) { return h.control(code, b) }
func (h *scriptedHandle) BeginTransaction() error                       { return h.begin }
func (h *scriptedHandle) EndTransaction(scard.Disposition) error        { return h.end }
func (h *scriptedHandle) Disconnect(d scard.Disposition) error {
	h.disconnected <- d
	return h.disconnectErr
}

func (s *scripted) inserted(h handle) {
	s.connect = func(scard.ShareMode, scard.Protocol) (handle, error) { return h, nil }
}

func connected(t *testing.T, h handle, opts ...ConnectOption) *Card {
	t.Helper()
	s := newScripted("A")
	s.inserted(h)
	c, err := s.service.Connect(t.Context(), "A", opts...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
