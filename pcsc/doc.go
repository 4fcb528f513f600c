// Package pcsc finds card readers and talks to cards through the PC/SC service
// of the system (PC/SC Workgroup, part 5; winscard, pcsc-lite).
//
// A Service lists readers, waits for a card, tells what happens at the readers
// and connects to a card. A Card is a card.Transmitter; its connection is
// exclusive unless Shared is asked for. Every failure is reported as one of the
// connection errors of package card where a caller can act on it, so callers
// need not import this package to do so. PIN pads are in package pinpad, which
// a Card drives by Control.
//
// # Waiting
//
// One goroutine of the process waits in SCardGetStatusChange, for all readers
// and for readers that come and go, while somebody listens, and none otherwise.
// Nothing is polled, with three exceptions, each at most once a second: a
// service that does not run is looked for again, new readers are looked for
// where the service cannot tell of them (macOS), and a driver that reports
// changes where there are none is held back.
//
// # Driver
//
// The package wraps github.com/ebfe/scard and stays clear of its faults: one
// wait at a time in the whole process, names of readers that live as long as
// Windows waits on them, a context of its own for the wait and for every card,
// one buffer for all responses of a card (not on Windows and macOS, where 64 KiB
// are allocated for each), no call with arguments that would make it panic. A
// call that panics all the same is reported as ErrDriver.
//
// For the names and the buffer it calls the system itself, with the number of a
// context or card that ebfe/scard has in a field it does not export. The number
// is read by reflection. Where the field is not as expected the calls of
// ebfe/scard are used, and a test of the package fails.
//
// The package does not interpret APDUs, does not retry them and does not log.
//
// It needs cgo and libpcsclite on Linux, cgo on macOS, and no cgo on Windows.
// There is no way to the readers of macOS without cgo: a program that is built
// so has none.
package pcsc
