package agentapi_test

import (
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// Real connections of another user, by the real tables of the kernel, are
// closed before they said anything, and the owner is served.
func TestAcceptOtherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can open a socket of another user")
	}
	w := newWorld(t)
	for range places + 6 {
		closed(t, dialAs(t, 65534, w.host))
	}
	if r := w.get("/"); r.StatusCode != http.StatusOK {
		t.Errorf("owner: %d %q", r.StatusCode, r.problem())
	}
}

// dialAs connects by a socket of another user: the kernel gives it the file
// system user of the thread that makes it.
func dialAs(t *testing.T, uid int, host string) net.Conn {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := unix.SetfsuidRetUid(uid)
	if err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if _, restore := unix.SetfsuidRetUid(before); err != nil || restore != nil {
		t.Fatal(err, restore)
	}
	at := netip.MustParseAddrPort(host)
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}); err != nil {
		t.Fatal(err)
	}
	file := os.NewFile(uintptr(fd), "stranger")
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}
