package agentapi

import (
	"embed"
	"io"
	"io/fs"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"

	"cnie.example/web/agent"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

//go:embed static
var staticFiles embed.FS

// routes is everything behind the gate.
func (s *Server) routes() http.Handler {
	e := echo.New()
	e.Logger.SetOutput(io.Discard)
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		if !c.Response().Committed {
			s.refuse(c.Response(), c.Request(), err)
		}
	}
	e.Use(s.logged, s.recovered)
	e.GET("/", s.getStatus)
	e.GET("/login", s.getLanding)
	e.POST("/login/:id/start", s.postStart)
	e.GET("/login/:id/consent", s.withLogin(s.getConsent))
	e.POST("/login/:id/consent", s.withLogin(s.postConsent))
	e.POST("/login/:id/decline", s.withLogin(s.postDecline))
	e.POST("/login/:id/again", s.withLogin(s.postAgain))
	e.GET("/login/:id/progress", s.withLogin(s.getProgress))
	e.GET("/login/:id/events", s.withLogin(s.getEvents))
	e.GET("/login/:id/problem", s.withLogin(s.getProblem))
	e.GET("/login/:id/finish", s.withLogin(s.getFinish))
	e.GET(staticPrefix+":name", getStatic)
	return e
}

// request is what every handler of a login works with.
type request struct {
	echo.Context
	login  *agent.Login
	id     string
	lang   language.Tag
	suffix string // "?lang=…" when the person chose a language, else empty
}

// path is the address of another page of the same login, in the same language.
func (r *request) path(page string) string {
	return loginPrefix + r.id + "/" + page + r.suffix
}

// see sends the browser to another page of the same login.
func (r *request) see(page string) error { return r.Redirect(http.StatusSeeOther, r.path(page)) }

// newRequest checks the query of a page: the language and nothing else.
func newRequest(c echo.Context, required string) (*request, string, error) {
	values, err := query(c.Request().URL.RawQuery, required, language.Parameter)
	if err != nil {
		return nil, "", err
	}
	r := &request{Context: c, id: c.Param("id"), lang: language.Match(c.Request().Header.Get("Accept-Language"))}
	if chosen := values.Get(language.Parameter); values.Has(language.Parameter) {
		tag, ok := language.Parse(chosen)
		if !ok {
			return nil, "", problem.New(problem.BadRequest, "language")
		}
		r.lang, r.suffix = tag, "?"+language.Parameter+"="+tag.String()
	}
	return r, values.Get(required), nil
}

func (s *Server) withLogin(handle func(*request) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, _, err := newRequest(c, "")
		if err != nil {
			return err
		}
		if r.login, err = s.cfg.Agent.Find(r.id); err != nil {
			return err
		}
		return handle(r)
	}
}

// logged writes one line for each request: the pattern of the route, because
// the path is a secret, and no query.
func (s *Server) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		s.cfg.Logger.Debug("request", "method", c.Request().Method, "route", c.Path(),
			"status", c.Response().Status, "problem", string(nameOf(err)), "ms", time.Since(began).Milliseconds())
		return nil
	}
}

// recovered answers a panic with the problem internal. The stack names
// functions; neither the request nor what the panic carried is logged.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if recover() == nil {
				return
			}
			s.cfg.Logger.Error("handler panicked", "route", c.Path(), "stack", string(debug.Stack()))
			err = problem.New(problem.Internal, "panic")
		}()
		return next(c)
	}
}

func getStatic(c echo.Context) error {
	if c.Request().URL.RawQuery != "" {
		return problem.New(problem.BadRequest, "query")
	}
	name := c.Param("name")
	b, err := fs.ReadFile(staticFiles, "static/"+name)
	if err != nil {
		return problem.New(problem.NotFound, "no such file")
	}
	return c.Blob(http.StatusOK, mediaType(name), b)
}
