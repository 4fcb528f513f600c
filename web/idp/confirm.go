package idp

import (
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"cnie.example/attest"
	"cnie.example/web/idp/pages"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// confirmed is the end of a login that succeeded. It is no problem: only the
// log names it.
const confirmed problem.Name = "confirmed"

// showCurrent is GET /continue and GET /confirm: the page that belongs to the
// step of this browser's login. It has no effects but the choice of language.
func (p *Provider) showCurrent(c echo.Context) error {
	tx, err := p.ownTransaction(c)
	if err != nil {
		return err
	}
	p.lock(tx)
	defer tx.mu.Unlock()
	if tag, ok := language.Parse(c.QueryParam(language.Parameter)); ok {
		tx.language = tag
	}
	frame := p.frame(tx.language, c.Path())
	switch tx.step {
	case ended:
		return p.showEnded(c, tx, c.Path())
	case returned:
		return page(c, func(w io.Writer) error {
			return p.pages.Confirm(w, frame, pages.Confirm{
				GivenNames: tx.identity.GivenNames, FamilyName: tx.identity.FamilyName, CSRF: tx.csrf,
			})
		})
	}
	return page(c, func(w io.Writer) error {
		return p.pages.Continue(w, frame, pages.Continue{
			SessionCode: tx.sessionCode, AgentLogin: p.agentLogin(tx), Asked: tx.asked.String(),
		})
	})
}

// confirm is POST /confirm: the person has read the name and answers. After
// yes the identity is shown, once, and forgotten.
func (p *Provider) confirm(c echo.Context) error {
	form, err := readForm(c, "csrf", "answer")
	if err != nil {
		return err
	}
	tx, err := p.ownTransaction(c)
	if err != nil {
		return err
	}
	p.lock(tx)
	defer tx.mu.Unlock()
	switch {
	case tx.step == ended:
		return p.showEnded(c, tx, pathConfirm)
	case tx.step != returned:
		return problem.New(problem.OutOfOrder, "answer in step "+tx.step.String())
	case !equal(form["csrf"], tx.csrf):
		return problem.New(problem.ForeignOrigin, "token of the form")
	}
	switch form["answer"] {
	case "yes":
		return p.conclude(c, tx)
	case "no":
		p.end(tx, problem.NotMe)
		return c.Redirect(http.StatusSeeOther, pathConfirm)
	}
	return problem.New(problem.BadRequest, "answer")
}

// conclude shows the identity and forgets the login. The caller holds tx.mu.
func (p *Provider) conclude(c echo.Context, tx *transaction) error {
	content := pages.Identity{
		Claims: claimsOf(tx.identity), Level: tx.reached.String(), Asked: tx.asked.String(),
		Candidate: tx.reached.Candidate(), Checks: checkNames(tx.checks),
	}
	frame := p.frame(tx.language, "")
	setCookie(c, "")
	p.store.remove(tx)
	p.end(tx, confirmed)
	tx.outcome = problem.TransactionUnknown // for a second click that had found it before
	return page(c, func(w io.Writer) error { return p.pages.Identity(w, frame, content) })
}

func claimsOf(identity *attest.Identity) []pages.Claim {
	var claims []pages.Claim
	for _, c := range identity.Claims() {
		claims = append(claims, pages.Claim{Name: c.Name, Value: c.Value})
	}
	return claims
}
