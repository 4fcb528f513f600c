package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/card/lds"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/cmd/internal/agentd"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/idpd"
	"cnie.example/web/agent"
	"cnie.example/web/idp"
)

// Config says what stands in the laboratory.
type Config struct {
	Keys      *Keys
	Transport Transport
	Profile   issuer.Profile
	Fault     Fault        // the zero Fault is none
	Elsewhere *Elsewhere   // a provider outside; nil: the laboratory's own
	AgentAt   string       // address of the agent; empty: a free loopback port
	IdPAt     string       // address of the provider; empty: a free loopback port
	Evidence  string       // directory for evidence records of the laboratory's provider; empty: none are written
	Logger    *slog.Logger // of agent and provider
	Rand      io.Reader    // of card, agent and provider; nil: crypto/rand
}

// Stand is a running card, agent and provider.
type Stand struct {
	AgentURL string // http://127.0.0.1:port
	Origin   string // https://localhost:port, the provider's

	cfg      Config
	ctx      context.Context
	card     *inserted             // nil: none
	profile  issuer.Profile        // of the card, with the fault when it is the card's
	document vcard.Personalisation // as it was issued
	failed   chan error            // room for every server: agent, provider, party between
	running  sync.WaitGroup
	closers  []func()
}

// Up starts everything and returns when the pages can be opened. The caller
// closes the stand.
func Up(ctx context.Context, c Config) (*Stand, error) {
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &Stand{cfg: c, ctx: ctx, failed: make(chan error, 3)}
	s.onClose(cancel)
	if err := s.up(); err != nil {
		err = s.firstCause(err)
		s.Close()
		return nil, err
	}
	return s, nil
}

// firstCause prefers the error of a server that ended by itself to one that
// follows from it. The server may take a moment to report.
func (s *Stand) firstCause(err error) error {
	select {
	case cause := <-s.failed:
		return cause
	case <-time.After(100 * time.Millisecond):
		return err
	}
}

func (s *Stand) up() error {
	if err := s.makeCard(); err != nil {
		return fmt.Errorf("virtual card: %w", err)
	}
	cards, err := s.cards()
	if err != nil {
		return fmt.Errorf("transport %s: %w", s.cfg.Transport, err)
	}
	agentListener, err := listen(s.cfg.AgentAt)
	if err != nil {
		return fmt.Errorf("agent: %w", err)
	}
	s.AgentURL = "http://" + agentListener.Addr().String()
	if e := s.cfg.Elsewhere; e != nil {
		s.Origin = e.origin
	} else if err := s.startProvider(); err != nil {
		agentListener.Close()
		return fmt.Errorf("provider: %w", err)
	}
	if err := s.startAgent(cards, agentListener); err != nil {
		return fmt.Errorf("agent: %w", err)
	}
	return nil
}

// Close stops everything, last started first.
func (s *Stand) Close() {
	for _, f := range slices.Backward(s.closers) {
		f()
	}
	s.closers = nil
	s.running.Wait()
}

// Failed delivers the error of an agent or a provider that ended by itself.
func (s *Stand) Failed() <-chan error { return s.failed }

// Counters gives the commands and bytes that the card has seen, and the bytes
// that it has answered.
func (s *Stand) Counters() (apdus, received, sent int64) {
	if s.card == nil {
		return 0, 0, 0
	}
	c := s.card.Counters()
	return c.APDUs, c.Received, c.Sent
}

func (s *Stand) onClose(f func()) { s.closers = append(s.closers, f) }

// run runs a server until the stand closes.
func (s *Stand) run(f func(context.Context) error) {
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan struct{})
	s.running.Go(func() {
		defer close(done)
		if err := f(ctx); err != nil && ctx.Err() == nil {
			s.failed <- err
		}
	})
	s.onClose(func() { cancel(); <-done })
}

// makeCard personalises the virtual card, with the fault when it is the card's.
func (s *Stand) makeCard() error {
	fault := s.cfg.Fault
	if fault.noCard {
		return nil
	}
	s.profile = s.cfg.Profile
	if fault.profile != nil {
		fault.profile(&s.profile)
	}
	p, err := s.issue(s.profile)
	if err != nil {
		return err
	}
	s.document = p.Clone()
	if fault.card != nil {
		other, err := s.issue(stranger(s.profile))
		if err == nil {
			err = fault.card(&p, &other)
		}
		if err != nil {
			return err
		}
	}
	chip, err := vcard.New(p, s.cfg.Rand)
	if err != nil {
		return err
	}
	left := -1
	if fault.pullOutAfter > 0 {
		left = fault.pullOutAfter
	}
	s.card = &inserted{Card: chip, left: left, pulledOut: func() {}}
	return nil
}

// issue makes a document of the laboratory.
func (s *Stand) issue(p issuer.Profile) (vcard.Personalisation, error) {
	return s.cfg.Keys.issuer.Personalise(s.cfg.Rand, p)
}

func (s *Stand) cards() (agent.Cards, error) {
	fault := s.cfg.Fault
	switch s.cfg.Transport {
	case Embedded:
		return embedded{card: s.card, none: fault.connect}, nil
	case PCSC:
		return s.connectPCSC(s.ctx, fault.without)
	}
	return nil, fmt.Errorf("unknown transport %q", s.cfg.Transport)
}

// startProvider starts the provider, behind the party that the fault puts
// before it, if any. The laboratory's provider trusts the laboratory's CSCA.
func (s *Stand) startProvider() error {
	listener, err := listen(s.cfg.IdPAt)
	if err != nil {
		return err
	}
	front := listener
	if s.cfg.Fault.between != nil {
		if listener, err = listen(""); err != nil {
			front.Close()
			return err
		}
	}
	s.Origin = originOf(front)
	config, err := s.providerConfig(listener, s.Origin, s.AgentURL)
	if err == nil {
		err = s.keepRecords(&config)
	}
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s.run(func(ctx context.Context) error { return idpd.Run(ctx, config) })
	if s.cfg.Fault.between == nil {
		return nil
	}
	return s.startBetween(front, "https://"+listener.Addr().String())
}

// keepRecords has the provider write evidence records where they are wanted.
func (s *Stand) keepRecords(config *idpd.Config) error {
	if s.cfg.Evidence == "" {
		return nil
	}
	records, err := idpd.OpenRecords(s.cfg.Evidence)
	if err != nil {
		return err
	}
	config.Records = records
	s.onClose(func() { records.Close() }) // after the provider, which is started later
	return nil
}

func (s *Stand) providerConfig(listener net.Listener, origin, agentURL string) (idpd.Config, error) {
	k := s.cfg.Keys
	trusted := k.issuer
	if s.cfg.Fault.strangeAnchors {
		var err error
		if trusted, err = issuer.NewLab(rand.Reader, time.Now()); err != nil {
			return idpd.Config{}, err
		}
	}
	anchor, err := certificate.Parse(trusted.CSCA(), certificate.Options{Lab: true})
	if err != nil {
		return idpd.Config{}, err
	}
	pair, err := k.authority.server(time.Now())
	if err != nil {
		return idpd.Config{}, err
	}
	return idpd.Config{
		Origin: origin, Listener: listener, Certificate: &pair, Key: k.signing,
		Trust: func(time.Time) (*csca.Store, error) {
			return csca.New([]*certificate.Certificate{anchor}, certificate.Options{Lab: true}), nil
		},
		AgentURL: agentURL, Software: "cnie-lab " + cli.Version(),
		Name:  idp.Name{French: "Fournisseur du laboratoire", English: "Laboratory provider"},
		Files: []lds.File{lds.DG1, lds.DG11}, Lab: true, TLSCA: k.authority.pem,
		Clock: time.Now, Rand: s.cfg.Rand, Logger: s.cfg.Logger.With("of", "provider"),
	}, nil
}

// startAgent enrols the provider by its own record and starts the agent.
func (s *Stand) startAgent(cards agent.Cards, listener net.Listener) error {
	dir, err := os.MkdirTemp("", "cnie-lab-providers")
	if err != nil {
		listener.Close()
		return err
	}
	s.onClose(func() { os.RemoveAll(dir) })
	if !s.cfg.Fault.notEnrolled {
		record, err := s.record()
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "laboratory.json"), record, 0o600)
		}
		if err != nil {
			listener.Close()
			return fmt.Errorf("enrol the provider: %w", err)
		}
	}
	config := agentd.Config{
		Cards: cards, ProvidersDir: dir, Listeners: []net.Listener{listener}, Lab: true,
		Rand: s.cfg.Rand, Clock: time.Now, Logger: s.cfg.Logger.With("of", "agent"), CardTime: s.cfg.Fault.cardTime,
	}
	s.run(func(ctx context.Context) error { return agentd.Run(ctx, config) })
	return nil
}

// record fetches the provider record, as an administrator would.
func (s *Stand) record() ([]byte, error) {
	if e := s.cfg.Elsewhere; e != nil {
		return e.record, nil
	}
	r, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.Origin+"/.well-known/cnie-provider", nil)
	if err != nil {
		return nil, err
	}
	client := s.cfg.Keys.authority.client()
	defer client.CloseIdleConnections()
	response, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("provider record: %s", response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, maxRecord))
}

const maxRecord = 64 << 10

// listen listens on a loopback address; empty: a free port.
func listen(address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	if !resolved.IP.IsLoopback() {
		return nil, fmt.Errorf("%s is not a loopback address: the laboratory serves this machine only", address)
	}
	return net.ListenTCP("tcp", resolved)
}

// originOf names the provider localhost: for a browser that is another site
// than the agent at 127.0.0.1, as a provider on the Internet is.
func originOf(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String()) // a listener's address has one
	return "https://localhost:" + port
}
