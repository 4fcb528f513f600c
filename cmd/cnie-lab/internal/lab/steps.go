package lab

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"cnie.example/cmd/cnie-lab/internal/browser"
)

// Parts of a login's addresses at the agent.
const (
	loginPrefix = "/login/"
	eventsPage  = "events"
	consentPage = "/consent"
)

// stepConsent is the step that lasts while the person reads.
const stepConsent = "consent"

// catchUp reads the events that no progress page has shown: a quick agent leads
// from the consent straight to its outcome. Where the agent serves no events,
// as on a page that belongs to no login, there are none to report.
func (j *journey) catchUp(ctx context.Context) {
	id, _, ok := strings.Cut(strings.TrimPrefix(j.page.URL.Path, loginPrefix), "/")
	if j.watched || !ok || !strings.HasPrefix(j.page.URL.Path, loginPrefix) || id == "" {
		return
	}
	_, _ = j.events(ctx, loginPrefix+id+"/"+eventsPage) // the page at hand tells the outcome
}

// events reads the events at a path to their end and says where it leads.
func (j *journey) events(ctx context.Context, path string) (next string, err error) {
	j.watched = true
	begun := ""
	err = j.page.Events(ctx, path, func(e browser.Event) bool {
		var data struct {
			Step string  `json:"step"`
			MS   float64 `json:"ms"`
			Next string  `json:"next"`
		}
		if json.Unmarshal([]byte(e.Data), &data) != nil {
			return true
		}
		switch e.Name {
		case eventStep:
			begun = data.Step
		case eventProgress:
			begun = ""
			j.reported(Step{Name: data.Step, MS: data.MS})
		case eventEnd:
			next = data.Next
		}
		return e.Name != eventEnd
	})
	if begun != "" && !(begun == stepConsent && strings.HasSuffix(next, consentPage)) {
		j.reported(Step{Name: begun, Unfinished: true})
	}
	return next, err
}

// reported adds a step of the agent. The events of another attempt begin anew
// with the request and the consent, which are listed once.
func (j *journey) reported(s Step) {
	again := slices.ContainsFunc(j.report.Steps, func(have Step) bool { return have.Name == s.Name })
	if again && (s.Name == "request" || s.Name == stepConsent) {
		return
	}
	j.step(s)
}
