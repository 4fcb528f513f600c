package idp

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"cnie.example/attest"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/web/idp/pages"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// nameOf gives the name under which an error of a handler, of the messages or
// of the verifier is answered.
func nameOf(err error) problem.Name {
	if reason, ok := refusal.Of(err); ok && problem.Name(reason).Known() {
		return problem.Name(reason)
	}
	routed, isRouted := errors.AsType[*echo.HTTPError](err)
	switch {
	case errors.Is(err, context.Canceled):
		return problem.AgentFailed // the agent hung up while it was answered
	case errors.Is(err, wire.ErrVersion):
		return problem.VersionUnsupported
	case errors.Is(err, wire.ErrTooLarge):
		return problem.Name(refusal.MessageTooLarge)
	case errors.Is(err, wire.ErrMalformed):
		return problem.MessageMalformed
	case isRouted && routed.Code == http.StatusNotFound:
		return problem.NotFound
	case isRouted:
		return problem.BadRequest
	}
	return problem.Of(err)
}

// answerError answers what a handler could not.
func (p *Provider) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	name := nameOf(err)
	if name == problem.Internal {
		p.config.Logger.Error("fault", "path", c.Path(), "error", err)
	}
	p.refuse(c.Response(), c.Request(), name)
}

// refuse answers with a problem that belongs to no login of this browser: an
// RFC 9457 object to programs, a page to people.
func (p *Provider) refuse(w http.ResponseWriter, r *http.Request, name problem.Name) {
	tag := requestLanguage(r)
	if forPrograms(r.URL.Path) {
		writeProblem(w, name, tag)
		return
	}
	p.writeProblemPage(w, tag, name, pages.Problem{}, "")
}

func forPrograms(path string) bool {
	return strings.HasPrefix(path, pathRequest) || path == pathExchange || path == pathJWKS || path == pathRecord || path == pathHealth
}

// writeProblem answers an agent.
func writeProblem(w http.ResponseWriter, name problem.Name, tag language.Tag) {
	if name == problem.BearerInvalid {
		w.Header().Set("WWW-Authenticate", `Bearer realm="cnie-exchange", error="invalid_token"`)
	}
	w.Header().Set("Content-Type", problem.MediaType)
	w.WriteHeader(name.Status())
	// The connection is all that can fail, and then nobody reads.
	_, _ = w.Write(problem.Encode(name, tag))
}

// showEnded answers the browser that began a login with the reason for which
// it ended and what had been verified. The caller holds tx.mu.
func (p *Provider) showEnded(c echo.Context, tx *transaction, path string) error {
	content := pages.Problem{Asked: tx.asked.String(), Checks: checkNames(tx.checks)}
	p.writeProblemPage(c.Response(), tx.language, tx.outcome, content, path)
	return nil
}

func (p *Provider) writeProblemPage(w http.ResponseWriter, tag language.Tag, name problem.Name, content pages.Problem, path string) {
	text := name.Text(tag)
	content.Name, content.Title, content.Cause, content.Remedy = string(name), text.Title, text.Cause, text.Remedy
	var b bytes.Buffer
	if err := p.pages.Problem(&b, p.frame(tag, path), content); err != nil {
		p.config.Logger.Error("page of a problem", "error", err)
		http.Error(w, text.Title, name.Status())
		return
	}
	w.Header().Set("Content-Type", echo.MIMETextHTMLCharsetUTF8)
	w.WriteHeader(name.Status())
	_, _ = b.WriteTo(w)
}

func checkNames(checks []attest.Check) []string {
	names := make([]string, len(checks))
	for i, check := range checks {
		names[i] = string(check)
	}
	return names
}
