package agentapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"golang.org/x/net/netutil"

	"cnie.example/web/agent"
	"cnie.example/web/agentapi/peer"
)

// Port is the port of the endpoint unless the administrator chose another.
const Port = 24777

// Deadlines and limits of the endpoint.
const (
	headerTime     = 5 * time.Second
	readTime       = 10 * time.Second
	writeTime      = 60 * time.Second // event streams extend theirs
	idleTime       = 60 * time.Second
	closeTime      = 2 * time.Second
	maxConnections = 64
)

// Config is what a Server needs. Agent, Lookup and Rand are required.
type Config struct {
	Agent   *agent.Agent
	Lookup  func(requestURI string) (agent.Provider, error) // without effect; the same as the agent's
	Rand    io.Reader
	Version string           // shown on the status page
	Lab     bool             // every page says so
	Clock   func() time.Time // nil: time.Now
	Logger  *slog.Logger     // nil: no logs
	// SameUser fails when the other end of a connection is not known to be the
	// agent's own user. It is asked at Accept and again at the first request.
	// nil: package peer; where this system does not support that at the time of
	// New, everyone on the machine is let in.
	SameUser func(local, remote netip.AddrPort) error
}

// Server is the endpoint. It keeps no state but keys made at its start: pages
// of an earlier run are not valid.
type Server struct {
	cfg     Config
	seal    *seal
	pages   *pages
	streams chan struct{} // one element per open event stream
	handler http.Handler
}

// New makes a server.
func New(cfg Config) (*Server, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.SameUser == nil {
		cfg.SameUser = ownedBy(os.Getuid(), peer.Owner)
		if !peer.Supported() {
			cfg.SameUser = anyone
			cfg.Logger.Warn("this system does not tell which user a connection comes from: other users of this machine can reach the agent's pages")
		}
	}
	seal, err := newSeal(cfg.Rand)
	if err != nil {
		return nil, fmt.Errorf("agent endpoint: %w", err)
	}
	pages, err := parsePages()
	if err != nil {
		return nil, fmt.Errorf("agent endpoint: %w", err)
	}
	s := &Server{cfg: cfg, seal: seal, pages: pages, streams: make(chan struct{}, maxStreams)}
	s.handler = s.gate(s.routes())
	return s, nil
}

// Serve answers on loopback listeners, which it takes over, until ctx ends. An
// address that is not on the loopback interface is refused.
func (s *Server) Serve(ctx context.Context, listeners ...net.Listener) error {
	defer func() {
		for _, l := range listeners {
			l.Close()
		}
	}()
	for _, l := range listeners {
		if a, err := netip.ParseAddrPort(l.Addr().String()); err != nil || !a.Addr().IsLoopback() {
			return fmt.Errorf("agent endpoint: %v is not a loopback address", l.Addr())
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := s.httpServer(ctx)
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- server.Serve(netutil.LimitListener(s.ownOnly(l), maxConnections)) }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	cancel()
	late, stop := context.WithTimeout(context.Background(), closeTime)
	defer stop()
	if server.Shutdown(late) != nil {
		server.Close()
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

func (s *Server) httpServer(ctx context.Context) *http.Server {
	return &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnContext:       s.withPeer,
		// Else net/http answers "OPTIONS *" itself, before the gate.
		DisableGeneralOptionsHandler: true,
		// Errors of connections name addresses only, and are of no use.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
}
