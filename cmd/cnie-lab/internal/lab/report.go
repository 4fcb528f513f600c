package lab

import (
	"errors"
	"strconv"

	"cnie.example/cmd/cnie-lab/internal/browser"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// Report tells how a login ended. What it says was read from the pages that a
// person would see, except the counters of the card.
type Report struct {
	Level     string    `json:"level"` // reached: "none" without a login, "unknown" at a provider elsewhere
	Asked     string    `json:"asked"`
	Candidate bool      `json:"candidate"`
	Lab       bool      `json:"lab"`
	Transport Transport `json:"transport"`
	Identity  *Identity `json:"identity"` // null without a login
	Chip      Chip      `json:"chip"`
	Steps     []Step    `json:"steps"`
	Verified  []string  `json:"verified"`        // checks that passed, also when the login was refused
	Refused   *Refused  `json:"refused"`         // null with a login
	Page      *Outcome  `json:"page,omitempty"`  // where a login at a provider elsewhere ended
	Error     string    `json:"error,omitempty"` // why the login could not be played to an end

	sessionCode string
}

// Identity is who logged in.
type Identity struct {
	FamilyName     string `json:"family_name"`
	GivenNames     string `json:"given_names"`
	BirthDate      string `json:"birth_date"`
	Sex            string `json:"sex"`
	Nationality    string `json:"nationality"`
	DocumentNumber string `json:"document_number"`
	ExpiryDate     string `json:"expiry_date"`
}

// Chip counts what the virtual card saw.
type Chip struct {
	APDUs         int64 `json:"apdus"`
	BytesSent     int64 `json:"bytes_sent"`     // by the agent, to the card
	BytesReceived int64 `json:"bytes_received"` // by the agent, from the card
}

// Refused is the problem that ended a login.
type Refused struct {
	Reason string `json:"reason"`
	Title  string `json:"title"`
}

func newReport(asked string) *Report {
	return &Report{Level: "none", Asked: asked, Steps: []Step{}, Verified: []string{}}
}

// NotRun is the report of a login that could not be played to an end, or not at
// all. It says nothing of an outcome.
func NotRun(asked string, t Transport, cause error) *Report {
	r := newReport(asked)
	r.Lab, r.Transport, r.Error = true, t, cause.Error()
	return r
}

func chipOf(apdus, received, sent int64) Chip {
	return Chip{APDUs: apdus, BytesSent: received, BytesReceived: sent}
}

// readIdentity reads the provider's last page.
func (r *Report) readIdentity(p *browser.Page) error {
	if p.Attr("data-asked") != r.Asked {
		return errors.New("the provider's page names another level asked than was asked")
	}
	r.Level, r.Candidate = p.Attr("data-level"), p.Attr("data-candidate") == "true"
	r.Lab = p.Attr("data-lab") == "true"
	r.Verified, r.Refused = append(r.Verified, p.Attrs("data-check")...), nil
	claims := p.Texts("data-claim")
	r.Identity = &Identity{
		FamilyName: claims["family_name"], GivenNames: claims["given_names"], BirthDate: claims["birth_date"],
		Sex: claims["sex"], Nationality: claims["nationality"],
		DocumentNumber: claims["document_number"], ExpiryDate: claims["expiry_date"],
	}
	return nil
}

// readProblem reads a page that names a problem. The first page that does so
// says why the login ended; a later one of the provider, what he had verified.
func (r *Report) readProblem(p *browser.Page, tag language.Tag) {
	r.Lab = r.Lab || p.Attr("data-lab") == "true"
	if r.Refused == nil {
		reason := p.Attr(attrProblem)
		r.Refused = &Refused{Reason: reason, Title: titleOf(problem.Name(reason), p, tag)}
	}
	r.Verified = append(r.Verified, p.Attrs("data-check")...)
}

// titleOf is the title of a problem. The heading of the page is another one
// where the problem stands on the consent page; it has to do for a problem that
// only the other side knows.
func titleOf(name problem.Name, p *browser.Page, tag language.Tag) string {
	if name.Known() {
		return name.Text(tag).Title
	}
	return p.Heading()
}

// String is the level reached, or the reason of the refusal.
func (r *Report) String() string {
	if r.Refused != nil {
		return "refused: " + strconv.Quote(r.Refused.Reason)
	}
	return r.Level
}
