package idpd

import (
	"context"
	"crypto"
	"crypto/tls"
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

	"cnie.example/attest"
	"cnie.example/attest/csca"
	"cnie.example/card/lds"
	"cnie.example/web/idp"
)

// Limits of the server.
const (
	maxConnections  = 1024
	maxStreams      = 32 // requests at a time on one HTTP/2 connection
	maxHeader       = 16 << 10
	headerTimeout   = 5 * time.Second
	readTimeout     = 15 * time.Second
	writeTimeout    = 30 * time.Second
	idleTimeout     = time.Minute
	shutdownTimeout = 10 * time.Second
	sweepInterval   = time.Minute
)

// ErrPlain is the cause when plain HTTP is asked for on an address that is not
// loopback.
var ErrPlain = errors.New("plain HTTP only on a loopback address, behind a proxy that speaks TLS")

// Config is what a running provider is made of.
type Config struct {
	Origin      string           // as browsers see it, "https://host[:port]"
	Listener    net.Listener     // where to serve; Run closes it
	Listen      string           // address to listen at when Listener is nil
	Certificate *tls.Certificate // nil: plain HTTP on loopback, behind a proxy
	Key         crypto.Signer    // P-256, signs requests, handovers and evidence records

	// Trust loads what is trusted, at the start and for each value of Reload.
	Trust             func(now time.Time) (*csca.Store, error)
	Reload            <-chan os.Signal // nil: never
	RequireRevocation bool             // as attest.Config.RequireRevocation
	Countries         []string         // as attest.Config.Countries

	Records  idp.Records // keeps evidence records; nil: none are kept
	Software string      // names what runs in evidence records

	AgentURL string // of the agents, "http://127.0.0.1:port"
	Name     idp.Name
	Files    []lds.File
	Lab      bool   // laboratory: its anchors and origins only
	TLSCA    []byte // PEM roots for the provider record; may be nil
	Clock    func() time.Time
	Rand     io.Reader
	Logger   *slog.Logger
}

// Run serves until ctx ends, then lets requests that are being answered end,
// and returns nil. Any other end is an error.
func Run(ctx context.Context, c Config) error {
	listener, err := c.listen(ctx)
	if err != nil {
		return err
	}
	defer listener.Close()
	live, err := c.loadTrust()
	if err != nil {
		return err
	}
	provider, err := c.provider(live)
	if err != nil {
		return err
	}
	server := c.server(provider)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served := make(chan error, 1)
	go func() {
		served <- c.serve(server, netutil.LimitListener(listener, maxConnections))
		cancel()
	}()
	c.Logger.Info("provider is serving", "origin", c.Origin, "address", listener.Addr().String(), "lab", c.Lab)
	c.tend(ctx, provider, live)
	return errors.Join(stop(server), ignoreClosed(<-served))
}

func (c Config) listen(ctx context.Context) (net.Listener, error) {
	listener := c.Listener
	if listener == nil {
		var err error
		if listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen); err != nil {
			return nil, fmt.Errorf("listen: %w", err)
		}
	}
	if c.Certificate == nil && !onLoopback(listener.Addr()) {
		listener.Close()
		return nil, fmt.Errorf("%s: %w", listener.Addr(), ErrPlain)
	}
	return listener, nil
}

func onLoopback(address net.Addr) bool {
	at, err := netip.ParseAddrPort(address.String())
	return err == nil && at.Addr().Unmap().IsLoopback()
}

func (c Config) provider(trust csca.Source) (*idp.Provider, error) {
	verifier, err := c.verifier(trust)
	if err != nil {
		return nil, err
	}
	return idp.New(idp.Config{
		Origin: c.Origin, AgentURL: c.AgentURL, Name: c.Name, Files: c.Files, Lab: c.Lab, TLSCA: c.TLSCA,
		Key: c.Key, Verifier: verifier, Records: c.Records, Clock: c.Clock, Rand: c.Rand, Logger: c.Logger,
	})
}

func (c Config) verifier(trust csca.Source) (*attest.Verifier, error) {
	verifier, err := attest.NewVerifier(attest.Config{
		Trust: trust, Lab: c.Lab, RequireRevocation: c.RequireRevocation,
		Clock: c.Clock, Rand: c.Rand, Countries: c.Countries, Software: c.Software,
	})
	if err != nil {
		return nil, fmt.Errorf("verifier: %w", err)
	}
	return verifier, nil
}

func (c Config) server(handler http.Handler) *http.Server {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader,
		// “OPTIONS *” would be answered before the handler sees it.
		DisableGeneralOptionsHandler: true,
		HTTP2:                        &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
		ErrorLog:                     slog.NewLogLogger(c.Logger.Handler(), slog.LevelDebug),
	}
	if c.Certificate != nil {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*c.Certificate}, MinVersion: tls.VersionTLS13}
	}
	return server
}

func (c Config) serve(server *http.Server, listener net.Listener) error {
	if c.Certificate == nil {
		return server.Serve(listener)
	}
	return server.ServeTLS(listener, "", "")
}

// tend forgets logins that are over and loads the trust store anew when it is
// told to, until ctx ends.
func (c Config) tend(ctx context.Context, provider *idp.Provider, live *csca.Live) {
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			provider.Sweep()
		case <-c.Reload:
			c.reloadTrust(live)
		}
	}
}

// stop waits for open requests, and not longer than shutdownTimeout.
func stop(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve: %w", err)
}
