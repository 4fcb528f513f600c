package providers

import (
	"context"
	"errors"
	"net/http"

	"cnie.example/attest/wire"
	"cnie.example/web/problem"
)

// Fetch asks the provider for the login request at requestURI, which Lookup
// found to be this provider's. The provider serves it once. agentNonce are 32 fresh random
// bytes; the request must repeat them.
//
// The signature, every member of the request and the files it asks for are
// checked before it is returned. ExchangeToken of the result is a secret of
// this login; the caller clears it at its end.
//
// Problems: provider_unreachable, provider_refused, request_unsigned,
// request_signature, request_altered, request_malformed, request_expired,
// request_foreign, request_replayed, version_unsupported, files_not_allowed, and what the provider may report.
func (p *Provider) Fetch(ctx context.Context, requestURI string, agentNonce []byte) (*wire.Request, error) {
	body, err := wire.EncodeFetchRequest(wire.FetchRequest{AgentNonce: agentNonce, Versions: wire.Versions()})
	if err != nil {
		return nil, problem.Wrap(problem.Internal, err)
	}
	header := http.Header{"Content-Type": {wire.MediaTypeJSON}, "Accept": {wire.MediaTypeRequest + ", " + wire.MediaTypeProblem}}
	answer, err := p.call(ctx, http.MethodPost, requestURI, header, body, wire.MaxRequest)
	if err != nil {
		return nil, err
	}
	payload, err := p.keys.verify(ctx, string(answer), wire.TypRequest)
	if err != nil {
		return nil, requestProblem(err)
	}
	request, err := wire.DecodeRequest(payload)
	if err != nil {
		return nil, requestProblem(err)
	}
	expected := wire.Expected{
		Issuer:       p.record.Origin,
		RequestURI:   requestURI,
		RedirectURIs: p.record.RedirectURIs,
		AgentNonce:   agentNonce,
		Leeway:       clocksMayVary,
	}
	if err := request.Check(expected, p.clock()); err != nil {
		return nil, requestProblem(err)
	}
	if !p.mayAsk(request.Files) {
		return nil, problem.New(problem.FilesNotAllowed, "files beyond the provider record")
	}
	return &request, nil
}

// requestProblem names what is wrong with a login request.
func requestProblem(err error) error {
	for _, row := range []struct {
		cause error
		name  problem.Name
	}{
		{errUnsigned, problem.RequestUnsigned},
		{errHeader, problem.RequestSignature},
		{errUnknownKey, problem.RequestSignature},
		{errSignature, problem.RequestAltered},
		{wire.ErrVersion, problem.VersionUnsupported},
		{wire.ErrExpired, problem.RequestExpired},
		{wire.ErrForeign, problem.RequestForeign},
		{wire.ErrMismatch, problem.RequestReplayed},
		{wire.ErrMalformed, problem.RequestMalformed},
	} {
		if errors.Is(err, row.cause) {
			return problem.Wrap(row.name, err)
		}
	}
	return err
}
