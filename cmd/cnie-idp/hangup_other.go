//go:build !unix

package main

import "os"

// hangups gives nothing: the system has no SIGHUP.
func hangups() (c <-chan os.Signal, ignore func()) { return nil, func() {} }
