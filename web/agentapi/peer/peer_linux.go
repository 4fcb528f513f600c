package peer

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// tables are the socket tables: an IPv4 connection can be held by an IPv6
// socket, under its mapped address. They are those of the calling thread,
// because /proc/net shows the namespace of the main thread, which a program can
// have moved into another one than its sockets are in.
func tables() []string { return []string{"/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"} }

// Supported says whether this system has the tables that Owner reads. Only
// their absence says no: tables that cannot be looked at are no reason to do
// without them.
func Supported() bool {
	_, err := os.Stat(tables()[0])
	return !errors.Is(err, fs.ErrNotExist)
}

// Owner gives the user id of the other end of an established connection, seen
// from here: local is the address of our socket, remote that of the other end.
// Both ends must be on this machine.
func Owner(local, remote netip.AddrPort) (uid int, err error) {
	local, remote = unmap(local), unmap(remote)
	r, err := search(func(r row) bool {
		return r.local == remote && r.remote == local && r.state == established && r.inode != 0
	})
	return r.uid, err
}

// Listener gives the program that listens on an address, as far as this user
// may see it. ErrNotFound also covers programs of other users.
func Listener(at netip.AddrPort) (Process, error) {
	at = unmap(at)
	r, err := search(func(r row) bool {
		return r.state == listening && r.local.Port() == at.Port() && (r.local.Addr() == at.Addr() || r.local.Addr().IsUnspecified())
	})
	if err != nil {
		return Process{}, err
	}
	return holder(r.inode)
}

func unmap(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

func search(match func(row) bool) (row, error) {
	for _, name := range tables() {
		r, err := searchTable(name, match)
		if !errors.Is(err, ErrNotFound) {
			return r, err
		}
	}
	return row{}, ErrNotFound
}

func searchTable(name string, match func(row) bool) (row, error) {
	table, err := os.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(name, "6"):
		return row{}, ErrNotFound // a kernel without IPv6
	case errors.Is(err, fs.ErrNotExist):
		return row{}, fmt.Errorf("%w: %w", ErrUnsupported, err)
	case err != nil:
		return row{}, fmt.Errorf("socket table: %w", err)
	}
	defer table.Close()
	return find(table, match)
}

// holder looks through the open files of all processes this user may look at.
func holder(inode uint64) (Process, error) {
	socket := "socket:[" + strconv.FormatUint(inode, 10) + "]"
	links, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return Process{}, err
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != socket {
			continue
		}
		process := strings.Split(link, "/")[2]
		pid, err := strconv.Atoi(process)
		if err != nil {
			continue
		}
		name, err := os.ReadFile("/proc/" + process + "/comm")
		if err != nil {
			continue
		}
		return Process{PID: pid, Name: strings.TrimSpace(string(name))}, nil
	}
	return Process{}, ErrNotFound
}
