//go:build !linux

package vpcd

import "net"

// acknowledge does nothing where the system has no such option.
func acknowledge(net.Conn) {}
