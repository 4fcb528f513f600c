package providers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"

	"cnie.example/web/problem"
)

// call sends one HTTP request and reads an answer of at most limit bytes. The
// answer to anything but status 200 is a problem of package problem. Errors
// never hold the URL: it names a transaction.
func (p *Provider) call(ctx context.Context, method, uri string, header http.Header, body []byte, limit int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, uri, bytes.NewReader(body))
	if err != nil {
		return nil, problem.New(problem.RequestMalformed, "URL cannot be used")
	}
	for name, values := range header {
		req.Header[name] = values
	}
	answer, err := p.client.Do(req)
	if err != nil {
		return nil, problem.Wrap(problem.ProviderUnreachable, withoutURL(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, refused(answer)
	}
	b, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return nil, problem.Wrap(problem.ProviderUnreachable, withoutURL(err))
	}
	if int64(len(b)) > limit {
		return nil, problem.Wrap(problem.ProviderRefused, fmt.Errorf("answer longer than %d bytes", limit))
	}
	return b, nil
}

func (p *Provider) get(ctx context.Context, uri string, limit int64) ([]byte, error) {
	return p.call(ctx, http.MethodGet, uri, http.Header{"Accept": {"application/jwk-set+json, application/json"}}, nil, limit)
}

func withoutURL(err error) error {
	if cause, ok := errors.AsType[*url.Error](err); ok {
		return cause.Err
	}
	return err
}

// refused reads the answer of a provider that did not do what was asked. The
// provider may choose among the names that are his to report; whatever else he
// says is provider_refused.
func refused(answer *http.Response) error {
	status := fmt.Errorf("provider answered status %d", answer.StatusCode)
	media, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if err != nil || media != problem.MediaType {
		return problem.Wrap(problem.ProviderRefused, status)
	}
	b, err := io.ReadAll(io.LimitReader(answer.Body, problem.MaxSize+1))
	if err != nil {
		return problem.Wrap(problem.ProviderRefused, status)
	}
	name, err := problem.Decode(b)
	if err != nil || !reportable(name) {
		return problem.Wrap(problem.ProviderRefused, status)
	}
	return problem.Wrap(name, status)
}

// reportable says whether a provider may report a problem under this name.
// What happens on the citizen's machine is not his to say.
func reportable(name problem.Name) bool {
	switch name {
	case problem.RequestAlreadyFetched, problem.RequestExpired, problem.VersionUnsupported, problem.LevelUnsupported,
		problem.TransactionUnknown, problem.TransactionExpired, problem.OutOfOrder, problem.BearerInvalid,
		problem.MessageMalformed, problem.LabRefused, problem.TooMany, problem.TooLarge:
		return true
	}
	return name.IsRefusal()
}
