package vpcd

import (
	"net"
	"syscall"
)

// acknowledge sends the acknowledgement that is due on a TCP connection. The
// kernel leaves this mode by itself, so it is set after every read. A failure
// costs time and nothing else.
func acknowledge(conn net.Conn) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
	})
}
