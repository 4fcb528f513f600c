package lab

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"cnie.example/web/providers"
)

// Elsewhere is a provider that runs outside the laboratory: the card and the
// agent of the laboratory log in there.
type Elsewhere struct {
	record []byte // for the agent
	origin string
	begin  string         // where a login begins
	roots  *x509.CertPool // that vouch for its certificate; nil: those of the system
}

// NewElsewhere reads the provider record that an agent enrols. A login begins
// at the page with the address begin, or at the root of the origin when it is
// empty.
func NewElsewhere(record []byte, begin string) (*Elsewhere, error) {
	r, err := providers.ParseRecord(record)
	if err != nil {
		return nil, err
	}
	e := &Elsewhere{record: record, origin: r.Origin, begin: r.Origin + "/"}
	if begin != "" {
		e.begin = begin
	}
	if u, err := url.Parse(e.begin); err != nil || u.Scheme+"://"+u.Host != r.Origin {
		return nil, fmt.Errorf("%q is not a page of %s", e.begin, r.Origin)
	}
	if r.TLSCA != "" {
		e.roots = x509.NewCertPool()
		e.roots.AppendCertsFromPEM([]byte(r.TLSCA)) // ParseRecord has read it
	}
	return e, nil
}

// Reaches says whether a fault is committed by the card, so that it shows at a
// provider elsewhere too.
func (e *Elsewhere) Reaches(f Fault) error {
	if f.Name != "" && (!f.ByCard() || f.strangeAnchors) {
		return fmt.Errorf("fault %s is committed at the laboratory's own provider only", f.Name)
	}
	return nil
}

// Begin is the page where a login begins.
func (e *Elsewhere) Begin() string { return e.begin }

// levelUnknown stands for the level that a provider elsewhere has reached, if
// any: the laboratory cannot tell.
const levelUnknown = "unknown"

// Outcome is the page of a provider elsewhere on which a login ended. What it
// says is for people: whether that is a login, the laboratory cannot tell.
type Outcome struct {
	URL     string `json:"url"` // without its query
	Status  int    `json:"status"`
	Heading string `json:"heading"`
}

// Failed says that the page came with the status of an error.
func (o *Outcome) Failed() bool { return o != nil && o.Status >= http.StatusBadRequest }

// playElsewhere follows the link to the agent, goes through the agent's pages,
// and presses the one button of the page that the provider then shows.
func (j *journey) playElsewhere(ctx context.Context, e *Elsewhere, agentURL string) error {
	defer j.browser.Close()
	if err := j.timed("begin", func() error { return j.goTo(j.browser.Navigate(ctx, e.begin)) }); err != nil {
		return err
	}
	link := j.page.LinkTo(agentURL + "/login?")
	if link == nil {
		return fmt.Errorf("the page %q has no link to %s/login", e.begin, agentURL)
	}
	if err := j.goTo(j.page.Go(ctx, link.String())); err != nil {
		return err
	}
	if err := j.throughAgent(ctx, agentURL); err != nil {
		return err
	}
	if j.report.Refused == nil && j.page.Buttons() == 1 {
		if err := j.timed("confirm", func() error { return j.goTo(j.page.Submit(ctx, "", nil)) }); err != nil {
			return err
		}
	}
	if j.report.Refused == nil {
		j.report.Level = levelUnknown
	}
	address := *j.page.URL
	address.RawQuery = ""
	j.report.Page = &Outcome{URL: address.String(), Status: j.page.Status, Heading: j.page.Heading()}
	return nil
}

// throughAgent acts on the pages of the agent until one leads away from it, or
// ends there.
func (j *journey) throughAgent(ctx context.Context, agentURL string) error {
	for range maxPages {
		if !strings.HasPrefix(j.page.URL.String(), agentURL+"/") {
			return nil
		}
		name := j.page.Attr(attrPage)
		act, last := j.actions()[name], false
		if name == "problem" {
			act, last = j.leaveProblem, j.page.Link(linkToReturn) == nil
			j.catchUp(ctx)
			j.report.readProblem(j.page, j.tag)
		}
		if last {
			return nil
		}
		if act == nil {
			return fmt.Errorf("unexpected page %q of the agent", j.page.Heading())
		}
		if err := act(ctx); err != nil {
			return fmt.Errorf("on the page %q: %w", j.page.Heading(), err)
		}
	}
	return errors.New("the login has no end")
}
