package agentapi

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// nameOf names an error of a handler; echo's own are about routes.
func nameOf(err error) problem.Name {
	routing, ok := errors.AsType[*echo.HTTPError](err)
	switch {
	case !ok:
		return problem.Of(err)
	case routing.Code == http.StatusNotFound:
		return problem.NotFound
	case routing.Code < http.StatusInternalServerError:
		return problem.BadRequest
	}
	return problem.Internal
}

// refuse answers with a problem: a page for a browser that navigates, else an
// RFC 9457 object.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.refuseWith(w, r, err, problemPage{})
}

func (s *Server) refuseWith(w http.ResponseWriter, r *http.Request, err error, body problemPage) {
	name := nameOf(err)
	s.cfg.Logger.Info("request refused", "method", r.Method, "problem", string(name), "cause", err.Error())
	tag := language.Match(r.Header.Get("Accept-Language"))
	if chosen, ok := language.Parse(r.URL.Query().Get(language.Parameter)); ok {
		tag = chosen
	}
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", problem.MediaType)
		w.WriteHeader(name.Status())
		_, _ = w.Write(problem.Encode(name, tag)) // the peer may be gone
		return
	}
	body.Name, body.Words = name, name.Text(tag)
	s.show(w, name.Status(), tag, "", page{Page: "problem", Title: body.Words.Title, Body: body})
}
