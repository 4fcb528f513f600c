package agentd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"

	"cnie.example/web/agentapi/peer"
)

// ErrTaken is the cause when another program listens on an address already.
var ErrTaken = errors.New("address is in use")

// listen opens the addresses of the configuration. A machine without IPv6 gets
// along without [::1], as long as another address is left.
func (c Config) listen(ctx context.Context) ([]net.Listener, error) {
	listeners := slices.Clone(c.Listeners)
	for _, address := range c.Listen {
		l, err := listenAt(ctx, address)
		if errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT) {
			c.Logger.Warn("address is not available on this machine", "address", address)
			continue
		}
		if err != nil {
			closeAll(listeners)
			return nil, err
		}
		listeners = append(listeners, l)
	}
	if len(listeners) == 0 {
		return nil, errors.New("agent: no address to listen on")
	}
	return listeners, nil
}

func listenAt(ctx context.Context, address string) (net.Listener, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, fmt.Errorf("agent: listen on %q: want an address and a port, as 127.0.0.1:24777", address)
	}
	if !at.Addr().IsLoopback() {
		return nil, fmt.Errorf("agent: listen on %v: not a loopback address", at)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", at.String())
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, taken(at)
	}
	if err != nil {
		return nil, fmt.Errorf("agent: %w", err)
	}
	return l, nil
}

// taken names the program that holds an address, as far as this user may know.
func taken(at netip.AddrPort) error {
	holder, err := peer.Listener(at)
	if err != nil {
		return fmt.Errorf("agent: %v: %w by a program that this user may not see", at, ErrTaken)
	}
	return fmt.Errorf("agent: %v: %w by %s (process %d)", at, ErrTaken, holder.Name, holder.PID)
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}
