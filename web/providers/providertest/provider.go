package providertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"cnie.example/attest/wire"
	"cnie.example/web/providers"
)

// KeyID is the kid of the provider's key.
const KeyID = "SPECIMEN-1"

// Provider is a provider under test. Its hooks are set before its first use.
type Provider struct {
	URL string // origin and issuer
	Key *ecdsa.PrivateKey

	Request  func(*wire.Request)                           // changes a request before it is signed
	Handover func(*wire.Handover)                          // changes a handover before it is signed
	Signed   func(typ, compact string) string              // changes a signed object
	Redirect func(string) string                           // changes the address of the result
	Answer   func(http.ResponseWriter, *http.Request) bool // answers instead; true when it did
	Keys     func(jose.JSONWebKeySet) any                  // changes the key set

	server *httptest.Server
	mu     sync.Mutex
	open   map[string]*transaction // by the path of the request
	calls  map[string]int
	Read   map[string][]byte // files of the last finished login, by name
}

// New starts a provider, which ends with the test.
func New(t testing.TB) *Provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{Key: key, open: map[string]*transaction{}, calls: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /jwks", p.serveKeys)
	mux.HandleFunc("POST /request/{id}", p.serveRequest)
	mux.HandleFunc("POST /exchange/{id}", p.serveExchange)
	p.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.count(r.URL.Path)
		if p.Answer == nil || !p.Answer(w, r) {
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(p.server.Close)
	p.URL = p.server.URL
	return p
}

// Close stops the server before the end of the test.
func (p *Provider) Close() { p.server.Close() }

// Record is the record by which an administrator enrols this provider.
func (p *Provider) Record() providers.Record {
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.server.Certificate().Raw})
	return providers.Record{
		Name:          providers.Name{French: "Service d’essai SPECIMEN", English: "SPECIMEN test service"},
		Origin:        p.URL,
		RedirectURIs:  []string{p.URL + "/callback"},
		RequestPrefix: p.URL + "/request/",
		JWKSURI:       p.URL + "/jwks",
		Thumbprints:   []string{thumbprint(&p.Key.PublicKey)},
		Files:         []string{wire.FileDG1, wire.FileDG11},
		TLSCA:         string(root),
		Lab:           true,
	}
}

// Directory holds this provider alone.
func (p *Provider) Directory(t testing.TB) *providers.Directory {
	t.Helper()
	d, err := providers.New([]providers.Record{p.Record()}, providers.Options{Lab: true})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Begin makes a login transaction and gives its request_uri.
func (p *Provider) Begin() string {
	id := rand.Text()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[id] = &transaction{id: id, state: "S-" + id, code: rand.Text()}
	return p.URL + "/request/" + id
}

// Code is the code that ends the login of a request_uri, and its state.
func (p *Provider) Code(requestURI string) (code, state string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	tx := p.open[requestURI[strings.LastIndexByte(requestURI, '/')+1:]]
	return tx.code, tx.state
}

// Callback is the address to which a login of a request_uri ends.
func (p *Provider) Callback(requestURI string) string {
	code, state := p.Code(requestURI)
	return p.URL + "/callback?" + url.Values{"code": {code}, "state": {state}}.Encode()
}

// Calls counts the requests for paths with a prefix.
func (p *Provider) Calls(prefix string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for path, count := range p.calls {
		if strings.HasPrefix(path, prefix) {
			n += count
		}
	}
	return n
}

func (p *Provider) count(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[path]++
}

// Sign makes a compact JWS with a key. Fields of the header are added.
func Sign(key any, algorithm jose.SignatureAlgorithm, kid, typ string, payload []byte, fields map[string]any) string {
	options := (&jose.SignerOptions{}).WithType(jose.ContentType(typ))
	for name, value := range fields {
		options = options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, options)
	if err != nil {
		panic(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	compact, err := jws.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return compact
}

func (p *Provider) sign(typ string, payload []byte) string {
	compact := Sign(p.Key, jose.ES256, KeyID, typ, payload, nil)
	if p.Signed != nil {
		return p.Signed(typ, compact)
	}
	return compact
}

func (p *Provider) serveKeys(w http.ResponseWriter, _ *http.Request) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &p.Key.PublicKey, KeyID: KeyID, Use: "sig", Algorithm: "ES256"}}}
	var document any = set
	if p.Keys != nil {
		document = p.Keys(set)
	}
	writeJSON(w, document)
}

func (p *Provider) serveRequest(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	tx, ok := p.open[r.PathValue("id")]
	if !ok {
		writeProblem(w, "transaction_unknown")
		return
	}
	if tx.fetched {
		writeProblem(w, "request_already_fetched")
		return
	}
	tx.fetched = true
	fetch, err := wire.DecodeFetchRequest(readAll(r))
	if err != nil {
		writeProblem(w, "message_malformed")
		return
	}
	now := time.Now()
	tx.request = wire.Request{
		Version: wire.Version, Issuer: p.URL, Audience: wire.Audience, JTI: "jti-" + tx.id,
		IssuedAt: now.Unix(), ExpiresAt: now.Add(time.Minute).Unix(),
		RequestURI: p.URL + r.URL.Path, AgentNonce: fetch.AgentNonce, Nonce: random(wire.NonceSize),
		State: tx.state, RedirectURI: p.URL + "/callback",
		ExchangeURI: p.URL + "/exchange/" + tx.id, ExchangeToken: random(wire.NonceSize),
		Level: wire.LevelEIDAS1, Files: []string{wire.FileDG1, wire.FileDG11}, Holder: wire.HolderNone,
		RelyingParty: "Mairie de Specimenville", SessionCode: "K7R2",
	}
	if p.Request != nil {
		p.Request(&tx.request)
	}
	payload, err := wire.EncodeRequest(tx.request)
	if err != nil {
		payload = rawJSON(tx.request) // a hook broke the rules on purpose
	}
	w.Header().Set("Content-Type", wire.MediaTypeRequest)
	_, _ = w.Write([]byte(p.sign(wire.TypRequest, payload)))
}

func thumbprint(public *ecdsa.PublicKey) string {
	jwk := jose.JSONWebKey{Key: public}
	b, err := jwk.Thumbprint(hashSHA256)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}
