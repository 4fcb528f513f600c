package agentapi

import (
	"bytes"
	"net/http"

	"cnie.example/web/agent"
	"cnie.example/web/problem"
)

// pageOf is where a login in a state is to be seen.
func pageOf(state agent.State) string {
	switch state {
	case agent.Consent:
		return "consent"
	case agent.Failed, agent.Gone:
		return "problem"
	}
	return "progress"
}

// consentPage asks the person.
type consentPage struct {
	Provider, Origin string
	Asked            *agent.Asked
	Level            string // in words
	Files            []string
	Problem          problem.Name // of the last try, or empty
	Words            problem.Text
	CANsLeft         int
	Remembers        bool
	Consent, Decline string // form actions
}

func (s *Server) getConsent(r *request) error {
	v := r.login.View()
	if v.State != agent.Consent {
		return r.see(pageOf(v.State))
	}
	text := textsIn(r.lang)
	body := consentPage{
		Provider: v.Provider.Name(r.lang), Origin: v.Provider.Origin(), Asked: v.Asked,
		Level: text.level(v.Asked.Level), Problem: v.Problem, CANsLeft: v.CANsLeft, Remembers: v.Remembers,
		Consent: r.path("consent"), Decline: r.path("decline"),
	}
	for _, file := range v.Asked.Files {
		body.Files = append(body.Files, text.file(file))
	}
	if v.Problem != "" {
		body.Words = v.Problem.Text(r.lang)
	}
	return s.showTo(r, http.StatusOK, page{Page: "consent", Title: text.Consent.Title, Lab: v.Provider.Lab(), Body: body})
}

// postConsent takes the person's yes with the CAN.
func (s *Server) postConsent(r *request) error {
	f, err := readForm(r.Request(), "can")
	if err != nil {
		return err
	}
	defer f.wipe()
	// People copy the number in groups; Consent wipes what it is given.
	digits := bytes.ReplaceAll(f["can"], []byte(" "), nil)
	return r.acted(r.login.Consent(digits))
}

func (s *Server) postDecline(r *request) error {
	if _, err := readForm(r.Request()); err != nil {
		return err
	}
	return r.acted(r.login.Decline())
}

func (s *Server) postAgain(r *request) error {
	if _, err := readForm(r.Request()); err != nil {
		return err
	}
	return r.acted(r.login.Again())
}

// acted leads to the page that fits the state. An action that came twice, or
// too late, changes nothing and leads there too.
func (r *request) acted(err error) error {
	if name := problem.Of(err); err != nil && name != problem.OutOfOrder && name != problem.LoginExpired {
		return err
	}
	return r.see(pageOf(r.login.View().State))
}
