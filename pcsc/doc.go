// Package pcsc finds card readers and talks to cards through the PC/SC service
// of the system (PC/SC Workgroup, part 5; winscard, pcsc-lite).
//
// A Service lists readers, waits for a card and connects to it. A Card is a
// card.Transmitter over an exclusive connection that resets the card when it
// is closed. Every failure is reported as one of the connection errors of
// package card, so callers need not import this package to act on them.
//
// The package wraps github.com/ebfe/scard and stays clear of its faults: one
// wait at a time in the whole process, a context of its own for every wait and
// every card, no call with arguments that would make it panic. It does not
// interpret APDUs, does not retry them and does not log. It needs cgo on Linux
// and macOS.
package pcsc
