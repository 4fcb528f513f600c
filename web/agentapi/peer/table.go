package peer

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
)

// States of a TCP socket (linux/tcp_states.h) in which a process owns it.
// TIME_WAIT and NEW_SYN_RECV have no owner, and their uid column means nothing.
const (
	established = 0x01
	listening   = 0x0A
)

// maxRow bounds a line of the table, in bytes. The kernel writes about 150.
const maxRow = 1024

// row is a line of /proc/net/tcp or /proc/net/tcp6.
type row struct {
	local, remote netip.AddrPort
	state         int
	uid           int
	inode         uint64 // zero when no process owns the socket any more
}

// find reads a table up to the first row that satisfies match; ErrNotFound
// when there is none.
func find(table io.Reader, match func(row) bool) (row, error) {
	lines := bufio.NewScanner(table)
	lines.Buffer(make([]byte, 0, maxRow), maxRow)
	lines.Scan() // the heading
	for lines.Scan() {
		r, err := parseRow(lines.Text())
		if err != nil {
			return row{}, err
		}
		if match(r) {
			return r, nil
		}
	}
	if err := lines.Err(); err != nil {
		return row{}, fmt.Errorf("socket table: %w", err)
	}
	return row{}, ErrNotFound
}

// parseRow reads the columns sl, local_address, rem_address, st, tx:rx, tr:when,
// retrnsmt, uid, timeout, inode; what follows them is not looked at.
func parseRow(line string) (row, error) {
	columns := strings.Fields(line)
	if len(columns) < 10 {
		return row{}, fmt.Errorf("socket table: row of %d columns", len(columns))
	}
	var r row
	var err error
	if r.local, err = parseAddrPort(columns[1]); err != nil {
		return row{}, err
	}
	if r.remote, err = parseAddrPort(columns[2]); err != nil {
		return row{}, err
	}
	state, err := strconv.ParseUint(columns[3], 16, 8)
	if err != nil {
		return row{}, fmt.Errorf("socket table: state: %w", err)
	}
	uid, err := strconv.ParseUint(columns[7], 10, 32)
	if err != nil {
		return row{}, fmt.Errorf("socket table: uid: %w", err)
	}
	if r.inode, err = strconv.ParseUint(columns[9], 10, 64); err != nil {
		return row{}, fmt.Errorf("socket table: inode: %w", err)
	}
	r.state, r.uid = int(state), int(uid)
	return r, nil
}

// parseAddrPort reads an address as the kernel prints it: 32-bit words of the
// address in the order of the host, each in hexadecimal, a colon, and the port.
func parseAddrPort(s string) (netip.AddrPort, error) {
	address, port, ok := strings.Cut(s, ":")
	b, err := hex.DecodeString(address)
	if !ok || err != nil || len(b) != 4 && len(b) != 16 {
		return netip.AddrPort{}, fmt.Errorf("socket table: address")
	}
	for word := b; len(word) > 0; word = word[4:] {
		binary.BigEndian.PutUint32(word, binary.NativeEndian.Uint32(word))
	}
	p, err := strconv.ParseUint(port, 16, 16)
	if err != nil || len(port) != 4 {
		return netip.AddrPort{}, fmt.Errorf("socket table: port")
	}
	a, _ := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(a.Unmap(), uint16(p)), nil
}
