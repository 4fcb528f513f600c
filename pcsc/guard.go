package pcsc

import (
	"fmt"
	"time"

	"github.com/ebfe/scard"
)

// guarded makes every call of a driver end in an answer or an error: a panic
// becomes ErrDriver, and so does an answer without content.
func guarded(establish func() (resourceManager, error)) func() (resourceManager, error) {
	return func() (resourceManager, error) {
		rm, err := safely("SCardEstablishContext", establish)
		if err != nil {
			return nil, err
		}
		if rm == nil {
			return nil, fmt.Errorf("SCardEstablishContext: no context: %w", ErrDriver)
		}
		return guardedManager{rm}, nil
	}
}

// safely gives the panic of a call back as an error.
func safely[T any](call string, f func() (T, error)) (answer T, err error) {
	defer func() {
		if p := recover(); p != nil {
			var none T
			answer, err = none, fmt.Errorf("%s: %w: %v", call, ErrDriver, p)
		}
	}()
	return f()
}

func safelyDone(call string, f func() error) error {
	_, err := safely(call, func() (struct{}, error) { return struct{}{}, f() })
	return err
}

type guardedManager struct{ rm resourceManager }

// ListReaders is SCardListReaders.
func (g guardedManager) ListReaders() ([]string, error) {
	return safely("SCardListReaders", g.rm.ListReaders)
}

// GetStatusChange is SCardGetStatusChange; without states, on which the driver
// panics, it fails.
func (g guardedManager) GetStatusChange(states []scard.ReaderState, timeout time.Duration) error {
	if len(states) == 0 {
		return scard.ErrInvalidParameter
	}
	return safelyDone("SCardGetStatusChange", func() error { return g.rm.GetStatusChange(states, timeout) })
}

// Connect is SCardConnect.
func (g guardedManager) Connect(reader string, mode scard.ShareMode, protocol scard.Protocol) (handle, error) {
	h, err := safely("SCardConnect", func() (handle, error) { return g.rm.Connect(reader, mode, protocol) })
	if err != nil {
		return nil, err
	}
	if h == nil {
		return nil, fmt.Errorf("SCardConnect: no handle: %w", ErrDriver)
	}
	return guardedHandle{h}, nil
}

// Cancel is SCardCancel.
func (g guardedManager) Cancel() error { return safelyDone("SCardCancel", g.rm.Cancel) }

// Release is SCardReleaseContext.
func (g guardedManager) Release() error { return safelyDone("SCardReleaseContext", g.rm.Release) }

type guardedHandle struct{ h handle }

// ActiveProtocol is the protocol that SCardConnect chose.
func (g guardedHandle) ActiveProtocol() scard.Protocol {
	p, err := safely("SCardConnect", func() (scard.Protocol, error) { return g.h.ActiveProtocol(), nil })
	if err != nil {
		return scard.ProtocolUndefined
	}
	return p
}

// Status is SCardStatus.
func (g guardedHandle) Status() (*scard.CardStatus, error) {
	s, err := safely("SCardStatus", g.h.Status)
	if err == nil && s == nil {
		return nil, fmt.Errorf("SCardStatus: no status: %w", ErrDriver)
	}
	return s, err
}

// Transmit is SCardTransmit.
func (g guardedHandle) Transmit(command []byte) ([]byte, error) {
	return safely("SCardTransmit", func() ([]byte, error) { return g.h.Transmit(command) })
}

// Control is SCardControl.
func (g guardedHandle) Control(code uint32, in []byte) ([]byte, error) {
	return safely("SCardControl", func() ([]byte, error) { return g.h.Control(code, in) })
}

// BeginTransaction is SCardBeginTransaction.
func (g guardedHandle) BeginTransaction() error {
	return safelyDone("SCardBeginTransaction", g.h.BeginTransaction)
}

// EndTransaction is SCardEndTransaction.
func (g guardedHandle) EndTransaction(d scard.Disposition) error {
	return safelyDone("SCardEndTransaction", func() error { return g.h.EndTransaction(d) })
}

// Disconnect is SCardDisconnect.
func (g guardedHandle) Disconnect(d scard.Disposition) error {
	return safelyDone("SCardDisconnect", func() error { return g.h.Disconnect(d) })
}
