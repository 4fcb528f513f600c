package pages

import "io"

// Start is the content of the first page.
type Start struct {
	Asked   string // level chosen beforehand: "eidas1", "eidas2" or "eidas3"
	Details bool   // DG11 is read
	Photo   bool   // DG2 is read
}

// Start writes the page that explains and asks for the level.
func (s *Set) Start(w io.Writer, f Frame, d Start) error { return s.render(w, "start", f, d) }

// Continue is the content of the page that sends the browser to the agent.
type Continue struct {
	SessionCode string // to be compared with the agent's page
	AgentLogin  string // address of the agent's login page with the request
	Asked       string
}

// Continue writes the page with the session code and the link to the agent.
func (s *Set) Continue(w io.Writer, f Frame, d Continue) error {
	return s.render(w, "continue", f, d)
}

// Confirm is the content of the page that names the person and waits.
type Confirm struct {
	GivenNames string
	FamilyName string
	CSRF       string
}

// Confirm writes the page that asks whether the person is who the card says.
func (s *Set) Confirm(w io.Writer, f Frame, d Confirm) error { return s.render(w, "confirm", f, d) }

// Claim is one fact about the person.
type Claim struct {
	Name  string // stable name, such as "family_name"
	Value string
}

// Identity is the content of the last page.
type Identity struct {
	Claims    []Claim
	Level     string // reached
	Asked     string
	Candidate bool // no scheme has certified the level
	Checks    []string
}

// Identity writes the page that shows who logged in and what was verified.
func (s *Set) Identity(w io.Writer, f Frame, d Identity) error {
	return s.render(w, "identity", f, d)
}

// Problem is the content of the page of a login that ended without success.
type Problem struct {
	Name   string // stable name
	Title  string
	Cause  string
	Remedy string
	Asked  string   // level asked; empty when no login belongs to the problem
	Checks []string // checks that had passed
}

// Problem writes the page that says what happened and what can be done.
func (s *Set) Problem(w io.Writer, f Frame, d Problem) error { return s.render(w, "problem", f, d) }
