package idp

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"cnie.example/attest/level"
	"cnie.example/card/lds"
	"cnie.example/web/idp/pages"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// showStart is GET /: it explains and asks for the level. It has no effects.
func (p *Provider) showStart(c echo.Context) error {
	tag := requestLanguage(c.Request())
	content := pages.Start{
		Asked: level.EIDAS1.String(), Details: slices.Contains(p.config.Files, lds.DG11), Photo: slices.Contains(p.config.Files, lds.DG2),
	}
	return page(c, func(w io.Writer) error { return p.pages.Start(w, p.frame(tag, "/"), content) })
}

// start is POST /start: it begins a login bound to this browser by a new
// cookie. A login that the same browser had begun before is ended.
func (p *Provider) start(c echo.Context) error {
	form, err := readForm(c, "level", language.Parameter)
	if err != nil {
		return err
	}
	asked, err := level.Parse(form["level"])
	if err != nil || asked == level.None {
		return problem.New(problem.BadRequest, "level")
	}
	tag, ok := language.Parse(form[language.Parameter])
	if !ok {
		tag = requestLanguage(c.Request())
	}
	cookie, err := p.begin(asked, tag)
	if err != nil {
		return err
	}
	p.replace(c.Request())
	setCookie(c, cookie)
	return c.Redirect(http.StatusSeeOther, pathContinue)
}

// begin makes and keeps a transaction and gives the value of its cookie.
func (p *Provider) begin(asked level.Level, tag language.Tag) (cookie string, err error) {
	var texts [4]string
	for i := range texts {
		if texts[i], err = drawText(p.config.Rand); err != nil {
			return "", err
		}
	}
	tx := &transaction{jti: texts[0], requestID: texts[1], state: texts[2], asked: asked, language: tag}
	cookie = texts[3]
	if tx.nonce, err = draw(p.config.Rand, secretSize); err != nil {
		return "", err
	}
	if tx.token, err = draw(p.config.Rand, secretSize); err != nil {
		return "", err
	}
	if tx.sessionCode, err = drawSessionCode(p.config.Rand); err != nil {
		return "", err
	}
	return cookie, p.keep(tx, cookie)
}

func (p *Provider) keep(tx *transaction, cookie string) error {
	now := p.config.Clock()
	tx.advance(started, now)
	request, _ := parseHandle(kindRequest, tx.requestID)
	tx.cookie, _ = parseHandle(kindCookie, cookie)
	err := p.store.add(tx, now, request, tx.cookie, handleOf(kindExchange, tx.token))
	if errors.Is(err, errFull) {
		return problem.Wrap(problem.TooMany, err)
	}
	if err != nil {
		return err
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	p.logStep(tx)
	return nil
}

// replace ends the login that the browser's cookie belonged to.
func (p *Provider) replace(r *http.Request) {
	h, ok := cookieHandle(r)
	if !ok {
		return
	}
	if tx := p.store.find(h); tx != nil {
		tx.mu.Lock()
		defer tx.mu.Unlock()
		p.end(tx, problem.LoginReplaced)
	}
}

// end stops a login for a reason. The caller holds tx.mu.
func (p *Provider) end(tx *transaction, reason problem.Name) {
	if tx.step != ended {
		tx.end(reason, p.config.Clock())
		p.ended(tx)
	}
}

// lock takes tx.mu after the login was ended when it waited too long.
func (p *Provider) lock(tx *transaction) {
	tx.mu.Lock()
	if tx.expire(p.config.Clock()) {
		p.ended(tx)
	}
}

// agentLogin is the agent's address with the request of this login.
func (p *Provider) agentLogin(tx *transaction) string {
	query := url.Values{"request_uri": {p.uri(pathRequest + tx.requestID)}}
	return p.config.AgentURL + "/login?" + query.Encode()
}
