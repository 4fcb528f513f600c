package idp_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"cnie.example/attest/wire"
	"cnie.example/card/lds"
	"cnie.example/web/idp"
)

// description is docs/openapi.yaml, loaded once for all tests and never
// changed by them.
var description = sync.OnceValues(func() (*openapi3.T, error) {
	// The library reads JSON bodies by itself. The request object and pages are
	// plain text to it.
	openapi3filter.RegisterBodyDecoder(wire.MediaTypeRequest, openapi3filter.PlainBodyDecoder)
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
	return openapi3.NewLoader().LoadFromFile("../../docs/openapi.yaml")
})

func openapi(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := description()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Catches a description that no tool could read.
func TestOpenAPIIsValid(t *testing.T) {
	if err := openapi(t).Validate(context.Background()); err != nil {
		t.Error(err)
	}
}

// described is a transport that holds what crosses it against the description:
// every answer, and every request that the provider took. All clients of these
// tests have it.
type described struct {
	testing.TB
	next http.RoundTripper
	seen *seen
}

// seen counts what was held against the description.
type seen struct {
	mu    sync.Mutex
	count map[string]int
}

func (s *seen) add(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count[what]++
}

func (s *seen) times(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count[what]
}

// RoundTrip sends r.
func (d described) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := copyOf(r)
	if err != nil {
		return nil, err
	}
	answer, err := d.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	input := operation(openapi(d), r)
	if input == nil {
		return answer, nil
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return answer, nil // the test reads it short too
	}
	input.Request = sent
	d.check(input, answer, body)
	return answer, nil
}

// copyOf makes a second request of one whose body can be had twice; the body of
// another one is not looked at.
func copyOf(r *http.Request) (*http.Request, error) {
	second := r.Clone(r.Context())
	second.Body = nil
	if r.GetBody == nil {
		return second, nil
	}
	body, err := r.GetBody()
	second.Body = body
	return second, err
}

// operation finds what the description says of a request; nil: nothing.
func operation(doc *openapi3.T, r *http.Request) *openapi3filter.RequestValidationInput {
	path, params := r.URL.Path, map[string]string{}
	if id, ok := strings.CutPrefix(path, "/request/"); ok {
		path, params["id"] = "/request/{id}", id
	}
	item := doc.Paths.Find(path)
	if item == nil || item.GetOperation(r.Method) == nil {
		return nil
	}
	options := &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: authenticated}
	options.WithCustomSchemaErrorFunc(func(err *openapi3.SchemaError) string { return err.Reason }) // without values
	return &openapi3filter.RequestValidationInput{
		PathParams: params, Options: options,
		Route: &routers.Route{Spec: doc, Path: path, PathItem: item, Method: r.Method, Operation: item.GetOperation(r.Method)},
	}
}

// authenticated looks at the form of the bearer token.
func authenticated(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	scheme, token, _ := strings.Cut(input.RequestValidationInput.Request.Header.Get("Authorization"), " ")
	if _, err := base64.RawURLEncoding.DecodeString(token); !strings.EqualFold(scheme, "Bearer") || token == "" || err != nil {
		return errors.New("no bearer token")
	}
	return nil
}

func (d described) check(input *openapi3filter.RequestValidationInput, answer *http.Response, body []byte) {
	d.Helper()
	name := fmt.Sprintf("%s %d", input.Route.Operation.OperationID, answer.StatusCode)
	taken := answer.StatusCode < 400
	if taken {
		if err := openapi3filter.ValidateRequest(d.Context(), input); err != nil {
			d.Errorf("%s: the provider took a request that is not as described: %v", name, err)
		}
	}
	err := openapi3filter.ValidateResponse(d.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: answer.StatusCode, Header: answer.Header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: input.Options,
	})
	if err != nil {
		d.Errorf("%s: the answer is not as described: %v", name, err)
	}
	d.seen.add(name)
	if !taken {
		return
	}
	switch input.Route.Operation.OperationID {
	case "fetchRequest":
		d.checkJWS("LoginRequestJWS", string(body))
	case "exchange":
		d.checkMessage(body)
	}
}

// checkMessage counts a message of the provider and looks into its JWS.
func (d described) checkMessage(body []byte) {
	d.Helper()
	var m struct{ Type, JWS string }
	if err := json.Unmarshal(body, &m); err != nil {
		d.Errorf("message: %v", err)
		return
	}
	d.seen.add(m.Type)
	if m.Type == wire.TypeHandover {
		d.checkJWS("HandoverJWS", m.JWS)
	}
}

// checkJWS holds header and payload of a compact JWS against the schemas that
// its own schema names.
func (d described) checkJWS(schema, compact string) {
	d.Helper()
	doc := openapi(d)
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		d.Errorf("%s: %d parts", schema, len(parts))
		return
	}
	for i, extension := range []string{"x-jws-header", "x-jws-payload"} {
		reference, _ := doc.Components.Schemas[schema].Value.Extensions[extension].(string)
		target := doc.Components.Schemas[strings.TrimPrefix(reference, "#/components/schemas/")]
		if target == nil {
			d.Errorf("%s: %s names no schema", schema, extension)
			return
		}
		var value any
		if err := json.Unmarshal(must(base64.RawURLEncoding.DecodeString(parts[i])), &value); err != nil {
			d.Errorf("%s: %v", extension, err)
			return
		}
		if err := target.Value.VisitJSON(value, openapi3.EnableJSONSchema2020()); err != nil {
			d.Errorf("%s of %s is not as described: %v", extension, schema, err)
		}
		d.seen.add(reference)
	}
}

// Catches a description that a real login does not keep to, at either end: one
// with more Commands, one with Signed, and refusals. It also fails when less
// than that was held against the description, as in every test of this package.
func TestOpenAPILogins(t *testing.T) {
	withPhoto := newWorld(t, func(c *idp.Config) { c.Files = []lds.File{lds.DG1, lds.DG2} })
	reading := withPhoto.specimen()
	reading.opening.MaxResponse = 1024 // the photo takes more than one batch
	b := withPhoto.browser()
	redirect, got := reading.read(b.begin("eidas1").agentLink())
	if redirect == "" {
		t.Fatalf("refused: %s", got.problem)
	}
	b.open(redirect).want("confirm", 200, "")

	w := newWorld(t, nil)
	w.described = withPhoto.described
	b, signing := w.browser(), w.signing("active-ecdsa")
	link := b.begin("eidas1").agentLink()
	signing.accept(link, signing.fetch(link))
	b.open(signing.result(signing.send(signing.sign()))).want("confirm", 200, "")
	signing.want(signing.fetch(link), 409, "request_already_fetched")

	_, altered := w.fetched()
	altered.opening.SOD[len(altered.opening.SOD)-1] ^= 1
	altered.want(altered.open(), 403, "sod_signature_invalid")
	altered.want(altered.open(), 403, "sod_signature_invalid")

	_, malformed := w.fetched()
	malformed.want(malformed.exchange([]byte(`{"type":"Opening"}`)), 400, "message_malformed")

	_, large := w.fetched()
	large.want(large.exchange(bytes.Repeat([]byte{' '}, wire.MaxMessage+1)), 413, "message_too_large")

	stranger := w.agent()
	stranger.request.ExchangeURI, stranger.request.ExchangeToken = w.origin+"/exchange", make([]byte, 32)
	stranger.want(stranger.exchange([]byte(`{}`)), 401, "bearer_invalid")

	signing.do(must(http.NewRequest(http.MethodGet, w.origin+"/.well-known/cnie-provider", nil)))
	for _, want := range []string{
		"fetchRequest 200", "fetchRequest 409", "exchange 200", "exchange 400", "exchange 401", "exchange 403", "exchange 413",
		"keySet 200", "providerRecord 200", "callback 303",
		wire.TypeHandover, wire.TypeCommands, wire.TypeResult,
		"#/components/schemas/LoginRequestHeader", "#/components/schemas/LoginRequest",
		"#/components/schemas/HandoverHeader", "#/components/schemas/HandoverPayload",
	} {
		if w.described.times(want) == 0 {
			t.Errorf("%s was not held against the description", want)
		}
	}
}
