package doctor

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

const (
	socketVariable = "PCSCLITE_CSOCK_NAME"
	defaultSocket  = "/run/pcscd/pcscd.comm"
)

// patience is how long the service may take for one answer.
const patience = 10 * time.Second

// daemons are the places of pcscd in the packages of distributions.
func daemons() []string {
	return []string{"/usr/sbin/pcscd", "/usr/bin/pcscd", "/usr/local/sbin/pcscd", "/sbin/pcscd", "/run/current-system/sw/bin/pcscd"}
}

// stat looks at an absolute path.
func (x *examination) stat(file string) (fs.FileInfo, error) { return fs.Stat(x.Files, relative(file)) }

// relative is the name of an absolute path in a file system from the root.
func relative(file string) string { return strings.TrimPrefix(path.Clean(file), "/") }

// checkSocketVariable looks at the environment variable that moves the socket.
func (x *examination) checkSocketVariable(context.Context) error {
	x.socket = defaultSocket
	value := x.Env(socketVariable)
	if value == "" {
		return nil
	}
	x.socket = value
	info, err := fs.FileInfo(nil), error(fs.ErrInvalid)
	if path.IsAbs(value) {
		info, err = x.stat(value)
	}
	if err != nil && !errors.Is(err, fs.ErrPermission) || err == nil && info.Mode()&fs.ModeSocket == 0 {
		x.found(SocketVariable, value)
	}
	return nil
}

// checkService looks for the socket, connects to it and asks for the version of
// the protocol.
func (x *examination) checkService(ctx context.Context) error {
	if x.has(SocketVariable, BuiltWithoutPCSC) {
		return nil
	}
	if info, err := x.stat(x.socket); errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSocket == 0 {
		x.missingSocket()
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := x.Dial(ctx, x.socket)
	switch {
	case errors.Is(err, fs.ErrPermission):
		x.found(SocketPermission, x.socket)
		return nil
	case err != nil: // a socket that its owner has left behind
		x.found(ServiceNotRunning, x.socket)
		return nil
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // ends the wait
	defer stop()
	protocol, err := askVersion(conn)
	switch {
	case err == nil:
		x.serving, x.report.Protocol = true, protocol
	case errors.Is(err, errClosed):
		x.found(AccessRefused, x.socket)
	default:
		x.found(ServiceSilent, x.socket)
	}
	return nil
}

// missingSocket tells why there is no socket.
func (x *examination) missingSocket() {
	for _, daemon := range daemons() {
		if _, err := x.stat(daemon); err == nil {
			x.found(ServiceNotRunning, x.socket)
			return
		}
	}
	if box := x.sandbox(); box != "" { // the daemon is outside
		x.found(SandboxClosed, box)
		return
	}
	x.found(ServiceNotInstalled, x.socket)
}

// sandbox names the sandbox that the program runs in.
func (x *examination) sandbox() string {
	if name := x.Env("SNAP_NAME"); name != "" && x.Env("SNAP") != "" {
		return "snap " + name
	}
	if _, err := x.stat("/.flatpak-info"); err == nil {
		return strings.TrimSpace("flatpak " + x.Env("FLATPAK_ID"))
	}
	return ""
}

// sandboxed adds the sandbox to a detail.
func (x *examination) sandboxed(detail string) string {
	if box := x.sandbox(); box != "" {
		return detail + ", " + box
	}
	return detail
}

// errClosed: the service closed the connection instead of answering, which is
// how pcsc-lite refuses a client.
var errClosed = errors.New("connection closed")

// The first message of a client of pcsc-lite (winscard_msg.h): a header of size
// and command, then major and minor version and a return code, each a number of
// 32 bits in the order of the machine. The answer has the second part only.
const (
	commandVersion = 0x11
	versionSize    = 12
	clientMajor    = 4
	clientMinor    = 4
)

// askVersion asks for the version of the protocol. The service answers with its
// own, whether it goes with that of the question or not.
func askVersion(conn io.ReadWriter) (string, error) {
	question := make([]byte, 0, 8+versionSize)
	for _, n := range []uint32{versionSize, commandVersion, clientMajor, clientMinor, 0} {
		question = binary.NativeEndian.AppendUint32(question, n)
	}
	if _, err := conn.Write(question); err != nil {
		return "", fmt.Errorf("%w: %w", errClosed, err)
	}
	answer := make([]byte, versionSize)
	if n, err := io.ReadFull(conn, answer); err != nil {
		if n == 0 && !isTimeout(err) {
			err = errClosed
		}
		return "", err
	}
	major, minor := binary.NativeEndian.Uint32(answer), binary.NativeEndian.Uint32(answer[4:])
	if major == 0 || major > 99 || minor > 99 {
		return "", errors.New("answer is no version")
	}
	return fmt.Sprintf("%d:%d", major, minor), nil
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}
