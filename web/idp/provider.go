package idp

import (
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/labstack/gommon/log"

	"cnie.example/web/idp/pages"
)

// Paths of the provider. They are the same under every origin.
const (
	pathStart    = "/start"
	pathContinue = "/continue"
	pathConfirm  = "/confirm"
	pathCallback = "/callback"
	pathRequest  = "/request/"
	pathExchange = "/exchange"
	pathJWKS     = "/jwks.json"
	pathRecord   = "/.well-known/cnie-provider"
	pathHealth   = "/healthz"
)

// Provider is one identity provider. It is an http.Handler for its origin, and
// safe for concurrent use.
type Provider struct {
	config Config
	host   string   // as in the Host header
	asked  []string // names of the files on the wire
	key    *enrolledKey
	record []byte // provider record, JSON
	pages  *pages.Set
	store  store
	serve  http.Handler
}

// New makes a Provider. It fails with ErrConfig when the configuration is not
// acceptable. The Provider starts no goroutine; call Sweep now and then.
func New(c Config) (*Provider, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	files, err := fileNames(c.Files)
	if err != nil {
		return nil, err
	}
	key, err := newEnrolledKey(c.Key, c.Rand)
	if err != nil {
		return nil, err
	}
	set, err := pages.Parse()
	if err != nil {
		return nil, err
	}
	enrolled, err := c.enrolment().Record()
	if err != nil {
		return nil, err
	}
	p := &Provider{
		config: c, host: c.Origin[len("https://"):], asked: files,
		key: key, record: enrolled, pages: set,
	}
	p.store = newMemory(c.MaxTransactions, p.ended)
	p.serve = p.gate(p.routes())
	return p, nil
}

// ServeHTTP answers one request.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.serve.ServeHTTP(w, r) }

// Sweep ends the logins that have waited too long and forgets those that ended
// long ago. Nothing depends on it but memory: an expired login is refused
// whenever it is asked for.
func (p *Provider) Sweep() { p.store.sweep(p.config.Clock()) }

func (p *Provider) routes() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(io.Discard)
	e.Logger.SetLevel(log.OFF)
	e.HTTPErrorHandler = p.answerError

	e.GET("/", p.showStart)
	e.POST(pathStart, p.start, p.fromOwnPage)
	e.GET(pathContinue, p.showCurrent)
	e.GET(pathConfirm, p.showCurrent)
	e.POST(pathConfirm, p.confirm, p.fromOwnPage)
	e.GET(pathCallback, p.callback)
	e.GET("/style.css", asset("text/css; charset=utf-8", pages.Style()))
	e.GET("/icon.svg", asset("image/svg+xml", pages.Icon()))

	e.POST(pathRequest+":id", p.serveRequest)
	e.POST(pathExchange, p.exchange)

	e.GET(pathJWKS, p.showJWKS)
	e.GET(pathRecord, p.showRecord)
	e.GET(pathHealth, func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	return e
}

// uri is the absolute address of a path at this provider.
func (p *Provider) uri(path string) string { return p.config.Origin + path }

// asset serves a file that the pages use.
func asset(mediaType string, content []byte) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "public, max-age=300")
		return c.Blob(http.StatusOK, mediaType, content)
	}
}

func (p *Provider) logStep(tx *transaction) {
	p.config.Logger.Info("login", "jti", tx.jti, "step", tx.step.String())
}
