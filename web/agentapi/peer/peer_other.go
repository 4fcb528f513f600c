//go:build !linux

package peer

import "net/netip"

// Supported says whether Owner can tell on this system.
func Supported() bool { return false }

// Owner is not available on this system: ErrUnsupported.
func Owner(_, _ netip.AddrPort) (uid int, err error) { return 0, ErrUnsupported }

// Listener is not available on this system: ErrUnsupported.
func Listener(netip.AddrPort) (Process, error) { return Process{}, ErrUnsupported }
