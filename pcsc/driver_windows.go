package pcsc

import (
	"fmt"
	"syscall"
	"time"
	"unsafe"

	"github.com/ebfe/scard"
)

// readerState is SCARD_READERSTATEW.
type readerState struct {
	reader                   *uint16
	userData                 uintptr
	current, event, atrBytes uint32
	atr                      [36]byte
}

// statusChange is SCardGetStatusChange with names that stay alive during the
// call. ebfe/scard gives Windows the addresses of names that nothing else
// refers to, so that they may be freed while Windows waits on them.
func statusChange(c *scard.Context, states []scard.ReaderState, timeout time.Duration) error {
	number, ok := systemHandle(c, "ctx")
	if !ok || len(states) == 0 {
		return c.GetStatusChange(states, timeout)
	}
	system := make([]readerState, len(states))
	for i, s := range states {
		name, err := syscall.UTF16PtrFromString(s.Reader)
		if err != nil {
			return fmt.Errorf("name of a reader: %w", err)
		}
		system[i] = readerState{reader: name, current: uint32(s.CurrentState)}
	}
	call := syscall.NewLazyDLL("winscard.dll").NewProc("SCardGetStatusChangeW")
	code, _, _ := call.Call(number, uintptr(milliseconds(timeout)), uintptr(unsafe.Pointer(&system[0])), uintptr(len(system)))
	if err := scard.Error(code); err != scard.ErrSuccess {
		return err
	}
	for i, s := range system {
		if int(s.atrBytes) > len(s.atr) {
			return fmt.Errorf("answer to reset of %d bytes: %w", s.atrBytes, ErrDriver)
		}
		states[i].EventState = scard.StateFlag(s.event)
		states[i].Atr = append([]byte(nil), s.atr[:s.atrBytes]...)
	}
	return nil
}

// milliseconds is a timeout for Windows; a negative one is INFINITE.
func milliseconds(timeout time.Duration) uint32 {
	const infinite = 1<<32 - 1
	if timeout < 0 || timeout >= infinite*time.Millisecond {
		return infinite
	}
	return uint32(timeout / time.Millisecond)
}
