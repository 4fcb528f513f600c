package lab

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"cnie.example/cmd/cnie-lab/internal/browser"
	"cnie.example/web/language"
)

// Names that the pages carry for programs.
const (
	attrPage      = "data-page"
	attrProblem   = "data-problem"
	attrEvents    = "data-events"
	linkToAgent   = "agent"
	linkToReturn  = "return"
	formStart     = "/start"
	formConsent   = "consent"
	formDecline   = "decline"
	formConfirm   = "confirm"
	eventStep     = "step"
	eventProgress = "progress"
	eventEnd      = "end"
)

// Step is a part of a login with the time it took. One that was under way when
// its attempt ended is unfinished, and its time is not known.
type Step struct {
	Name       string  `json:"name"`
	MS         float64 `json:"ms"`
	Unfinished bool    `json:"unfinished,omitempty"`
}

// Login is what the played person does.
type Login struct {
	Level    string     // asked for: eidas1, eidas2, eidas3
	CANs     []string   // typed one after the other until one is right
	Language string     // of the pages: fr, en
	OnStep   func(Step) // called as the steps end; may be nil
}

// journey is one login in a browser.
type journey struct {
	origin  string // of the provider
	login   Login
	browser *browser.Browser
	page    *browser.Page
	cans    []string // not yet typed
	tag     language.Tag
	report  *Report

	watched bool // the events since the last consent were read

	// The steps that a fault replaces.
	toAgent, start, consent, finish, confirm step
}

// maxPages bounds a journey: more pages than any login has.
const maxPages = 40

// Play logs in at the stand with a played browser and tells how it ended. An
// error means that the login could not be played to an end.
func (s *Stand) Play(ctx context.Context, l Login) (*Report, error) {
	roots := s.cfg.Keys.authority.roots()
	if e := s.cfg.Elsewhere; e != nil {
		roots = e.roots
	}
	j := newJourney(s.Origin, roots, l)
	var err error
	if e := s.cfg.Elsewhere; e != nil {
		j.report.Lab, j.report.Asked = true, ""
		err = j.playElsewhere(ctx, e, s.AgentURL)
	} else {
		if s.cfg.Fault.browse != nil {
			s.cfg.Fault.browse(j)
		}
		err = j.run(ctx)
	}
	j.report.Transport, j.report.Chip = s.cfg.Transport, chipOf(s.Counters())
	return j.report, err
}

// Visit logs in at a provider that does not belong to the laboratory, with an
// agent that the provider leads to. roots vouch for the provider's certificate.
func Visit(ctx context.Context, origin string, roots *x509.CertPool, l Login) (*Report, error) {
	j := newJourney(origin, roots, l)
	err := j.run(ctx)
	return j.report, err
}

func newJourney(origin string, roots *x509.CertPool, l Login) *journey {
	if l.OnStep == nil {
		l.OnStep = func(Step) {}
	}
	j := &journey{
		origin: origin, login: l, cans: l.CANs, report: newReport(l.Level),
		browser: browser.New(roots, l.Language),
	}
	j.tag, _ = language.Parse(l.Language) // any other language has the pages in French
	j.toAgent, j.start, j.consent, j.finish, j.confirm = j.followToAgent, j.submitStart, j.answerConsent, nothing, j.submitConfirm
	return j
}

func nothing(context.Context) error { return nil }

// run begins at the provider and goes from page to page until one ends it.
func (j *journey) run(ctx context.Context) error {
	defer j.browser.Close()
	if err := j.timed("begin", func() error { return j.begin(ctx) }); err != nil {
		return err
	}
	for range maxPages {
		name := j.page.Attr(attrPage)
		act, last := j.actions()[name], false
		switch name {
		case "identity":
			return j.report.readIdentity(j.page)
		case "problem":
			last = j.page.Link(linkToReturn) == nil
			j.catchUp(ctx)
			j.report.readProblem(j.page, j.tag)
			act = j.leaveProblem
		}
		if last {
			return nil
		}
		if act == nil {
			return fmt.Errorf("unexpected page %q with status %d", j.page.Heading(), j.page.Status)
		}
		if err := act(ctx); err != nil {
			return fmt.Errorf("on the page %q: %w", j.page.Heading(), err)
		}
	}
	return errors.New("the login has no end")
}

func (j *journey) actions() map[string]step {
	return map[string]step{
		"continue": func(ctx context.Context) error { return j.toAgent(ctx) },
		"landing":  func(ctx context.Context) error { return j.start(ctx) },
		"consent":  func(ctx context.Context) error { return j.consent(ctx) },
		"progress": j.watch,
		"confirm": func(ctx context.Context) error {
			return j.timed("confirm", func() error { return j.confirm(ctx) })
		},
	}
}

func (j *journey) timed(name string, f func() error) error {
	began := time.Now()
	err := f()
	j.step(Step{Name: name, MS: milliseconds(time.Since(began))})
	return err
}

func (j *journey) step(s Step) {
	j.report.Steps = append(j.report.Steps, s)
	j.login.OnStep(s)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// begin opens the provider's start page and asks for the level.
func (j *journey) begin(ctx context.Context) error {
	page, err := j.browser.Navigate(ctx, j.origin+"/")
	if err != nil {
		return err
	}
	return j.goTo(page.Submit(ctx, formStart, url.Values{"level": {j.login.Level}}))
}

func (j *journey) followToAgent(ctx context.Context) error {
	j.report.sessionCode = j.page.Attr("data-session-code")
	return j.goTo(j.page.Follow(ctx, linkToAgent))
}

// submitStart does what the script of the landing page does.
func (j *journey) submitStart(ctx context.Context) error {
	return j.goTo(j.page.Submit(ctx, formStart, nil))
}

// answerConsent compares the session codes, as the person is asked to, and
// types the next CAN. Without another one the person gives up.
func (j *journey) answerConsent(ctx context.Context) error {
	if code := j.page.Attr("data-session-code"); j.report.sessionCode != "" && code != j.report.sessionCode {
		return fmt.Errorf("the agent shows the session code %q, the provider %q", code, j.report.sessionCode)
	}
	if j.page.Attr(attrProblem) != "" {
		j.catchUp(ctx)
		j.report.readProblem(j.page, j.tag)
	}
	if len(j.cans) == 0 {
		return j.decline(ctx)
	}
	can := j.cans[0]
	j.cans = j.cans[1:]
	j.report.Refused, j.watched = nil, false
	return j.goTo(j.page.Submit(ctx, formConsent, url.Values{"can": {can}}))
}

func (j *journey) decline(ctx context.Context) error {
	return j.goTo(j.page.Submit(ctx, formDecline, nil))
}

// watch follows the events of the progress page and goes where the last one
// leads, as the script of the page does.
func (j *journey) watch(ctx context.Context) error {
	next, err := j.events(ctx, j.page.Attr(attrEvents))
	if err != nil {
		return err
	}
	if next == "" {
		return errors.New("the events ended without a way on")
	}
	if err := j.finish(ctx); err != nil {
		return err
	}
	return j.goTo(j.page.Go(ctx, next))
}

// leaveProblem returns from the agent to the provider, who says what he had
// verified by then.
func (j *journey) leaveProblem(ctx context.Context) error {
	return j.goTo(j.page.Follow(ctx, linkToReturn))
}

func (j *journey) submitConfirm(ctx context.Context) error {
	return j.goTo(j.page.Submit(ctx, formConfirm, nil))
}

// underAnotherName asks the agent by a name that leads to the same address.
func (j *journey) underAnotherName(ctx context.Context) error {
	target := *j.page.Link(linkToAgent)
	target.Host = "localhost:" + target.Port()
	return j.goTo(j.page.Go(ctx, target.String()))
}

// startFromElsewhere sends the form of the landing page from a hostile site,
// which has no policy that would hold it back.
func (j *journey) startFromElsewhere(ctx context.Context) error {
	listener, err := listen("")
	if err != nil {
		return err
	}
	site := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!doctype html><title>hostile</title>")
	})}
	go func() { _ = site.Serve(listener) }() // it ends by Close
	defer site.Close()
	elsewhere, err := j.browser.Navigate(ctx, "http://"+listener.Addr().String()+"/")
	if err != nil {
		return err
	}
	return j.goTo(j.page.SubmitFrom(ctx, elsewhere, formStart))
}

// beginAgain opens the link to the agent in another tab.
func (j *journey) beginAgain(ctx context.Context) error {
	if err := j.begin(ctx); err != nil {
		return err
	}
	return j.followToAgent(ctx)
}

// withoutCookies forgets those of the provider before the code arrives.
func (j *journey) withoutCookies(context.Context) error {
	j.browser.ForgetCookies("localhost")
	return nil
}

// callbackAgain opens the address with the code once more.
func (j *journey) callbackAgain(ctx context.Context) error {
	for _, address := range append(j.page.Passed, j.page.URL) {
		if address.Query().Has("code") {
			return j.goTo(j.browser.Navigate(ctx, address.String()))
		}
	}
	return errors.New("no code in the addresses of this page")
}

// goTo keeps the page that a navigation led to.
func (j *journey) goTo(page *browser.Page, err error) error {
	if err == nil {
		j.page = page
	}
	return err
}
