//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// hangups gives SIGHUP until ignore is called. Several that come while nobody
// reads are one.
func hangups() (c <-chan os.Signal, ignore func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals, func() { signal.Stop(signals) }
}
