// Package peer tells who is at the other end of a loopback TCP connection: the
// user that owns the other socket, or the program that listens on an address.
//
// On Linux it reads the socket tables of the network namespace of the calling
// thread (net/tcp and net/tcp6 of proc(5)). Elsewhere it answers ErrUnsupported, and
// so it does where /proc is not mounted. Whoever does without the answer there
// asks Supported once, at his start: later on, every error means that the owner
// is not known. A peer in another network namespace,
// or behind a proxy on this machine, is seen as what its socket here is.
//
// The package only looks: to let in or refuse is its caller's part.
package peer
