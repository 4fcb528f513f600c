package idp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"cnie.example/attest/level"
	"cnie.example/attest/wire"
	"cnie.example/web/problem"
)

// exchange is POST /exchange: one message of the agent, answered by exactly
// one message or one problem. Every problem ends the login, but for a token
// that belongs to none.
func (p *Provider) exchange(c echo.Context) error {
	h, ok := bearer(c.Request())
	if !ok {
		return problem.New(problem.BearerInvalid, "form of the authorization")
	}
	tx := p.store.find(h)
	if tx == nil {
		return problem.New(problem.BearerInvalid, "token of no login")
	}
	body, readErr := readJSON(c, wire.MaxMessage)
	p.lock(tx)
	defer tx.mu.Unlock()
	reply, err := p.answer(c.Request().Context(), tx, body, readErr)
	if err != nil {
		p.refuseMessage(c, tx, err)
		return nil
	}
	p.logStep(tx)
	return c.Blob(http.StatusOK, wire.MediaTypeJSON, reply)
}

// bearer reads the exchange token (RFC 6750, 2.1).
func bearer(r *http.Request) (handle, bool) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return handle{}, false
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return handle{}, false
	}
	return parseHandle(kindExchange, token)
}

// answer takes the one message that the step allows. The caller holds tx.mu.
func (p *Provider) answer(ctx context.Context, tx *transaction, body []byte, readErr error) ([]byte, error) {
	switch {
	case tx.step == ended:
		return nil, problem.New(tx.outcome, "login had ended")
	case readErr != nil:
		return nil, readErr
	}
	message, err := wire.DecodeFromAgent(body)
	if err != nil {
		return nil, err
	}
	switch m := message.(type) {
	case wire.Opening:
		if tx.step == fetched {
			return p.open(ctx, tx, m)
		}
	case wire.Signed:
		if tx.step == fetched {
			return p.signed(ctx, tx, m)
		}
	case wire.Answers:
		if tx.step == opened {
			return p.proceed(ctx, tx, m)
		}
	}
	return nil, problem.New(problem.OutOfOrder, message.Type()+" in step "+tx.step.String())
}

// open has the document's signature verified and answers with the signed
// handover.
func (p *Provider) open(ctx context.Context, tx *transaction, m wire.Opening) ([]byte, error) {
	handover, err := tx.login.Open(ctx, m)
	if err != nil {
		return nil, err
	}
	payload, err := wire.EncodeHandover(handover)
	if err != nil {
		return nil, ownFault("handover", err)
	}
	jws, err := p.key.compact(wire.TypHandover, payload)
	if err != nil {
		return nil, err
	}
	reply, err := wire.EncodeHandoverMessage(wire.HandoverMessage{JWS: jws})
	if err != nil {
		return nil, ownFault("handover", err)
	}
	tx.advance(opened, p.config.Clock())
	return reply, nil
}

// proceed has the chip's answers verified and answers with more commands, or
// with the way back for the browser.
func (p *Provider) proceed(ctx context.Context, tx *transaction, m wire.Answers) ([]byte, error) {
	more, err := tx.login.Answer(ctx, m)
	if err != nil {
		return nil, err
	}
	if more == nil {
		return p.finish(ctx, tx)
	}
	reply, err := wire.EncodeCommands(*more)
	if err != nil {
		return nil, ownFault("commands", err)
	}
	tx.advance(opened, p.config.Clock())
	return reply, nil
}

// signed has the document and the chip's signature verified at once, for a chip
// without chip authentication, and answers with the way back for the browser.
func (p *Provider) signed(ctx context.Context, tx *transaction, m wire.Signed) ([]byte, error) {
	if err := tx.login.Signed(ctx, m); err != nil {
		return nil, err
	}
	return p.finish(ctx, tx)
}

// finish takes the identity over from the verifier and gives the agent a code
// for the browser. The level was computed by the verifier; it is compared once
// more here, where it is passed on. No level stands without its evidence: the
// record is kept before anybody has the code.
func (p *Provider) finish(ctx context.Context, tx *transaction) ([]byte, error) {
	if err := level.Require(tx.asked, tx.login.Level()); err != nil {
		return nil, err
	}
	identity, err := tx.login.Identity()
	if err != nil {
		return nil, err
	}
	code, err := drawText(p.config.Rand)
	if err != nil {
		return nil, err
	}
	query := url.Values{"code": {code}, "state": {tx.state}}
	reply, err := wire.EncodeResult(wire.Result{Redirect: p.uri(pathCallback) + "?" + query.Encode()})
	if err != nil {
		return nil, ownFault("result", err)
	}
	evidence, err := tx.takeRecord()
	if err != nil {
		return nil, err
	}
	if err := p.keepRecord(ctx, evidence); err != nil {
		return nil, err
	}
	tx.identity, tx.reached, tx.checks = identity, tx.login.Level(), tx.login.Verified()
	tx.login = nil
	tx.advance(issued, p.config.Clock())
	h, _ := parseHandle(kindCode, code)
	p.store.index(tx, h)
	return reply, nil
}

// ownFault keeps a message that this provider made wrongly from being reported
// as malformed by the agent.
func ownFault(message string, err error) error {
	return problem.Wrap(problem.Internal, fmt.Errorf("encode %s: %v", message, err))
}
