package providers

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"cnie.example/attest/wire"
	"cnie.example/web/problem"
)

// Open sends the first message of the exchange and gives the provider's
// Handover, whose signature is verified and whose issuer, jti, nonce and
// hashes are those of this login. Its proof and its point are left to the
// caller, who knows the chip's key.
//
// Problems: provider_unreachable, provider_refused, message_malformed,
// handover_signature, handover_mismatch, and what the provider may report.
func (p *Provider) Open(ctx context.Context, r *wire.Request, opening wire.Opening) (*wire.Handover, error) {
	body, err := wire.EncodeOpening(opening)
	if err != nil {
		return nil, problem.Wrap(problem.CardFault, err)
	}
	answer, err := p.exchange(ctx, r, body)
	if err != nil {
		return nil, err
	}
	message, err := wire.DecodeHandoverMessage(answer)
	if err != nil {
		return nil, problem.Wrap(problem.MessageMalformed, err)
	}
	payload, err := p.keys.verify(ctx, message.JWS, wire.TypHandover)
	if err != nil {
		return nil, handoverProblem(err)
	}
	handover, err := wire.DecodeHandover(payload)
	if err != nil {
		return nil, problem.Wrap(problem.MessageMalformed, err)
	}
	if !belongs(handover, r, opening) {
		return nil, problem.New(problem.HandoverMismatch, "handover names another login or document")
	}
	return &handover, nil
}

// handoverProblem keeps the name of an error that has one: the key set could
// not be fetched.
func handoverProblem(err error) error {
	if problem.Of(err) != problem.Internal {
		return err
	}
	return problem.Wrap(problem.HandoverSignature, err)
}

func belongs(h wire.Handover, r *wire.Request, opening wire.Opening) bool {
	sod, dg14 := sha256.Sum256(opening.SOD), sha256.Sum256(opening.DG14)
	return h.Issuer == r.Issuer && h.JTI == r.JTI &&
		subtle.ConstantTimeCompare(h.AgentNonce, r.AgentNonce) == 1 &&
		subtle.ConstantTimeCompare(h.SODHash, sod[:]) == 1 &&
		subtle.ConstantTimeCompare(h.DG14Hash, dg14[:]) == 1
}

// Answer sends the card's answers to the last batch. The provider answers by
// more commands, or by where the browser goes: the signed redirect_uri with a
// code and the state. Exactly one of the two is given. The code in redirect is
// worth a login and goes to the browser only.
//
// Problems: provider_unreachable, provider_refused, message_malformed, and
// what the provider may report.
func (p *Provider) Answer(ctx context.Context, r *wire.Request, answers wire.Answers) (commands [][]byte, redirect string, err error) {
	body, err := wire.EncodeAnswers(answers)
	if err != nil {
		return nil, "", problem.Wrap(problem.CardFault, err)
	}
	answer, err := p.exchange(ctx, r, body)
	if err != nil {
		return nil, "", err
	}
	message, err := wire.DecodeReply(answer)
	if err != nil {
		return nil, "", problem.Wrap(problem.MessageMalformed, err)
	}
	switch m := message.(type) {
	case wire.Commands:
		return m.Commands.APDUs(), "", nil
	case wire.Result:
		if err := checkRedirect(m.Redirect, r); err != nil {
			return nil, "", problem.Wrap(problem.MessageMalformed, err)
		}
		return nil, m.Redirect, nil
	}
	return nil, "", problem.New(problem.MessageMalformed, "neither commands nor result")
}

// Signed sends the whole evidence of a document whose chip has active
// authentication and no chip authentication, and gives where the browser goes:
// the signed redirect_uri with a code and the state. The code in redirect is
// worth a login and goes to the browser only.
//
// Problems: those of Answer.
func (p *Provider) Signed(ctx context.Context, r *wire.Request, m wire.Signed) (redirect string, err error) {
	body, err := wire.EncodeSigned(m)
	if err != nil {
		return "", problem.Wrap(problem.CardFault, err)
	}
	answer, err := p.exchange(ctx, r, body)
	if err != nil {
		return "", err
	}
	result, err := wire.DecodeResult(answer)
	if err != nil {
		return "", problem.Wrap(problem.MessageMalformed, err)
	}
	if err := checkRedirect(result.Redirect, r); err != nil {
		return "", problem.Wrap(problem.MessageMalformed, err)
	}
	return result.Redirect, nil
}

// exchange posts one message with the bearer token of the request.
func (p *Provider) exchange(ctx context.Context, r *wire.Request, body []byte) ([]byte, error) {
	return p.call(ctx, http.MethodPost, r.ExchangeURI, http.Header{
		"Authorization": {"Bearer " + base64.RawURLEncoding.EncodeToString(r.ExchangeToken)},
		"Content-Type":  {wire.MediaTypeJSON},
		"Accept":        {wire.MediaTypeJSON + ", " + wire.MediaTypeProblem},
	}, body, wire.MaxMessage)
}

// errRedirect is about a result; its text never holds the code.
var errRedirect = errors.New("redirect is not the signed redirect_uri with code and state")

// checkRedirect wants the signed redirect_uri, plus exactly one code and the
// state of the request. The agent sends the browser nowhere else.
func checkRedirect(redirect string, r *wire.Request) error {
	query, ok := strings.CutPrefix(redirect, r.RedirectURI+"?")
	if !ok {
		return errRedirect
	}
	values, err := url.ParseQuery(query)
	if err != nil || len(values) != 2 || len(values["code"]) != 1 || len(values["state"]) != 1 {
		return errRedirect
	}
	if values.Get("code") == "" || values.Get("state") != r.State {
		return errRedirect
	}
	return nil
}
