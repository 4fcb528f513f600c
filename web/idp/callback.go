package idp

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"cnie.example/web/problem"
)

// callback is GET /callback: the agent sends the browser back, with a code or
// with an error. Nothing of the query stays in the address: the browser goes
// on to the page of its login.
func (p *Provider) callback(c echo.Context) error {
	query, err := exactly(c.Request().URL.RawQuery, "code", "state", "error")
	if err != nil {
		return err
	}
	if (query["code"] == "") == (query["error"] == "") {
		return problem.New(problem.BadRequest, "neither or both of code and error")
	}
	if query["code"] != "" {
		err = p.redeem(c, query["code"], query["state"])
	} else {
		err = p.reported(c, query["error"], query["state"])
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, pathConfirm)
}

// redeem takes a code. A code that comes twice, late, with another state or in
// another browser ends the login that it was made for; an unknown one ends
// nothing.
func (p *Provider) redeem(c echo.Context, code, state string) error {
	h, ok := parseHandle(kindCode, code)
	if !ok {
		return problem.New(problem.CodeInvalid, "form of the code")
	}
	tx := p.store.find(h)
	if tx == nil {
		return problem.New(problem.CodeInvalid, "unknown code")
	}
	p.lock(tx)
	defer tx.mu.Unlock()
	cookie, ok := cookieHandle(c.Request())
	switch {
	case !ok || !tx.owns(cookie):
		p.end(tx, problem.CallbackWithoutCookie)
		return problem.New(problem.CallbackWithoutCookie, "code in another browser")
	case tx.step != issued, !equal(state, tx.state):
		p.end(tx, problem.CodeInvalid)
		return nil // the page of the login tells why it ended
	}
	csrf, err := drawText(p.config.Rand)
	if err != nil {
		return err
	}
	tx.csrf = csrf
	tx.advance(returned, p.config.Clock())
	p.logStep(tx)
	return nil
}

// reported takes an error that the agent reports. What ended the login at the
// provider stays the reason; the agent's word counts only where there is none.
func (p *Provider) reported(c echo.Context, reported, state string) error {
	tx, err := p.ownTransaction(c)
	if err != nil {
		return problem.New(problem.CallbackWithoutCookie, "error in another browser")
	}
	p.lock(tx)
	defer tx.mu.Unlock()
	if !equal(state, tx.state) {
		return problem.New(problem.CodeInvalid, "state of an error")
	}
	switch reported {
	case "access_denied":
		p.end(tx, problem.Declined)
	case "server_error":
		p.end(tx, problem.AgentFailed)
	case "temporarily_unavailable":
		p.end(tx, problem.AgentUnavailable)
	default:
		return problem.New(problem.BadRequest, "unknown error")
	}
	return nil
}
