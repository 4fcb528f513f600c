package pcscd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	program = "/usr/sbin/pcscd"
	driver  = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
	port    = 35963
)

// readerConf is the reader.conf(5) of the daemon.
const readerConf = `FRIENDLYNAME "cnie virtual reader"
DEVICENAME /dev/null:0x8C7B
LIBPATH ` + driver + `
CHANNELID 0x8C7B
`

// Daemon is a running private daemon.
type Daemon struct {
	cmd      *exec.Cmd
	noReader bool
	output   *tail
	exited   chan struct{}
	tasks    chan func() // run on the thread that lives in the namespaces
}

// Start starts a daemon whose socket is at Socket(dir) and returns when its
// virtual reader takes cards. dir exists; who cannot enter it cannot use the
// daemon. The daemon ends with Stop or with the process.
func Start(ctx context.Context, dir string, o Options) (*Daemon, error) {
	if os.Geteuid() != 0 {
		return nil, ErrUnsupported
	}
	for path, pkg := range map[string]string{program: "pcscd", driver: "vsmartcard-vpcd"} {
		if _, err := os.Stat(path); err != nil {
			return nil, &MissingError{Path: path, Package: pkg}
		}
	}
	conf, content := filepath.Join(dir, "reader.conf"), readerConf
	if o.NoReader {
		content = ""
	}
	if err := os.WriteFile(conf, []byte(content), 0o600); err != nil {
		return nil, err
	}
	if err := os.Mkdir(socketDir(dir), 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	d := &Daemon{noReader: o.NoReader, output: &tail{}, exited: make(chan struct{}), tasks: make(chan func())}
	started := make(chan error, 1)
	go offMainThread(func() { d.live(socketDir(dir), conf, started) })
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start pcscd: %w", err)
	}
	if err := d.awaitReady(ctx, dir); err != nil {
		d.Stop()
		return nil, fmt.Errorf("start pcscd: %w\n%s", err, d.output)
	}
	return d, nil
}

// offMainThread runs f on a thread of its own that is not the main one: /proc
// shows the namespaces of the main thread as those of the process.
func offMainThread(f func()) {
	runtime.LockOSThread()
	if unix.Gettid() != unix.Getpid() {
		f()
		return // still locked: the runtime ends the thread
	}
	started := make(chan struct{})
	go func() {
		runtime.LockOSThread() // another thread, since this one is held
		close(started)
		f()
	}()
	<-started
	runtime.UnlockOSThread()
}

// live is the thread in the namespaces. It ends with the daemon, and the daemon
// is killed if it ever ends first.
func (d *Daemon) live(run, conf string, started chan<- error) {
	if err := enterNamespaces(run); err != nil {
		started <- err
		return
	}
	d.cmd = exec.Command(program, "--foreground", "--config", conf)
	d.cmd.Stdout, d.cmd.Stderr = d.output, d.output
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err := d.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	go func() {
		_ = d.cmd.Wait() // Stop kills it, so the exit code says nothing
		close(d.exited)
	}()
	for {
		select {
		case task := <-d.tasks:
			task()
		case <-d.exited:
			return
		}
	}
}

// enterNamespaces gives the calling thread a mount namespace where /run/pcscd
// is run, and a network namespace with nothing but loopback.
func enterNamespaces(run string) error {
	if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	// run may lie below /run, which the empty file system then hides: hold it.
	fd, err := unix.Open(run, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", run, err)
	}
	defer unix.Close(fd)
	if err := unix.Mount("tmpfs", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755,size=1m"); err != nil {
		return fmt.Errorf("mount on /run: %w", err)
	}
	if err := unix.Mkdir("/run/pcscd", 0o755); err != nil {
		return fmt.Errorf("make /run/pcscd: %w", err)
	}
	if err := unix.Mount(fmt.Sprintf("/proc/self/fd/%d", fd), "/run/pcscd", "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("bind /run/pcscd: %w", err)
	}
	return loopbackUp()
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
		return fmt.Errorf("loopback up: %w", err)
	}
	return nil
}

// awaitReady waits for the socket and for vpcd to listen.
func (d *Daemon) awaitReady(ctx context.Context, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for {
		_, err := os.Stat(Socket(dir))
		if err == nil && !d.noReader {
			err = d.probe()
		}
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not ready: %w", err)
		case <-d.exited:
			return errors.New("pcscd ended")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// probe looks for the listener in the namespace's socket table: a connection
// made only to try would be taken for a card.
func (d *Daemon) probe() error {
	table, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", d.cmd.Process.Pid))
	if err != nil {
		return err
	}
	if !bytes.Contains(table, fmt.Appendf(nil, ":%04X 00000000:0000 0A", port)) {
		return errors.New("vpcd does not listen")
	}
	return nil
}

// Dial connects to the virtual reader, as a card that is put into it. Closing
// the connection removes the card.
func (d *Daemon) Dial(ctx context.Context) (net.Conn, error) { return d.DialSlot(ctx, 0) }

// DialSlot is Dial for one of the Slots of the virtual reader; each is a reader
// for PC/SC.
func (d *Daemon) DialSlot(ctx context.Context, slot int) (net.Conn, error) {
	if slot < 0 || slot >= Slots {
		return nil, fmt.Errorf("slot %d of %d", slot, Slots)
	}
	type result struct {
		conn net.Conn
		err  error
	}
	dialed := make(chan result, 1)
	task := func() {
		c, err := dialHere(port + slot)
		dialed <- result{c, err}
	}
	select {
	case d.tasks <- task:
	case <-d.exited:
		return nil, errors.New("pcscd has ended")
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	r := <-dialed
	return r.conn, r.err
}

// dialHere connects from the network namespace of the calling thread; package
// net may dial on another one.
func dialHere(port int) (net.Conn, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("connect to vpcd: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "vpcd")
	defer f.Close()
	return net.FileConn(f)
}

// Stop ends the daemon and waits until it is gone. Stopping twice is harmless.
func (d *Daemon) Stop() {
	_ = d.cmd.Process.Signal(syscall.SIGTERM) // gone already is as good
	select {
	case <-d.exited:
	case <-time.After(3 * time.Second):
		_ = d.cmd.Process.Kill()
		<-d.exited
	}
}

// tail keeps the last bytes of the daemon's output for an error text.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailSize = 4 << 10

// Write keeps the end of all that was written.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	if extra := len(t.b) - tailSize; extra > 0 {
		t.b = append(t.b[:0], t.b[extra:]...)
	}
	return len(p), nil
}

// String is what was kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.b)
}
