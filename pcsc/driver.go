package pcsc

import (
	"reflect"
	"time"

	"github.com/ebfe/scard"
)

// resourceManager is the part of a PC/SC context that this package uses. One
// context serves one purpose: a call that waits holds its context's lock, and
// any other call on the same context would wait with it.
type resourceManager interface {
	ListReaders() ([]string, error)
	GetStatusChange(states []scard.ReaderState, timeout time.Duration) error
	Connect(reader string, mode scard.ShareMode, protocol scard.Protocol) (handle, error)
	Cancel() error
	Release() error
}

// handle is the part of a PC/SC card handle that this package uses. An answer
// of Transmit or Control is valid until the next call.
type handle interface {
	ActiveProtocol() scard.Protocol
	Status() (*scard.CardStatus, error)
	Transmit(command []byte) ([]byte, error)
	Control(code uint32, in []byte) ([]byte, error)
	BeginTransaction() error
	EndTransaction(d scard.Disposition) error
	Disconnect(d scard.Disposition) error
}

// winscard is the resource manager of the system.
type winscard struct{ *scard.Context }

func establish() (resourceManager, error) {
	c, err := scard.EstablishContext()
	if err != nil {
		return nil, err
	}
	return winscard{c}, nil
}

// GetStatusChange is SCardGetStatusChange.
func (w winscard) GetStatusChange(states []scard.ReaderState, timeout time.Duration) error {
	return statusChange(w.Context, states, timeout)
}

// Connect is SCardConnect.
func (w winscard) Connect(reader string, mode scard.ShareMode, protocol scard.Protocol) (handle, error) {
	h, err := w.Context.Connect(reader, mode, protocol)
	if err != nil {
		return nil, err
	}
	return &cardHandle{Card: h}, nil
}

// cardHandle is a card handle of the system.
type cardHandle struct {
	*scard.Card
	buffer []byte // for the responses of Transmit
}

// responseSize is the longest response APDU, 65 536 bytes and a status word,
// and room for a driver that adds to it (MAX_BUFFER_SIZE_EXTENDED of pcsc-lite).
const responseSize = 4 + 3 + 1<<16 + 3 + 2

// systemHandle reads the number that the system gave a context or a card, which
// ebfe/scard keeps to itself. It is only read, by reflection and without unsafe;
// ok is false for a version that names or types it otherwise, and the caller then
// goes the way of ebfe/scard.
func systemHandle(of any, field string) (number uintptr, ok bool) {
	s := reflect.ValueOf(of).Elem()
	if s.Kind() != reflect.Struct {
		return 0, false
	}
	v := s.FieldByName(field)
	if !v.IsValid() || v.Kind() != reflect.Uintptr {
		return 0, false
	}
	return uintptr(v.Uint()), true
}
