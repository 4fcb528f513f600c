package agentd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"cnie.example/web/agent"
	"cnie.example/web/agentapi"
	"cnie.example/web/providers"
)

// Config is what an agent is made of. Cards, ProvidersDir and Rand are
// required, and either Listen or Listeners.
type Config struct {
	Cards        agent.Cards
	ProvidersDir string           // provider records; one that does not exist holds none
	Listen       []string         // loopback addresses, "127.0.0.1:24777"
	Listeners    []net.Listener   // taken over, used beside Listen
	Lab          bool             // the laboratory: its provider records are accepted, every page says LAB
	Version      string           // for the status page
	CardTime     time.Duration    // to present a card; zero: agent.CardTime
	Remember     bool             // agent.Config.RememberDocuments
	Rand         io.Reader        // of cryptographic quality
	Clock        func() time.Time // nil: time.Now
	Logger       *slog.Logger     // nil: no logs
}

// DefaultListen are the addresses of the endpoint unless told otherwise.
func DefaultListen() []string {
	return []string{
		fmt.Sprintf("127.0.0.1:%d", agentapi.Port),
		fmt.Sprintf("[::1]:%d", agentapi.Port),
	}
}

// Run serves until ctx ends, then ends the login under way, resets its card and
// returns nil. Before it serves it fails for records that are not acceptable
// (providers.Load) and for addresses that are taken (ErrTaken) or not on the
// loopback interface.
func Run(ctx context.Context, c Config) error {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	listeners, err := c.listen(ctx)
	if err != nil {
		return err
	}
	enrolled, err := providers.Load(c.ProvidersDir, providers.Options{Lab: c.Lab, Clock: c.Clock})
	if err != nil {
		closeAll(listeners)
		return err
	}
	defer enrolled.Close()
	return c.serve(ctx, enrolled, listeners)
}

func (c Config) serve(ctx context.Context, enrolled *providers.Directory, listeners []net.Listener) error {
	if enrolled.Len() == 0 {
		c.Logger.Warn("no identity provider is enrolled: every login will be refused", "directory", c.ProvidersDir)
	}
	lookup := func(requestURI string) (agent.Provider, error) {
		p, err := enrolled.Lookup(requestURI)
		if err != nil {
			return nil, err // not p: a nil *Provider is no nil interface
		}
		return p, nil
	}
	a := agent.New(agent.Config{
		Cards: c.Cards, Lookup: lookup, Rand: c.Rand, Clock: c.Clock, Logger: c.Logger, CardTime: c.CardTime,
		RememberDocuments: c.Remember,
	})
	server, err := agentapi.New(agentapi.Config{
		Agent: a, Lookup: lookup, Rand: c.Rand, Version: c.Version, Lab: c.Lab, Clock: c.Clock, Logger: c.Logger,
	})
	if err != nil {
		closeAll(listeners)
		return errors.Join(err, a.Close())
	}
	for _, l := range listeners {
		c.Logger.Info("agent is ready", "address", l.Addr().String(), "providers", enrolled.Len(), "lab", c.Lab)
	}
	return errors.Join(server.Serve(ctx, listeners...), a.Close())
}
