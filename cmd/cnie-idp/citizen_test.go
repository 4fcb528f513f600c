package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"cnie.example/attest/wire"
	"cnie.example/web/problem"
)

// citizen begins logins at a provider behind a proxy, as browser and agent at
// once, and shows documents.
type citizen struct {
	*testing.T
	origin  string // of the provider, as browsers see it
	address string // where it listens
}

// send sends a request under the provider's own name.
func (c citizen) send(method, path, body string, header http.Header) (*http.Response, []byte) {
	c.Helper()
	r, err := http.NewRequest(method, "http://"+c.address+path, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	r.Host = strings.TrimPrefix(c.origin, "https://")
	for name, values := range header {
		r.Header[name] = values
	}
	answer, err := http.DefaultTransport.RoundTrip(r) // follows no redirect
	if err != nil {
		c.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		c.Fatal(err)
	}
	return answer, content
}

var (
	requestURI = regexp.MustCompile(`request_uri=([^"&]+)`)
	jsonBody   = http.Header{"Content-Type": {wire.MediaTypeJSON}}
)

// begin is a login up to the request that the agent has fetched.
func (c citizen) begin() wire.Request {
	c.Helper()
	answer, _ := c.send(http.MethodPost, "/start", "level=eidas1", http.Header{
		"Origin": {c.origin}, "Content-Type": {"application/x-www-form-urlencoded"},
	})
	cookie, _, _ := strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	_, page := c.send(http.MethodGet, "/continue", "", http.Header{"Cookie": {cookie}})
	found := requestURI.FindSubmatch(page)
	if found == nil {
		c.Fatalf("no link to the agent: %s", page)
	}
	address, err := url.QueryUnescape(string(found[1]))
	if err != nil {
		c.Fatal(err)
	}
	fetch, err := wire.EncodeFetchRequest(wire.FetchRequest{AgentNonce: make([]byte, wire.NonceSize), Versions: wire.Versions()})
	if err != nil {
		c.Fatal(err)
	}
	_, jws := c.send(http.MethodPost, strings.TrimPrefix(address, c.origin), string(fetch), jsonBody)
	parts := bytes.Split(jws, []byte{'.'})
	if len(parts) != 3 {
		c.Fatalf("no request: %s", jws)
	}
	payload, err := base64.RawURLEncoding.DecodeString(string(parts[1]))
	if err != nil {
		c.Fatal(err)
	}
	request, err := wire.DecodeRequest(payload)
	if err != nil {
		c.Fatal(err)
	}
	return request
}

// show shows a document in a new login and gives its transaction, and the
// reason when it was refused.
func (c citizen) show(sod, dg14 []byte) (transaction string, refused problem.Name) {
	c.Helper()
	request := c.begin()
	opening, err := wire.EncodeOpening(wire.Opening{SOD: sod, DG14: dg14, MaxCommand: 261, MaxResponse: 258})
	if err != nil {
		c.Fatal(err)
	}
	header := jsonBody.Clone()
	header.Set("Authorization", "Bearer "+base64.RawURLEncoding.EncodeToString(request.ExchangeToken))
	answer, content := c.send(http.MethodPost, strings.TrimPrefix(request.ExchangeURI, c.origin), string(opening), header)
	if answer.StatusCode == http.StatusOK {
		if _, err := wire.DecodeHandoverMessage(content); err != nil {
			c.Fatal(err)
		}
		return request.JTI, ""
	}
	var details struct{ Type string }
	if err := json.Unmarshal(content, &details); err != nil {
		c.Fatalf("status %d: %s", answer.StatusCode, content)
	}
	return request.JTI, problem.Name(strings.TrimPrefix(details.Type, "urn:cnie:problem:"))
}
