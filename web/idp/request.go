package idp

import (
	"fmt"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"cnie.example/attest"
	"cnie.example/attest/wire"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// lifetime of a request object. It limits the fetch, not the login.
const lifetime = wire.MaxLifetime * time.Second

// serveRequest is POST /request/<id>: the agent fetches the signed request,
// once. Whatever goes wrong with a known id ends the login: a fetch that
// failed was a fetch, and a second one means that two programs have the id.
func (p *Provider) serveRequest(c echo.Context) error {
	h, ok := parseHandle(kindRequest, c.Param("id"))
	if !ok {
		return problem.New(problem.TransactionUnknown, "address of a request")
	}
	tx := p.store.find(h)
	if tx == nil {
		return problem.New(problem.TransactionUnknown, "address of a request")
	}
	body, readErr := readJSON(c, wire.MaxFetch)
	p.lock(tx)
	defer tx.mu.Unlock()
	jws, err := p.fetch(tx, body, readErr)
	if err != nil {
		p.refuseMessage(c, tx, err)
		return nil
	}
	p.logStep(tx)
	return c.Blob(http.StatusOK, wire.MediaTypeRequest, []byte(jws))
}

// fetch begins the verifier's login and signs the request. The caller holds
// tx.mu.
func (p *Provider) fetch(tx *transaction, body []byte, readErr error) (string, error) {
	switch {
	case tx.step == ended:
		return "", problem.New(tx.outcome, "login had ended")
	case tx.step != started:
		return "", problem.New(problem.RequestAlreadyFetched, "second fetch")
	case readErr != nil:
		return "", readErr
	}
	message, err := wire.DecodeFetchRequest(body)
	if err != nil {
		return "", err
	}
	version, err := message.Choose()
	if err != nil {
		return "", err
	}
	tx.login, err = p.config.Verifier.Begin(attest.Transaction{
		Issuer: p.config.Origin, JTI: tx.jti, AgentNonce: message.AgentNonce, Nonce: tx.nonce,
		Level: tx.asked, Files: p.config.Files,
	})
	if err != nil {
		return "", fmt.Errorf("begin: %w", err)
	}
	jws, err := p.signRequest(tx, message.AgentNonce, version)
	if err != nil {
		return "", err
	}
	clear(tx.token)
	tx.token = nil
	tx.advance(fetched, p.config.Clock())
	return jws, nil
}

func (p *Provider) signRequest(tx *transaction, agentNonce []byte, version int) (string, error) {
	now := p.config.Clock()
	payload, err := wire.EncodeRequest(wire.Request{
		Version: version, Issuer: p.config.Origin, Audience: wire.Audience, JTI: tx.jti,
		IssuedAt: now.Unix(), ExpiresAt: now.Add(lifetime).Unix(),
		RequestURI: p.uri(pathRequest + tx.requestID), AgentNonce: agentNonce, Nonce: tx.nonce, State: tx.state,
		RedirectURI: p.uri(pathCallback), ExchangeURI: p.uri(pathExchange), ExchangeToken: tx.token,
		Level: tx.asked.String(), Files: p.asked, Holder: wire.HolderNone,
		RelyingParty: p.relyingParty(tx.language), SessionCode: tx.sessionCode,
	})
	if err != nil {
		return "", err
	}
	return p.key.compact(wire.TypRequest, payload)
}

// relyingParty is the provider itself, marked when it is a laboratory.
func (p *Provider) relyingParty(tag language.Tag) string {
	if p.config.Lab {
		return labMark + p.config.Name.In(tag)
	}
	return p.config.Name.In(tag)
}

// refuseMessage ends the login for what an agent sent and answers with the
// reason. The caller holds tx.mu.
func (p *Provider) refuseMessage(c echo.Context, tx *transaction, err error) {
	name := nameOf(err)
	if name == problem.Internal {
		p.config.Logger.Error("fault", "jti", tx.jti, "step", tx.step.String(), "error", err)
	}
	p.end(tx, name)
	writeProblem(c.Response(), name, tx.language)
}

// readJSON reads the body of an agent's message.
func readJSON(c echo.Context, limit int64) ([]byte, error) {
	mediaType, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if err != nil || mediaType != wire.MediaTypeJSON {
		return nil, fmt.Errorf("media type of a message: %w", wire.ErrMalformed)
	}
	body, err := readBody(c, limit)
	if problem.Of(err) == problem.TooLarge {
		return nil, fmt.Errorf("body: %w", wire.ErrTooLarge)
	}
	return body, err
}
