package providers

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"slices"
	"time"

	"cnie.example/web/language"
)

// Limits of the conversation with a provider.
const (
	callTimeout   = 20 * time.Second // one request with its answer
	dialTimeout   = 10 * time.Second // TLS handshake
	idleTimeout   = 30 * time.Second // kept connection
	maxHeader     = 16 << 10         // bytes of response headers
	clocksMayVary = 30 * time.Second // between agent and provider
)

// Provider is one enrolled identity provider. It is safe for concurrent use.
type Provider struct {
	record Record
	client *http.Client
	keys   *keySet
	clock  func() time.Time
}

func newProvider(r Record, clock func() time.Time) (*Provider, error) {
	if clock == nil {
		clock = time.Now
	}
	client := newClient(r)
	p := &Provider{record: r, client: client, clock: clock}
	p.keys = &keySet{uri: r.JWKSURI, pins: r.Thumbprints, clock: clock, get: p.get}
	return p, nil
}

// newClient makes a client that follows no redirect, keeps no cookie, asks for
// no compression (an answer is as long as it looks) and speaks TLS 1.2 or
// later to hosts that the roots of the record, or else of the system, vouch
// for.
func newClient(r Record) *http.Client {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if r.TLSCA != "" {
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM([]byte(r.TLSCA))
	}
	return &http.Client{
		Timeout: callTimeout,
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			TLSClientConfig:        config,
			TLSHandshakeTimeout:    dialTimeout,
			IdleConnTimeout:        idleTimeout,
			MaxIdleConns:           2,
			MaxResponseHeaderBytes: maxHeader,
			DisableCompression:     true,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Name is what the administrator calls the provider.
func (p *Provider) Name(tag language.Tag) string { return p.record.Name.In(tag) }

// Origin is the provider's origin, which is also its issuer.
func (p *Provider) Origin() string { return p.record.Origin }

// Lab says whether the provider belongs to the laboratory.
func (p *Provider) Lab() bool { return p.record.Lab }

// mayAsk says whether every file is one the provider is enrolled for.
func (p *Provider) mayAsk(files []string) bool {
	for _, file := range files {
		if !slices.Contains(p.record.Files, file) {
			return false
		}
	}
	return true
}
