package lab

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"cnie.example/attest/wire"
)

// party stands between the agent and the provider and may change what they
// say. It has the provider's address and certificate, and its signing key where
// a fault needs an enrolled provider that cheats.
type party struct {
	stand    *Stand
	upstream string // https://host:port where the provider listens
	client   *http.Client
	key      *ecdsa.PrivateKey
	behave   behaviour

	mu      sync.Mutex
	request wire.Request // that the agent fetched last
}

// behaviour is what a party does. A nil member leaves the traffic alone.
type behaviour struct {
	beforeFetch func(ctx context.Context, p *party, path string) error                      // the agent is about to fetch its request
	request     func(p *party, jws string) (string, error)                                  // the signed request on its way to the agent
	opening     func(*wire.Opening)                                                         // to the provider
	instead     func(ctx context.Context, p *party, o wire.Opening) (wire.Signed, error)    // to the provider, in place of an opening
	answers     func(*wire.Answers)                                                         // to the provider
	signed      func(ctx context.Context, p *party, m *wire.Signed) error                   // to the provider
	body        func(body []byte) []byte                                                    // any message to the provider, as bytes
	handover    func(ctx context.Context, p *party, o wire.Opening, h *wire.Handover) error // signed again afterwards
}

const (
	requestPath  = "/request/"
	exchangePath = "/exchange"
	maxBody      = 1 << 20
)

// startBetween serves the party on front.
func (s *Stand) startBetween(front net.Listener, upstream string) error {
	key, ok := s.cfg.Keys.signing.(*ecdsa.PrivateKey)
	if !ok {
		front.Close()
		return errors.New("the laboratory's signing key is not an ECDSA key")
	}
	pair, err := s.cfg.Keys.authority.server(time.Now())
	if err != nil {
		front.Close()
		return err
	}
	p := &party{stand: s, upstream: upstream, client: s.cfg.Keys.authority.client(), key: key, behave: *s.cfg.Fault.between}
	server := &http.Server{
		Handler: p, TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: 5 * time.Second,
	}
	s.run(func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, func() { server.Close() })
		defer stop()
		defer p.client.CloseIdleConnections()
		return server.ServeTLS(front, "", "")
	})
	return nil
}

// ServeHTTP passes a request on and its answer back, changed as the party
// behaves.
func (p *party) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	isFetch := r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, requestPath)
	isExchange := r.Method == http.MethodPost && r.URL.Path == exchangePath
	if isFetch && p.behave.beforeFetch != nil {
		if err := p.behave.beforeFetch(r.Context(), p, r.URL.Path); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
	}
	sent := body
	if isExchange {
		if sent, err = p.toProvider(r.Context(), body); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
	}
	status, header, answer, err := p.forward(r, sent)
	if err == nil && status == http.StatusOK {
		switch {
		case isFetch:
			answer, err = p.toAgentRequest(answer)
		case isExchange:
			answer, err = p.toAgent(r.Context(), body, answer)
		}
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	for name, values := range header {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer) // an agent that has gone hears nothing anyway
}

// forward sends a request to the provider under the name the browser used.
func (p *party) forward(r *http.Request, body []byte) (status int, header http.Header, answer []byte, err error) {
	out, err := http.NewRequestWithContext(r.Context(), r.Method, p.upstream+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	out.Header, out.Host = r.Header.Clone(), r.Host
	out.Header.Del("Accept-Encoding")
	response, err := p.client.Do(out)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, maxBody))
	return response.StatusCode, response.Header, answer, err
}

// toAgentRequest changes a signed request.
func (p *party) toAgentRequest(jws []byte) ([]byte, error) {
	if err := p.keep(string(jws)); err != nil {
		return nil, err
	}
	if p.behave.request == nil {
		return jws, nil
	}
	changed, err := p.behave.request(p, string(jws))
	return []byte(changed), err
}

// toAgent changes a handover and signs it again: it plays an enrolled provider.
func (p *party) toAgent(ctx context.Context, asked, answer []byte) ([]byte, error) {
	opening, err := wire.DecodeOpening(asked)
	if isOpening := err == nil; p.behave.handover == nil || !isOpening {
		return answer, nil
	}
	h, err := handoverOf(answer)
	if err != nil {
		return nil, err
	}
	if err := p.behave.handover(ctx, p, opening, &h); err != nil {
		return nil, err
	}
	payload, err := wire.EncodeHandover(h)
	if err != nil {
		return nil, err
	}
	jws, err := p.sign(p.key, wire.TypHandover, payload)
	if err != nil {
		return nil, err
	}
	return wire.EncodeHandoverMessage(wire.HandoverMessage{JWS: jws})
}

func handoverOf(answer []byte) (wire.Handover, error) {
	message, err := wire.DecodeHandoverMessage(answer)
	if err != nil {
		return wire.Handover{}, err
	}
	payload, err := payloadOf(message.JWS)
	if err != nil {
		return wire.Handover{}, err
	}
	return wire.DecodeHandover(payload)
}

// payloadOf gives the payload of a compact JWS without verifying it.
func payloadOf(jws string) ([]byte, error) {
	parts := strings.Split(jws, ".")
	if len(parts) != 3 {
		return nil, errors.New("not a compact JWS")
	}
	return base64.RawURLEncoding.DecodeString(parts[1])
}

// sign signs as the enrolled provider does: with the thumbprint of its key,
// even when key is another one.
func (p *party) sign(key *ecdsa.PrivateKey, typ string, payload []byte) (string, error) {
	enrolled := jose.JSONWebKey{Key: &p.key.PublicKey}
	thumbprint, err := enrolled.Thumbprint(crypto.SHA256)
	if err != nil {
		return "", err
	}
	options := (&jose.SignerOptions{}).WithType(jose.ContentType(typ)).
		WithHeader(jose.HeaderKey("kid"), base64.RawURLEncoding.EncodeToString(thumbprint))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, options)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// resign changes the members of a request and signs it with the enrolled key.
func (p *party) resign(jws string, change func(*wire.Request)) (string, error) {
	payload, err := payloadOf(jws)
	if err != nil {
		return "", err
	}
	r, err := wire.DecodeRequest(payload)
	if err != nil {
		return "", err
	}
	change(&r)
	if payload, err = wire.EncodeRequest(r); err != nil {
		return "", err
	}
	return p.sign(p.key, wire.TypRequest, payload)
}

// post sends JSON to the provider and returns the body of a good answer.
func (p *party) post(ctx context.Context, target, bearer string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", wire.MediaTypeJSON)
	if strings.HasPrefix(target, p.upstream) {
		r.Host = strings.TrimPrefix(p.stand.Origin, "https://") // the one name the provider answers to
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	response, err := p.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("provider answered %s", response.Status)
	}
	return answer, err
}
