package agentapi

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"cnie.example/web/agent"
	"cnie.example/web/problem"
)

// Limits of an event stream.
const (
	maxStreams = 8
	heartbeat  = 15 * time.Second
	streamTime = 10 * time.Second // to take one event
)

// progressPage follows a login at work.
type progressPage struct {
	Events, Reload string // addresses
	Finish         string // address, once there is one
	Decline        string // form action, while that is possible
	Fetching       bool   // the request is still on its way: nothing is said of the card
	Steps          []progressStep
}

type progressStep struct {
	Name  agent.Step
	Text  string
	State string // "waiting", "active" or "done"
}

// getProgress answers 200 in the end too, and the page goes on by itself: a
// chain of redirects after a form may not leave this origin (CSP form-action).
func (s *Server) getProgress(r *request) error {
	v := r.login.View()
	body := progressPage{Events: r.path("events"), Reload: r.path("progress")}
	if v.Decline {
		body.Decline = r.path("decline")
	}
	switch v.State {
	case agent.Fetching:
		body.Fetching = true
	case agent.Running:
	case agent.Finished:
		body.Finish = r.path("finish")
	default:
		return r.see(pageOf(v.State))
	}
	text := textsIn(r.lang)
	title := text.Progress.Fetching
	if !body.Fetching {
		events, _, _ := r.login.Progress(0)
		title, body.Steps = text.Progress.Title, progressSteps(text, events)
	}
	return s.showTo(r, http.StatusOK, page{Page: "progress", Title: title, Lab: v.Provider.Lab(), Body: body})
}

// progressSteps lists the steps of the machine, those that have begun first and
// in the order in which they did; the first two are the person's and lie behind.
func progressSteps(text *texts, events []agent.Event) []progressStep {
	order, state := agent.Steps()[2:], map[agent.Step]string{}
	var begun []agent.Step
	for _, e := range events {
		if state[e.Step] == "" && slices.Contains(order, e.Step) {
			begun = append(begun, e.Step)
		}
		state[e.Step] = "active"
		if e.Done {
			state[e.Step] = "done"
		}
	}
	var steps []progressStep
	for _, step := range begun {
		steps = append(steps, progressStep{step, text.step(step), state[step]})
	}
	for _, step := range order {
		if state[step] == "" {
			steps = append(steps, progressStep{step, text.step(step), "waiting"})
		}
	}
	return steps
}

// getEvents streams (HTML Living Standard, 9.2): "step" when a step begins,
// "progress" with its time when it ends, and "end" with the next page.
func (s *Server) getEvents(r *request) error {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		return problem.New(problem.TooMany, "event streams")
	}
	if err := r.untimed(); err != nil {
		return problem.Wrap(problem.Internal, err)
	}
	r.Response().Header().Set("Content-Type", "text/event-stream")
	r.Response().WriteHeader(http.StatusOK)
	stream := &stream{rc: http.NewResponseController(r.Response()), w: r.Response()}
	stream.next = after(r.Request().Header.Get("Last-Event-ID"))
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		events, running, changed := r.login.Progress(stream.next)
		stream.send(events)
		if !running {
			stream.end(r.path(nextOf(r.login.View().State)))
		}
		if !running || stream.err != nil {
			return nil
		}
		select {
		case <-changed:
		case <-beat.C:
			stream.write(": \n\n")
		case <-r.Request().Context().Done():
			return nil
		}
	}
}

// untimed lifts the deadlines of the connection from a request that waits.
func (r *request) untimed() error {
	rc := http.NewResponseController(r.Response())
	if err := rc.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	return rc.SetWriteDeadline(time.Time{})
}

// nextOf is where a page that followed the progress goes.
func nextOf(state agent.State) string {
	if state == agent.Finished {
		return "finish"
	}
	return pageOf(state)
}

// after reads Last-Event-ID: the number of the last event that arrived.
func after(id string) int {
	n, err := strconv.Atoi(id)
	if err != nil || n < 0 {
		return 0
	}
	return n + 1
}

// stream writes events until the first error, which ends it.
type stream struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	next int // number of the next event
	err  error
}

func (s *stream) send(events []agent.Event) {
	for _, e := range events {
		if e.Done {
			s.event("progress", struct {
				Step agent.Step `json:"step"`
				MS   float64    `json:"ms"`
			}{e.Step, float64(e.Time.Microseconds()) / 1000})
		} else {
			s.event("step", struct {
				Step agent.Step `json:"step"`
			}{e.Step})
		}
		s.next++
	}
}

func (s *stream) end(next string) {
	s.event("end", struct {
		Next string `json:"next"`
	}{next})
}

func (s *stream) event(name string, data any) {
	b, err := json.Marshal(data)
	if err != nil {
		s.err = err
		return
	}
	s.write(fmt.Sprintf("event: %s\nid: %d\ndata: %s\n\n", name, s.next, b))
}

func (s *stream) write(text string) {
	if s.err != nil {
		return
	}
	if s.err = s.rc.SetWriteDeadline(time.Now().Add(streamTime)); s.err != nil {
		return
	}
	if _, s.err = s.w.Write([]byte(text)); s.err == nil {
		s.err = s.rc.Flush()
	}
}
