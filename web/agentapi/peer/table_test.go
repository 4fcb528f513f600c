package peer

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

const heading = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

// A table as a little-endian kernel prints it: the ends of one connection, the
// same pair of ports in TIME_WAIT, and a mapped IPv6 socket.
const table = heading +
	"   0: 0100007F:60C9 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0000000000000000 100 0 0 10 0\n" +
	"   1: 0100007F:C350 0100007F:60C9 06 00000000:00000000 03:00001111 00000000     0        0 0 3 0000000000000000\n" +
	"   2: 0100007F:C350 0100007F:60C9 01 00000000:00000000 00:00000000 00000000  1001        0 222 1 0000000000000000 20 4 30 10 -1\n" +
	"   3: 0000000000000000FFFF00000100007F:C351 0000000000000000FFFF00000100007F:60C9 01 00000000:00000000 00:00000000 00000000  1002        0 333 1 0 20 4 30 10 -1\n" +
	"   4: 00000000000000000000000001000000:C352 00000000000000000000000001000000:60C9 01 00000000:00000000 00:00000000 00000000  1003        0 444 1 0 20 4 30 10 -1\n"

// A wrong byte order, a missed mapping, or TIME_WAIT taken for an owner would
// let another user in or keep the right one out.
func TestFind(t *testing.T) {
	server := netip.MustParseAddrPort("127.0.0.1:24777")
	for _, c := range []struct {
		client, server netip.AddrPort
		uid            int
	}{
		{netip.MustParseAddrPort("127.0.0.1:50000"), server, 1001},
		{netip.MustParseAddrPort("127.0.0.1:50001"), server, 1002},
		{netip.MustParseAddrPort("[::1]:50002"), netip.MustParseAddrPort("[::1]:24777"), 1003},
	} {
		r, err := find(strings.NewReader(table), func(r row) bool {
			return r.local == c.client && r.remote == c.server && r.state == established
		})
		if err != nil || r.uid != c.uid {
			t.Errorf("%v: uid %d, %v; want %d", c.client, r.uid, err, c.uid)
		}
	}
	if _, err := find(strings.NewReader(table), func(row) bool { return false }); !errors.Is(err, ErrNotFound) {
		t.Errorf("no match: %v", err)
	}
}

// A row that cannot be read must not be skipped in silence.
func TestFindRefuses(t *testing.T) {
	for _, bad := range []string{
		"short\n",
		"0: 0100007F60C9 0100007F:0000 01 0:0 0:0 0 1000 0 111\n",
		"0: 0100007F:60C9 0100007F:0000 zz 0:0 0:0 0 1000 0 111\n",
		"0: 0100007F:60C9 0100007F:0000 01 0:0 0:0 0 -1 0 111\n",
		"0: 0100007F:60C9 0100007F:0000 01 0:0 0:0 0 1000 0 x\n",
		"0: 01007F:60C9 0100007F:0000 01 0:0 0:0 0 1000 0 111\n",
		strings.Repeat("a", maxRow+1) + "\n",
	} {
		if _, err := find(strings.NewReader(heading+bad), func(row) bool { return true }); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
}

// No line makes the parser panic.
func FuzzParseRow(f *testing.F) {
	for line := range strings.SplitSeq(table, "\n") {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if r, err := parseRow(line); err == nil && (!r.local.IsValid() || !r.remote.IsValid()) {
			t.Fatalf("parseRow(%q) = %+v", line, r)
		}
	})
}
