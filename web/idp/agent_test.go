package idp_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"cnie.example/attest/wire"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/relay"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// agent plays the program on the citizen's machine, with a virtual card. Its
// steps can be taken one by one, so that tests can take them wrongly.
type agent struct {
	*world
	client  *http.Client
	request wire.Request
	nonce   []byte
	card    *cnie.Card
	vcard   *vcard.Card
	opening wire.Opening
	relay   *relay.Relay
}

// answer is what the provider said to a message.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	problem string // name, when it is one
}

func (w *world) agent() *agent {
	nonce := make([]byte, wire.NonceSize)
	rand.Read(nonce)
	return &agent{world: w, client: w.client(), nonce: nonce}
}

// do sends a request and reads its answer. A problem must be a whole RFC 9457
// object.
func (a *agent) do(r *http.Request) answer {
	a.Helper()
	response, err := a.client.Do(r)
	if err != nil {
		a.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		a.Fatal(err)
	}
	got := answer{status: response.StatusCode, header: response.Header, body: body}
	if response.StatusCode == http.StatusOK {
		return got
	}
	var details struct {
		Type, Title, Detail string
		Status              int
	}
	if response.Header.Get("Content-Type") != "application/problem+json" || json.Unmarshal(body, &details) != nil ||
		details.Status != response.StatusCode || details.Title == "" || details.Detail == "" {
		a.Fatalf("status %d with %q: %s", response.StatusCode, response.Header.Get("Content-Type"), body)
	}
	got.problem = strings.TrimPrefix(details.Type, "urn:cnie:problem:")
	return got
}

// want checks status and problem.
func (a *agent) want(got answer, status int, problem string) answer {
	a.Helper()
	if got.status != status || got.problem != problem {
		a.Fatalf("status %d, problem %q, want %d, %q", got.status, got.problem, status, problem)
	}
	return got
}

func jsonPost(address, body string) *http.Request {
	r := must(http.NewRequest(http.MethodPost, address, strings.NewReader(body)))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// fetch posts to the request_uri of the link.
func (a *agent) fetch(link *url.URL) answer {
	a.Helper()
	body := must(wire.EncodeFetchRequest(wire.FetchRequest{AgentNonce: a.nonce, Versions: wire.Versions()}))
	return a.do(jsonPost(requestURI(link), string(body)))
}

func requestURI(link *url.URL) string { return link.Query().Get("request_uri") }

// accept verifies a fetched request as an agent does, against the published
// key.
func (a *agent) accept(link *url.URL, got answer) {
	a.Helper()
	a.want(got, http.StatusOK, "")
	if media := got.header.Get("Content-Type"); media != wire.MediaTypeRequest {
		a.Fatalf("media type %q", media)
	}
	request, err := wire.DecodeRequest(a.verify(wire.TypRequest, string(got.body)))
	if err != nil {
		a.Fatal(err)
	}
	err = request.Check(wire.Expected{
		Issuer: a.origin, RequestURI: requestURI(link), RedirectURIs: []string{a.origin + "/callback"}, AgentNonce: a.nonce,
	}, a.clock.Now())
	if err != nil {
		a.Fatal(err)
	}
	a.request = request
	a.hide("exchange token", a.bearer())
	a.hide("state", request.State)
	a.hide("request address", requestURI(link)[strings.LastIndex(requestURI(link), "/")+1:])
}

func (a *agent) bearer() string {
	return base64.RawURLEncoding.EncodeToString(a.request.ExchangeToken)
}

// verify checks a JWS against the JWKS and gives its payload.
func (a *agent) verify(typ, compact string) []byte {
	a.Helper()
	response, err := a.client.Get(a.origin + "/jwks.json")
	if err != nil {
		a.Fatal(err)
	}
	defer response.Body.Close()
	var keys jose.JSONWebKeySet
	if err := json.NewDecoder(response.Body).Decode(&keys); err != nil {
		a.Fatal(err)
	}
	jws, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		a.Fatal(err)
	}
	header := jws.Signatures[0].Protected
	found := keys.Key(header.KeyID)
	if len(found) != 1 || header.ExtraHeaders["typ"] != typ {
		a.Fatalf("header %+v", header)
	}
	payload, err := jws.Verify(found[0].Key)
	if err != nil {
		a.Fatal(err)
	}
	return payload
}

// exchange posts a message with the bearer token.
func (a *agent) exchange(message []byte) answer {
	a.Helper()
	r := jsonPost(a.request.ExchangeURI, string(message))
	r.Header.Set("Authorization", "Bearer "+a.bearer())
	return a.do(r)
}

// insert makes the card of a profile, with changes to what is on it.
func (a *agent) insert(l *issuer.Lab, profile issuer.Profile, change func(*vcard.Personalisation)) {
	a.Helper()
	p, err := l.Personalise(rand.Reader, profile)
	if err != nil {
		a.Fatal(err)
	}
	if change != nil {
		change(&p)
	}
	a.hide("claim", profile.FamilyName, profile.DocumentNumber, profile.BirthDate, profile.ExpiryDate)
	a.hide("claim", profile.GivenNames...)
	if a.vcard, err = vcard.New(p, rand.Reader); err != nil {
		a.Fatal(err)
	}
	can, err := pace.CAN([]byte(profile.CAN))
	if err != nil {
		a.Fatal(err)
	}
	defer can.Wipe()
	ctx := context.Background()
	if a.card, err = cnie.Open(ctx, a.vcard, cnie.Access{Password: can, ATR: a.vcard.ATR(), Rand: rand.Reader}); err != nil {
		a.Fatal(err)
	}
	sod, dg14, err := a.card.Evidence(ctx)
	if err != nil {
		a.Fatal(err)
	}
	a.opening = wire.Opening{SOD: sod, DG14: dg14, MaxCommand: a.card.MaxCommand(), MaxResponse: a.card.MaxResponse()}
}

// open sends Opening.
func (a *agent) open() answer {
	a.Helper()
	return a.exchange(must(wire.EncodeOpening(a.opening)))
}

// hand verifies a Handover, gives the chip the provider's key, and lets the
// first commands through.
func (a *agent) hand(got answer) (responses [][]byte) {
	a.Helper()
	a.want(got, http.StatusOK, "")
	message, err := wire.DecodeHandoverMessage(got.body)
	if err != nil {
		a.Fatal(err)
	}
	handover, err := wire.DecodeHandover(a.verify(wire.TypHandover, message.JWS))
	if err != nil {
		a.Fatal(err)
	}
	key := a.chipKey()
	sod, dg14 := sha256.Sum256(a.opening.SOD), sha256.Sum256(a.opening.DG14)
	if handover.Issuer != a.origin || handover.JTI != a.request.JTI || !bytes.Equal(handover.AgentNonce, a.nonce) ||
		!bytes.Equal(handover.SODHash, sod[:]) || !bytes.Equal(handover.DG14Hash, dg14[:]) {
		a.Fatal("handover is for another login")
	}
	if err := chipauth.VerifyProof(key, chipauth.Handover{
		Issuer: a.origin, JTI: a.request.JTI, AgentNonce: a.nonce, SODHash: sod[:], DG14Hash: dg14[:],
		KeyID: key.KeyID, PublicKey: handover.PublicKey,
	}, handover.Proof); err != nil {
		a.Fatal(err)
	}
	ctx := context.Background()
	if a.relay, err = a.card.Hand(ctx, key, handover.PublicKey, a.consented()); err != nil {
		a.Fatal(err)
	}
	return a.forward(handover.Commands.APDUs())
}

// consented is what the request asks for.
func (a *agent) consented() []lds.File {
	a.Helper()
	var files []lds.File
	for _, name := range a.request.Files {
		f, err := lds.ParseFile(name)
		if err != nil {
			a.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

func (a *agent) chipKey() chipauth.Key {
	a.Helper()
	infos, err := lds.ParseDG14(a.opening.DG14)
	if err != nil {
		a.Fatal(err)
	}
	key, err := chipauth.Select(infos)
	if err != nil {
		a.Fatal(err)
	}
	return key
}

func (a *agent) forward(commands [][]byte) [][]byte {
	a.Helper()
	responses, err := a.relay.Forward(context.Background(), commands)
	if err != nil {
		a.Fatal(err)
	}
	return responses
}

func (a *agent) answers(responses [][]byte) answer {
	a.Helper()
	return a.exchange(must(wire.EncodeAnswers(wire.Answers{Responses: wire.NewBatch(responses)})))
}

// finish answers until the provider gives its Result or a problem.
func (a *agent) finish(responses [][]byte) (redirect string, got answer) {
	a.Helper()
	for range 4 {
		got = a.answers(responses)
		if got.status != http.StatusOK {
			return "", got
		}
		reply, err := wire.DecodeReply(got.body)
		if err != nil {
			a.Fatal(err)
		}
		switch m := reply.(type) {
		case wire.Result:
			a.hide("code", must(url.Parse(m.Redirect)).Query().Get("code"))
			return m.Redirect, got
		case wire.Commands:
			responses = a.forward(m.Commands.APDUs())
		}
	}
	a.Fatal("no end of commands")
	return "", answer{}
}

// read does everything from the link to the Result for a card that is in.
func (a *agent) read(link *url.URL) (redirect string, got answer) {
	a.Helper()
	a.accept(link, a.fetch(link))
	opened := a.open()
	if opened.status != http.StatusOK {
		return "", opened
	}
	return a.finish(a.hand(opened))
}

// denied is where an agent sends the browser when a login did not succeed.
func (a *agent) denied(reason string) string {
	return a.origin + "/callback?" + url.Values{"error": {reason}, "state": {a.request.State}}.Encode()
}

// specimen is the default card of the trusted laboratory.
func (w *world) specimen() *agent {
	w.Helper()
	l, err := lab()
	if err != nil {
		w.Fatal(err)
	}
	a := w.agent()
	a.insert(l, issuer.Specimen(), nil)
	return a
}
