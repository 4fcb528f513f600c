package agentapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// startTime is how long the answer to a start waits for the provider, so that
// the progress page is seen only when that is slow.
const startTime = 2 * time.Second

// statusPage is the page at the root.
type statusPage struct{ Version string }

// getStatus says that the agent is there. It has no effect.
func (s *Server) getStatus(c echo.Context) error {
	r, _, err := newRequest(c, "")
	if err != nil {
		return err
	}
	return s.showTo(r, http.StatusOK, page{Page: "status", Title: textsIn(r.lang).Status.Title, Body: statusPage{s.cfg.Version}})
}

// landingPage is the page that a provider's page navigates to.
type landingPage struct {
	Provider string
	Origin   string
	Start    startForm
}

// startForm is the form that starts a login.
type startForm struct{ Action, RequestURI, Issued, Seal string }

// getLanding answers GET /login. It has no effect: what is to be done later
// stands sealed in the page, under a path that nobody else knows.
func (s *Server) getLanding(c echo.Context) error {
	r, requestURI, err := newRequest(c, "request_uri")
	if err != nil {
		return err
	}
	provider, err := s.cfg.Lookup(requestURI)
	if err != nil {
		return err
	}
	if r.id, err = s.seal.newID(); err != nil {
		return problem.Wrap(problem.Internal, err)
	}
	issued, seal := s.seal.landing(r.id, requestURI, s.cfg.Clock())
	r.SetCookie(&http.Cookie{
		Name: cookieName, Value: s.seal.cookie(r.id), Path: loginPrefix + r.id, MaxAge: cookieAge,
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	other := "/login?" + url.Values{"request_uri": {requestURI}, language.Parameter: {r.lang.Other().String()}}.Encode()
	s.show(r.Response(), http.StatusOK, r.lang, other, page{
		Page: "landing", Title: textsIn(r.lang).Landing.Title, Lab: provider.Lab(),
		Body: landingPage{
			Provider: provider.Name(r.lang), Origin: provider.Origin(),
			Start: startForm{r.path("start"), requestURI, issued, seal},
		},
	})
	return nil
}

// postStart starts the login of a landing page and waits a little for its
// request. The second of two clicks gets the login of the first.
func (s *Server) postStart(c echo.Context) error {
	r, _, err := newRequest(c, "")
	if err != nil {
		return err
	}
	f, err := readForm(c.Request(), "request_uri", "issued", "seal", "replace")
	if err != nil {
		return err
	}
	start := startForm{r.path("start"), f.text("request_uri"), f.text("issued"), f.text("seal")}
	ok, fresh := s.seal.isLanding(r.id, start.RequestURI, start.Issued, start.Seal, s.cfg.Clock())
	switch {
	case !ok:
		return problem.New(problem.LoginUnknown, "not a landing page of this agent")
	case !fresh:
		return problem.New(problem.LoginExpired, "landing page is too old")
	}
	r.login, err = s.cfg.Agent.Begin(r.id, start.RequestURI, f.text("replace") == "1")
	if problem.Of(err) == problem.LoginInProgress {
		s.refuseWith(r.Response(), r.Request(), err, problemPage{Start: &start, Replace: s.cfg.Agent.Waiting()})
		return nil
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Request().Context(), startTime)
	defer cancel()
	_ = r.login.Wait(ctx) // else the progress page waits
	return r.see(pageOf(r.login.View().State))
}
