package pcscd

import (
	"errors"
	"fmt"
	"path/filepath"
)

// ErrUnsupported says that this user or system cannot have a private daemon.
var ErrUnsupported = errors.New("a private pcscd needs root on Linux")

// MissingError names a file that the daemon needs and the Debian package that
// brings it.
type MissingError struct{ Path, Package string }

// Error tells what to install.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is missing: install the Debian package %s", e.Path, e.Package)
}

// SocketVariable is the environment variable by which clients of pcsc-lite
// find the daemon. The client library reads it once in a process, before its
// first call.
const SocketVariable = "PCSCLITE_CSOCK_NAME"

// SystemAddress is where the vpcd of the system's own pcscd listens.
const SystemAddress = "127.0.0.1:35963"

// Slots is how many slots the virtual reader has.
const Slots = 2

// Names of the slots of the virtual reader with a private daemon, and of the
// first slot with the system's as Debian's package configures it.
const (
	ReaderName       = "cnie virtual reader 00 00"
	SecondReaderName = "cnie virtual reader 00 01"
	SystemReaderName = "Virtual PCD 00 00"
)

// Options changes what a daemon offers. The zero value is a daemon with the
// virtual reader.
type Options struct {
	NoReader bool // no reader at all
}

// Socket is the path of the daemon's socket, for the directory given to Start.
func Socket(dir string) string { return filepath.Join(socketDir(dir), "pcscd.comm") }

// socketDir is what the daemon takes for /run/pcscd. The daemon opens it and
// the socket to every user; dir above it stays as it is.
func socketDir(dir string) string { return filepath.Join(dir, "run") }
