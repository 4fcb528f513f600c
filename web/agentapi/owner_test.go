package agentapi

import (
	"io/fs"
	"net/netip"
	"syscall"
	"testing"

	"cnie.example/web/agentapi/peer"
)

// An owner that cannot be told is a stranger: not even ErrUnsupported, which
// New asks about once, lets a connection in. Catches a check that another user
// turns off by using up the files of the agent or of the system.
func TestOwnedBy(t *testing.T) {
	at := netip.MustParseAddrPort("127.0.0.1:1")
	for name, c := range map[string]struct {
		uid  int
		err  error
		want bool
	}{
		"own":            {1000, nil, true},
		"other":          {1001, nil, false},
		"root":           {0, nil, false},
		"no socket":      {1000, peer.ErrNotFound, false},
		"unsupported":    {1000, peer.ErrUnsupported, false},
		"files used up":  {1000, &fs.PathError{Op: "open", Path: "/proc", Err: syscall.EMFILE}, false},
		"system used up": {1000, &fs.PathError{Op: "open", Path: "/proc", Err: syscall.ENFILE}, false},
	} {
		check := ownedBy(1000, func(_, _ netip.AddrPort) (int, error) { return c.uid, c.err })
		if err := check(at, at); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
