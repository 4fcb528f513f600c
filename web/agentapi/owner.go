package agentapi

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// anyone lets every user of the machine in.
func anyone(_, _ netip.AddrPort) error { return nil }

// ownedBy compares the owner of the other end with a user. Whatever keeps it
// from telling counts against the other end.
func ownedBy(user int, owner func(local, remote netip.AddrPort) (uid int, err error)) func(local, remote netip.AddrPort) error {
	return func(local, remote netip.AddrPort) error {
		uid, err := owner(local, remote)
		if err != nil {
			return err
		}
		if uid != user {
			return fmt.Errorf("peer belongs to user %d", uid)
		}
		return nil
	}
}

// ownListener gives the connections of the agent's own user only.
type ownListener struct {
	net.Listener
	s *Server
}

// ownOnly stands below the limit of connections, so that those of a stranger,
// who need not say anything, take no place in it.
func (s *Server) ownOnly(l net.Listener) net.Listener { return ownListener{l, s} }

// Accept closes the connections of strangers, without an answer.
func (l ownListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if err := l.s.checkOwner(c); err != nil {
			l.s.cfg.Logger.Debug("connection closed at once", "cause", err.Error())
			c.Close()
			continue
		}
		return c, nil
	}
}

func (s *Server) checkOwner(c net.Conn) error {
	local, remote := c.LocalAddr().(*net.TCPAddr), c.RemoteAddr().(*net.TCPAddr)
	return s.cfg.SameUser(unmapped(local), unmapped(remote))
}

func unmapped(a *net.TCPAddr) netip.AddrPort {
	p := a.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}

// peerKey is the context key of the check of a connection.
type peerKey struct{}

// withPeer remembers, for each connection, the answer to whose it is.
func (s *Server) withPeer(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, peerKey{}, sync.OnceValue(func() error { return s.checkOwner(c) }))
}
