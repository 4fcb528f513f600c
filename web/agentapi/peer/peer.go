package peer

import "errors"

// Errors of this package.
var (
	// ErrUnsupported: this system does not tell.
	ErrUnsupported = errors.New("owner of a connection cannot be told on this system")
	// ErrNotFound: there is no such socket, or nobody owns it any more.
	ErrNotFound = errors.New("no socket with these addresses")
)

// Process is a program that holds a socket.
type Process struct {
	PID  int
	Name string // short name as the kernel has it
}
