package idp

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"cnie.example/web/idp/pages"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// cookieName has the prefix by which browsers hold the cookie to this host,
// https and the whole site (RFC 6265bis, 4.1.3.2).
const cookieName = "__Host-cnie-tx"

// maxForm bounds the body of a form, in bytes.
const maxForm = 4 << 10

// fromOwnPage refuses a form that did not come from a page of this provider.
// Browsers send Origin with every POST.
func (p *Provider) fromOwnPage(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Request().Header
		site := h.Values("Sec-Fetch-Site")
		if origin := h.Values("Origin"); len(origin) != 1 || origin[0] != p.config.Origin {
			return problem.New(problem.ForeignOrigin, "origin of a form")
		}
		if len(site) > 1 || len(site) == 1 && site[0] != "same-origin" {
			return problem.New(problem.ForeignOrigin, "site of a form")
		}
		return next(c)
	}
}

// readForm reads a small form in which each of the fields stands once, and
// nothing else.
func readForm(c echo.Context, fields ...string) (map[string]string, error) {
	mediaType, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if err != nil || mediaType != echo.MIMEApplicationForm {
		return nil, problem.New(problem.BadRequest, "media type of a form")
	}
	body, err := readBody(c, maxForm)
	if err != nil {
		return nil, err
	}
	return exactly(string(body), fields...)
}

// exactly parses a query or form in which each of the fields stands at most
// once, and nothing else; an absent one reads as empty.
func exactly(encoded string, fields ...string) (map[string]string, error) {
	values, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, problem.New(problem.BadRequest, "encoding of parameters")
	}
	found := make(map[string]string, len(fields))
	for _, field := range fields {
		switch v := values[field]; len(v) {
		case 0:
		case 1:
			found[field] = v[0]
		default:
			return nil, problem.New(problem.BadRequest, "repeated parameter")
		}
		delete(values, field)
	}
	if len(values) > 0 {
		return nil, problem.New(problem.BadRequest, "unknown parameter")
	}
	return found, nil
}

// readBody reads a body of at most limit bytes. A longer one is refused before
// it is read where it announces itself, and cut where it does not.
func readBody(c echo.Context, limit int64) ([]byte, error) {
	r := c.Request()
	if r.ContentLength > limit {
		return nil, problem.New(problem.TooLarge, "announced length of the body")
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, limit))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, problem.New(problem.TooLarge, "body")
	}
	if err != nil {
		return nil, problem.New(problem.BadRequest, "body ended early")
	}
	return body, nil
}

// requestLanguage is the language asked for by parameter, else by header.
func requestLanguage(r *http.Request) language.Tag {
	if tag, ok := language.Parse(r.URL.Query().Get(language.Parameter)); ok {
		return tag
	}
	return language.Match(r.Header.Get("Accept-Language"))
}

func (p *Provider) frame(tag language.Tag, path string) pages.Frame {
	return pages.Frame{Language: tag, Lab: p.config.Lab, Provider: p.config.Name.In(tag), Path: path}
}

// page writes a page with status 200.
func page(c echo.Context, write func(io.Writer) error) error {
	h := c.Response().Header()
	h.Set("Content-Type", echo.MIMETextHTMLCharsetUTF8)
	h.Add("Vary", "Accept-Language")
	return write(c.Response())
}

// ownTransaction finds the login that this browser began, by its cookie.
func (p *Provider) ownTransaction(c echo.Context) (*transaction, error) {
	h, ok := cookieHandle(c.Request())
	if ok {
		if tx := p.store.find(h); tx != nil {
			return tx, nil
		}
	}
	return nil, problem.New(problem.TransactionUnknown, "no login with the cookie of this browser")
}

// cookieHandle reads the cookie; two of the name are none, since only one can
// be the provider's own.
func cookieHandle(r *http.Request) (handle, bool) {
	cookies := r.CookiesNamed(cookieName)
	if len(cookies) != 1 {
		return handle{}, false
	}
	return parseHandle(kindCookie, cookies[0].Value)
}

func setCookie(c echo.Context, value string) {
	age := 0
	if value == "" {
		age = -1
	}
	c.SetCookie(&http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: age,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
