//go:build !windows && !darwin

package pcsc

// #cgo pkg-config: libpcsclite
// #include <winscard.h>
import "C"

import (
	"fmt"
	"time"

	"github.com/ebfe/scard"
)

// Transmit is SCardTransmit into one buffer for all responses of the card:
// ebfe/scard allocates 64 KiB for each.
func (h *cardHandle) Transmit(command []byte) ([]byte, error) {
	number, ok := systemHandle(h.Card, "handle")
	if !ok || len(command) == 0 {
		return h.Card.Transmit(command)
	}
	if h.buffer == nil {
		h.buffer = make([]byte, responseSize)
	}
	send := C.SCARD_IO_REQUEST{dwProtocol: C.ulong(h.ActiveProtocol()), cbPciLength: C.sizeof_SCARD_IO_REQUEST}
	var receive C.SCARD_IO_REQUEST
	n := C.DWORD(len(h.buffer))
	code := C.SCardTransmit(C.SCARDHANDLE(number), &send, (*C.BYTE)(&command[0]), C.DWORD(len(command)),
		&receive, (*C.BYTE)(&h.buffer[0]), &n)
	if err := scard.Error(code); err != scard.ErrSuccess {
		return nil, err
	}
	if int(n) > len(h.buffer) {
		return nil, fmt.Errorf("response of %d bytes: %w", n, ErrDriver)
	}
	return h.buffer[:n], nil
}

func statusChange(c *scard.Context, states []scard.ReaderState, timeout time.Duration) error {
	return c.GetStatusChange(states, timeout)
}
