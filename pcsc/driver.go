package pcsc

import (
	"errors"
	"time"

	"github.com/ebfe/scard"
)

// resourceManager is the part of a PC/SC context that this package uses. One
// context serves one purpose: a call that waits holds its context's lock, and
// any other call on the same context would wait with it.
type resourceManager interface {
	ListReaders() ([]string, error)
	GetStatusChange(states []scard.ReaderState, timeout time.Duration) error
	Connect(reader string) (handle, error)
	Cancel() error
	Release() error
}

// handle is the part of a PC/SC card handle that this package uses.
type handle interface {
	ActiveProtocol() scard.Protocol
	Status() (*scard.CardStatus, error)
	Transmit(command []byte) ([]byte, error)
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

// Connect opens an exclusive connection by T=1 where the card speaks it, else by
// T=0, where responses longer than 256 bytes come in pieces. Never ShareDirect
// or a raw protocol: Transmit panics on those.
func (w winscard) Connect(reader string) (handle, error) {
	h, err := w.Context.Connect(reader, scard.ShareExclusive, scard.ProtocolT1)
	if errors.Is(err, scard.ErrProtoMismatch) {
		h, err = w.Context.Connect(reader, scard.ShareExclusive, scard.ProtocolAny)
	}
	if err != nil {
		return nil, err
	}
	return h, nil
}
