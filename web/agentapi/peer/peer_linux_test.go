package peer

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// movedAway, in the environment, asks a run of these tests for a main thread in
// a network namespace of its own.
const movedAway = "CNIE_TEST_MAIN_THREAD_MOVED"

func TestMain(m *testing.M) {
	if os.Getenv(movedAway) == "" {
		os.Exit(m.Run())
	}
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		panic(err)
	}
	status := make(chan int)
	go func() { status <- m.Run() }() // on other threads: this one stays locked
	os.Exit(<-status)
}

func init() {
	if os.Getenv(movedAway) != "" {
		runtime.LockOSThread() // in init, that is the main thread
	}
}

// A program whose main thread has entered another network namespace still finds
// its own connections. Catches reading /proc/net, which shows that thread's.
func TestOwnerWithMovedMainThread(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can enter another network namespace")
	}
	again := exec.Command(os.Args[0], "-test.run", "^TestOwner$")
	again.Env = append(os.Environ(), movedAway+"=1")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// listen opens a loopback listener and one connection to it.
func listen(t *testing.T, at string) (l net.Listener, accepted, dialled net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Skipf("%s: %v", at, err)
	}
	t.Cleanup(func() { l.Close() })
	if dialled, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialled.Close() })
	if accepted, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { accepted.Close() })
	return l, accepted, dialled
}

func addr(a net.Addr) netip.AddrPort { return a.(*net.TCPAddr).AddrPort() }

// The real kernel's tables: this process is at both ends.
func TestOwner(t *testing.T) {
	for _, at := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(at, func(t *testing.T) {
			_, accepted, dialled := listen(t, at)
			local, remote := addr(accepted.LocalAddr()), addr(accepted.RemoteAddr())
			if uid, err := Owner(local, remote); err != nil || uid != os.Getuid() {
				t.Errorf("Owner = %d, %v; want %d", uid, err, os.Getuid())
			}
			// A closed peer has no owner, whoever's it was.
			dialled.Close()
			if _, err := Owner(local, remote); !errors.Is(err, ErrNotFound) {
				t.Errorf("closed peer: %v", err)
			}
			if _, err := Owner(local, netip.AddrPortFrom(remote.Addr(), 1)); !errors.Is(err, ErrNotFound) {
				t.Errorf("no such peer: %v", err)
			}
		})
	}
}

// A table that is there but cannot be opened is not one that this system lacks.
// Catches a check that is given up when the process has no files left.
func TestTableNotOpened(t *testing.T) {
	if _, err := searchTable("/proc/version/tcp", nil); err == nil || errors.Is(err, ErrUnsupported) || errors.Is(err, ErrNotFound) {
		t.Errorf("table that cannot be opened: %v", err)
	}
	if _, err := searchTable("/proc/absent", nil); !errors.Is(err, ErrUnsupported) {
		t.Errorf("no table: %v", err)
	}
	if _, err := searchTable("/proc/absent6", nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("no table of IPv6: %v", err)
	}
}

// The program that has taken a port is found by its socket.
func TestListener(t *testing.T) {
	l, _, _ := listen(t, "127.0.0.1:0")
	p, err := Listener(addr(l.Addr()))
	if err != nil || p.PID != os.Getpid() || p.Name == "" {
		t.Errorf("Listener = %+v, %v; want pid %d", p, err, os.Getpid())
	}
	l.Close()
	if _, err := Listener(addr(l.Addr())); !errors.Is(err, ErrNotFound) {
		t.Errorf("free port: %v", err)
	}
}
