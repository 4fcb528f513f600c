package lab

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"cnie.example/cmd/cnie-lab/internal/browser"
)

// Would catch: steps that are lost when the agent is quick and leads from the
// consent straight to a problem, and steps of the first attempt told twice.
func TestStepsWithoutProgressPage(t *testing.T) {
	streams := 0
	agent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/login/1/events" {
			fmt.Fprint(w, "<main data-problem=no_card>")
			return
		}
		streams++
		_, _ = io.WriteString(w, strings.Join([]string{
			"event: step\ndata: {\"step\":\"request\"}", "event: progress\ndata: {\"step\":\"request\",\"ms\":1}",
			"event: step\ndata: {\"step\":\"consent\"}", "event: progress\ndata: {\"step\":\"consent\",\"ms\":1}",
			"event: step\ndata: {\"step\":\"reader\"}", "event: end\ndata: {\"next\":\"/login/1/problem\"}", "",
		}, "\n\n"))
	}))
	defer agent.Close()
	j := newJourney(agent.URL, nil, Login{})
	for _, path := range []string{"/", "/login", "/login/", "/login/1/problem"} {
		want := strings.Count(path, "1")
		j.watched, streams = false, 0
		if err := j.goTo(j.browser.Navigate(t.Context(), agent.URL+path)); err != nil {
			t.Fatal(err)
		}
		j.catchUp(t.Context())
		j.catchUp(t.Context())
		if streams != want {
			t.Errorf("%s: %d streams, want %d", path, streams, want)
		}
	}
	j.watched = false // another attempt
	j.catchUp(t.Context())
	want := []Step{
		{Name: "request", MS: 1},
		{Name: "consent", MS: 1},
		{Name: "reader", Unfinished: true},
		{Name: "reader", Unfinished: true},
	}
	if !slices.Equal(j.report.Steps, want) {
		t.Errorf("steps %v\nwant  %v", j.report.Steps, want)
	}
}

// Would catch: a consent that is told as ended, or as broken off, when the
// person is asked for the CAN again.
func TestConsentThatGoesOn(t *testing.T) {
	agent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "event: step\ndata: {\"step\":\"consent\"}\n\nevent: end\ndata: {\"next\":\"/login/1/consent\"}\n\n")
	}))
	defer agent.Close()
	j := newJourney(agent.URL, nil, Login{})
	page, err := browser.New(nil, "en").Navigate(t.Context(), agent.URL+"/login/1/consent")
	if err != nil {
		t.Fatal(err)
	}
	j.page = page
	if j.catchUp(t.Context()); len(j.report.Steps) != 0 {
		t.Errorf("steps %v", j.report.Steps)
	}
}

// Would catch: an error that only follows from a server's, told instead of it.
func TestFirstCause(t *testing.T) {
	cause, consequence := errors.New("certificate"), errors.New("connection refused")
	s := &Stand{failed: make(chan error, 1)}
	if got := s.firstCause(consequence); got != consequence {
		t.Errorf("no server failed: %v", got)
	}
	s.failed <- cause
	if got := s.firstCause(consequence); got != cause {
		t.Errorf("told %v, want %v", got, cause)
	}
}
