//go:build !linux

package pcscd

import (
	"context"
	"net"
)

// Daemon is a running private daemon; there is none on this system.
type Daemon struct{}

// Start fails with ErrUnsupported.
func Start(context.Context, string, Options) (*Daemon, error) { return nil, ErrUnsupported }

// Dial fails with ErrUnsupported.
func (*Daemon) Dial(context.Context) (net.Conn, error) { return nil, ErrUnsupported }

// DialSlot fails with ErrUnsupported.
func (*Daemon) DialSlot(context.Context, int) (net.Conn, error) { return nil, ErrUnsupported }

// Stop does nothing.
func (*Daemon) Stop() {}
