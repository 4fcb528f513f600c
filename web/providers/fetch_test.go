package providers_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"cnie.example/attest/wire"
	"cnie.example/web/problem"
	"cnie.example/web/providers"
	"cnie.example/web/providers/providertest"
)

func nonce() []byte { return bytes.Repeat([]byte{7}, wire.NonceSize) }

func fetch(t *testing.T, p *providertest.Provider) (*wire.Request, error) {
	t.Helper()
	uri := p.Begin()
	client, err := p.Directory(t).Lookup(uri)
	if err != nil {
		t.Fatal(err)
	}
	return client.Fetch(context.Background(), uri, nonce())
}

// The way through, without which the refusals below would prove nothing.
func TestFetch(t *testing.T) {
	p := providertest.New(t)
	r, err := fetch(t, p)
	if err != nil {
		t.Fatal(err)
	}
	if r.Issuer != p.URL || !bytes.Equal(r.AgentNonce, nonce()) || r.Level != wire.LevelEIDAS1 {
		t.Errorf("request %+v", r)
	}
}

// compact parts of a JWS, for forging.
func parts(compact string) (header, payload, signature string) {
	p := strings.Split(compact, ".")
	return p[0], p[1], p[2]
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// What a network attacker, another provider or the provider itself may send in
// place of a request signed by the enrolled key.
func TestFetchForged(t *testing.T) {
	foreign, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	payloadOf := func(compact string) []byte {
		_, payload, _ := parts(compact)
		b, err := base64.RawURLEncoding.DecodeString(payload)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, c := range map[string]struct {
		forge func(p *providertest.Provider, typ, compact string) string
		want  problem.Name
	}{
		"plain JSON":      {func(_ *providertest.Provider, _, c string) string { return string(payloadOf(c)) }, problem.RequestUnsigned},
		"empty":           {func(_ *providertest.Provider, _, _ string) string { return "" }, problem.RequestUnsigned},
		"empty signature": {func(_ *providertest.Provider, _, c string) string { h, p, _ := parts(c); return h + "." + p + "." }, problem.RequestUnsigned},
		"alg none": {func(_ *providertest.Provider, typ, c string) string {
			_, p, _ := parts(c)
			return b64(`{"alg":"none","typ":"`+typ+`"}`) + "." + p + "."
		}, problem.RequestUnsigned},
		"alg nOnE with bytes": {func(_ *providertest.Provider, typ, c string) string {
			_, p, s := parts(c)
			return b64(`{"alg":"nOnE","kid":"SPECIMEN-1","typ":"`+typ+`"}`) + "." + p + "." + s
		}, problem.RequestUnsigned},
		"foreign key, own kid": {func(_ *providertest.Provider, typ, c string) string {
			return providertest.Sign(foreign, jose.ES256, "foreign", typ, payloadOf(c), nil)
		}, problem.RequestSignature},
		"foreign key, enrolled kid": {func(_ *providertest.Provider, typ, c string) string {
			return providertest.Sign(foreign, jose.ES256, providertest.KeyID, typ, payloadOf(c), nil)
		}, problem.RequestAltered},
		"other algorithm, enrolled kid": {func(_ *providertest.Provider, typ, c string) string {
			return providertest.Sign(edwards, jose.EdDSA, providertest.KeyID, typ, payloadOf(c), nil)
		}, problem.RequestSignature},
		"RSA": {func(_ *providertest.Provider, typ, c string) string {
			return providertest.Sign(long, jose.RS256, providertest.KeyID, typ, payloadOf(c), nil)
		}, problem.RequestSignature},
		"HMAC under the public key": {func(p *providertest.Provider, typ, c string) string {
			public, err := p.Key.PublicKey.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			return providertest.Sign(public, jose.HS256, providertest.KeyID, typ, payloadOf(c), nil)
		}, problem.RequestSignature},
		"wrong typ": {func(p *providertest.Provider, _, c string) string {
			return providertest.Sign(p.Key, jose.ES256, providertest.KeyID, wire.TypHandover, payloadOf(c), nil)
		}, problem.RequestSignature},
		"no kid": {func(p *providertest.Provider, typ, c string) string {
			return providertest.Sign(p.Key, jose.ES256, "", typ, payloadOf(c), nil)
		}, problem.RequestSignature},
		"unknown critical member": {func(p *providertest.Provider, typ, c string) string {
			return providertest.Sign(p.Key, jose.ES256, providertest.KeyID, typ, payloadOf(c), map[string]any{"crit": []string{"x"}, "x": 1})
		}, problem.RequestSignature},
		"key in the header": {func(p *providertest.Provider, typ, c string) string {
			return providertest.Sign(p.Key, jose.ES256, providertest.KeyID, typ, payloadOf(c), map[string]any{"jku": "https://evil.test"})
		}, problem.RequestSignature},
		"payload changed": {func(_ *providertest.Provider, _, c string) string {
			h, _, s := parts(c)
			changed := bytes.Replace(payloadOf(c), []byte("eidas1"), []byte("eidas3"), 1)
			return h + "." + b64(string(changed)) + "." + s
		}, problem.RequestAltered},
		"member unknown": {func(p *providertest.Provider, typ, c string) string {
			changed := bytes.Replace(payloadOf(c), []byte(`{`), []byte(`{"extra":1,`), 1)
			return providertest.Sign(p.Key, jose.ES256, providertest.KeyID, typ, changed, nil)
		}, problem.RequestMalformed},
		"member repeated": {func(p *providertest.Provider, typ, c string) string {
			changed := bytes.Replace(payloadOf(c), []byte(`{`), []byte(`{"level":"eidas1",`), 1)
			return providertest.Sign(p.Key, jose.ES256, providertest.KeyID, typ, changed, nil)
		}, problem.RequestMalformed},
		"header member repeated": {func(_ *providertest.Provider, typ, c string) string {
			_, p, s := parts(c)
			return b64(`{"alg":"ES256","alg":"none","kid":"SPECIMEN-1","typ":"`+typ+`"}`) + "." + p + "." + s
		}, problem.RequestSignature},
		"too long": {func(_ *providertest.Provider, _, c string) string { return c + strings.Repeat("A", wire.MaxRequest) }, problem.ProviderRefused},
	} {
		t.Run(name, func(t *testing.T) {
			p := providertest.New(t)
			p.Signed = func(typ, compact string) string { return c.forge(p, typ, compact) }
			if _, err := fetch(t, p); problem.Of(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// Signed requests that were made for something else, or ask for too much.
func TestFetchContext(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*wire.Request)
		want   problem.Name
	}{
		"other nonce":           {func(r *wire.Request) { r.AgentNonce = bytes.Repeat([]byte{8}, wire.NonceSize) }, problem.RequestReplayed},
		"other audience":        {func(r *wire.Request) { r.Audience = "another" }, problem.RequestForeign},
		"other issuer":          {func(r *wire.Request) { r.Issuer = "https://evil.test" }, problem.RequestForeign},
		"other request_uri":     {func(r *wire.Request) { r.RequestURI += "x" }, problem.RequestForeign},
		"redirect elsewhere":    {func(r *wire.Request) { r.RedirectURI = "https://evil.test/callback" }, problem.RequestForeign},
		"redirect not listed":   {func(r *wire.Request) { r.RedirectURI += "/other" }, problem.RequestForeign},
		"exchange elsewhere":    {func(r *wire.Request) { r.ExchangeURI = "https://evil.test/exchange" }, problem.RequestForeign},
		"expired":               {func(r *wire.Request) { r.IssuedAt -= 3600; r.ExpiresAt -= 3600 }, problem.RequestExpired},
		"from the future":       {func(r *wire.Request) { r.IssuedAt += 3600; r.ExpiresAt += 3600 }, problem.RequestExpired},
		"too long valid":        {func(r *wire.Request) { r.ExpiresAt = r.IssuedAt + 121 }, problem.RequestMalformed},
		"other version":         {func(r *wire.Request) { r.Version = wire.Version + 1 }, problem.VersionUnsupported},
		"fingerprints":          {func(r *wire.Request) { r.Files = []string{"DG1", "DG3"} }, problem.RequestMalformed},
		"files beyond record":   {func(r *wire.Request) { r.Files = []string{wire.FileDG1, wire.FileDG2} }, problem.FilesNotAllowed},
		"bidi in relying party": {func(r *wire.Request) { r.RelyingParty = "a\u202eb" }, problem.RequestMalformed},
		"unknown level":         {func(r *wire.Request) { r.Level = "eidas9" }, problem.RequestMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			p := providertest.New(t)
			p.Request = c.change
			if _, err := fetch(t, p); problem.Of(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// A request is served once; the second fetch, by whomever, is told so.
func TestFetchTwice(t *testing.T) {
	p := providertest.New(t)
	uri := p.Begin()
	client, err := p.Directory(t).Lookup(uri)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Fetch(context.Background(), uri, nonce()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Fetch(context.Background(), uri, nonce()); problem.Of(err) != problem.RequestAlreadyFetched {
		t.Errorf("second fetch: %v", err)
	}
}

// Answers that are no answers: the provider must not steer the agent's HTTP
// client, its memory, or the words on its pages.
func TestFetchHTTP(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		want   problem.Name
	}{
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/jwks", http.StatusTemporaryRedirect)
		}, problem.ProviderRefused},
		"plain error": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) }, problem.ProviderRefused},
		"no content":  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, problem.ProviderRefused},
		"endless":     {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.CopyN(w, zero{}, 1<<20) }, problem.ProviderRefused},
		"cut": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("a"))
		}, problem.ProviderUnreachable},
		"hangs up":       {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, problem.ProviderUnreachable},
		"known refusal":  {func(w http.ResponseWriter, _ *http.Request) { providertest.Problem(w, "csca_unknown") }, "csca_unknown"},
		"made-up name":   {func(w http.ResponseWriter, _ *http.Request) { providertest.Problem(w, "send_money") }, problem.ProviderRefused},
		"agent's own":    {func(w http.ResponseWriter, _ *http.Request) { providertest.Problem(w, "wrong_can") }, problem.ProviderRefused},
		"agent's own 2":  {func(w http.ResponseWriter, _ *http.Request) { providertest.Problem(w, "foreign_user") }, problem.ProviderRefused},
		"person's words": {func(w http.ResponseWriter, _ *http.Request) { providertest.Problem(w, "declined") }, problem.ProviderRefused},
	} {
		t.Run(name, func(t *testing.T) {
			p := providertest.New(t)
			p.Answer = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasPrefix(r.URL.Path, "/request/") {
					return false
				}
				c.answer(w, r)
				return true
			}
			_, err := fetch(t, p)
			if problem.Of(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "/request/") {
				t.Errorf("error names the transaction: %v", err)
			}
		})
	}
}

type zero struct{}

func (zero) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// Only the roots of the record may vouch for the provider's host.
func TestFetchTLS(t *testing.T) {
	p, other := providertest.New(t), providertest.New(t)
	record := p.Record()
	record.TLSCA = ""
	d, err := providers.New([]providers.Record{record}, providers.Options{Lab: true})
	if err != nil {
		t.Fatal(err)
	}
	uri := p.Begin()
	client, err := d.Lookup(uri)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Fetch(context.Background(), uri, nonce()); problem.Of(err) != problem.ProviderUnreachable {
		t.Errorf("roots of the system: %v", err)
	}
	other.Close()
	uri = other.Begin()
	if client, err = other.Directory(t).Lookup(uri); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Fetch(context.Background(), uri, nonce()); problem.Of(err) != problem.ProviderUnreachable {
		t.Errorf("server gone: %v", err)
	}
	if p.Calls("/") != 0 {
		t.Error("a request reached a host nobody vouched for")
	}
}

// Keys: pins at the first contact, continuity after it, and no way to make the
// agent fetch without end.
func TestKeys(t *testing.T) {
	p := providertest.New(t)
	fresh, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	freshJWK := jose.JSONWebKey{Key: &fresh.PublicKey, KeyID: "SPECIMEN-2"}
	oldJWK := jose.JSONWebKey{Key: &p.Key.PublicKey, KeyID: providertest.KeyID}
	now := time.Now()
	d, err := providers.New([]providers.Record{p.Record()}, providers.Options{Lab: true, Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	var set []jose.JSONWebKey
	signWith := func(key *ecdsa.PrivateKey, kid string) {
		p.Signed = func(typ, compact string) string {
			_, payload, _ := parts(compact)
			b, err := base64.RawURLEncoding.DecodeString(payload)
			if err != nil {
				t.Fatal(err)
			}
			return providertest.Sign(key, jose.ES256, kid, typ, b, nil)
		}
	}
	p.Keys = func(jose.JSONWebKeySet) any { return jose.JSONWebKeySet{Keys: set} }
	p.Request = func(r *wire.Request) { r.IssuedAt, r.ExpiresAt = now.Unix(), now.Unix()+60 }
	step := func(what string, want problem.Name, fetches int) {
		t.Helper()
		uri := p.Begin()
		client, err := d.Lookup(uri)
		if err != nil {
			t.Fatal(err)
		}
		before := p.Calls("/jwks")
		if _, err := client.Fetch(context.Background(), uri, nonce()); problem.Of(err) != want {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
		if got := p.Calls("/jwks") - before; got != fetches {
			t.Errorf("%s: %d fetches of the key set, want %d", what, got, fetches)
		}
	}
	signWith(fresh, "SPECIMEN-2")
	set = []jose.JSONWebKey{freshJWK}
	step("first contact without a pinned key", problem.RequestSignature, 1)
	set = []jose.JSONWebKey{oldJWK}
	signWith(p.Key, providertest.KeyID)
	step("first contact with the pinned key", "", 1)
	step("cached", "", 0)
	signWith(fresh, "SPECIMEN-2")
	step("unknown kid at once", problem.RequestSignature, 0)
	now = now.Add(2 * time.Minute)
	step("unknown kid later", problem.RequestSignature, 1)
	step("unknown kid again", problem.RequestSignature, 0)
	now = now.Add(2 * time.Minute)
	set = []jose.JSONWebKey{freshJWK}
	step("set without a known key", problem.RequestSignature, 1)
	now = now.Add(2 * time.Minute)
	set = []jose.JSONWebKey{oldJWK, freshJWK}
	step("new key beside a known one", "", 1)
	now = now.Add(time.Hour)
	set = []jose.JSONWebKey{freshJWK}
	step("old set: known key goes on alone", "", 1)
	set = []jose.JSONWebKey{freshJWK, freshJWK}
	now = now.Add(time.Hour)
	step("two keys with one kid", problem.ProviderRefused, 1)
}
