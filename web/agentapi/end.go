package agentapi

import (
	"net/http"

	"cnie.example/web/agent"
	"cnie.example/web/problem"
)

// problemPage shows a problem, and what can be done about it.
type problemPage struct {
	Name    problem.Name
	Words   problem.Text
	Again   string     // form action: the same request again
	Finish  string     // address: back to the provider with an error
	Leaving bool       // the page goes there by itself
	Start   *startForm // another login is under way: ask again
	Replace bool       // and that one only waits for its person
}

// getProblem shows why a login stopped. A person who declined has nothing to
// read and is sent on.
func (s *Server) getProblem(r *request) error {
	v := r.login.View()
	switch v.State {
	case agent.Failed:
	case agent.Gone:
		return problem.New(problem.LoginUnknown, "the browser was sent back before")
	default:
		return r.see(pageOf(v.State))
	}
	body := problemPage{Name: v.Problem, Words: v.Problem.Text(r.lang), Leaving: v.Problem == problem.Declined && v.Return}
	if v.Again {
		body.Again = r.path("again")
	}
	if v.Return {
		body.Finish = r.path("finish")
	}
	return s.showTo(r, http.StatusOK, page{Page: "problem", Title: body.Words.Title, Lab: v.Provider.Lab(), Body: body})
}

// getFinish sends the browser back to the provider, once.
func (s *Server) getFinish(r *request) error {
	redirect, err := r.login.Finish()
	if problem.Of(err) == problem.OutOfOrder {
		return r.see(pageOf(r.login.View().State))
	}
	if err != nil {
		return err
	}
	return r.Redirect(http.StatusSeeOther, redirect)
}
