package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestBrowserHostilePage lets pages of other origins try everything on an agent
// with a login under way, whose secret path they even know, in the same
// browser. One is of the agent's own site (another port of 127.0.0.1, so it
// gets and sends the cookies), the other of another site. Would catch: a route
// that a check of the gate does not cover, an answer that another site can
// read or frame, and effects of either.
func TestBrowserHostilePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	victim := w.tab()
	w.reachesConsent(victim)
	id := strings.Split(evaluate[string](victim, "location.pathname"), "/")[2]
	waiting := w.stranger() // its login has not been to the agent
	waiting.goes(w.Origin + "/")
	waiting.clicks("form[action='/start'] button")
	waiting.on("continue")
	requestURI := evaluate[string](waiting, "new URL(document.querySelector('a[data-action=agent]').href).searchParams.get('request_uri')")

	const attempts = 20 // at least
	for _, host := range []string{"127.0.0.1", "localhost"} {
		origin := hostileSite(t, host)
		hostile := w.tab()
		hostile.goes(origin)
		before := w.journal.len()
		gains := evaluate[map[string]string](hostile, "attack("+quoted(w.AgentURL, id, requestURI)+")")
		if len(gains) < attempts {
			t.Errorf("only %d attempts", len(gains))
		}
		for attempt, gain := range gains {
			if gain != "" {
				t.Errorf("%s from %s: %s", attempt, host, gain)
			}
		}
		for _, e := range w.journal.since(before) {
			if e.of == "agent" && e.text == "request" {
				t.Errorf("from %s the agent has served %v", host, e.attrs)
			}
		}
		eventually(t, "the attempts reach the agent", func() bool { return w.journal.count(before, "request refused") >= attempts })
		for _, reason := range []string{"not_navigation", "foreign_origin", "upgrade_refused"} {
			if !w.journal.has(before, "request refused", "problem", reason) {
				t.Errorf("from %s the agent has refused nothing with %s", host, reason)
			}
		}
		// A form may take the whole tab to the agent. It gets a page for people.
		hostile.goes(origin)
		evaluate[any](hostile, `void document.body.append(Object.assign(document.createElement("form"),
			{method: "post", action: `+quoted(w.AgentURL+"/login/"+id+"/decline")+`}))`)
		evaluate[any](hostile, "void document.forms[0].submit()")
		hostile.sees("main[data-problem=foreign_origin]")
	}
	if apdus, _, _ := w.Counters(); apdus != 0 {
		t.Errorf("the card has got %d commands", apdus)
	}

	victim.goes(evaluate[string](victim, "location.href"))
	victim.sees("body[data-page=consent] main:not([data-problem])")
	victim.consents(w.profile.CAN)
	victim.on("confirm")
	waiting.clicks("a[data-action=agent]")
	waiting.sees("body[data-page=consent] main:not([data-problem])")
}

// TestBrowserNoEffect asks for the login address in every way that is not a
// person's: HEAD, GET by programs, prefetches, a tab in the background. A
// request is served once, so the login that follows would fail if any of them
// had started it. Would catch: effects of a GET, a landing page that starts
// unseen.
func TestBrowserNoEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	b := w.tab()
	b.goes(w.Origin + "/")
	b.clicks("form[action='/start'] button")
	b.on("continue")
	address := evaluate[string](b, "document.querySelector('a[data-action=agent]').href")

	for _, ask := range []struct {
		method, header, value string
		status                int
	}{
		{http.MethodHead, "", "", http.StatusBadRequest},
		{http.MethodGet, "", "", http.StatusOK},
		{http.MethodGet, "Sec-Purpose", "prefetch", http.StatusForbidden},
		{http.MethodGet, "Sec-Purpose", "prefetch;prerender", http.StatusForbidden},
		{http.MethodGet, "Purpose", "prefetch", http.StatusForbidden},
		{http.MethodGet, "X-Moz", "prefetch", http.StatusForbidden},
		{http.MethodGet, "Sec-Fetch-Mode", "no-cors", http.StatusForbidden},
		{http.MethodGet, "Sec-Fetch-Dest", "image", http.StatusForbidden},
	} {
		r, err := http.NewRequestWithContext(t.Context(), ask.method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if ask.header != "" {
			r.Header.Set(ask.header, ask.value)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != ask.status {
			t.Errorf("%s with %s: %s has status %d, want %d", ask.method, ask.header, ask.value, response.StatusCode, ask.status)
		}
	}

	ahead := w.tab()
	ahead.goes(hostileSite(t, "localhost"))
	before := w.journal.len()
	evaluate[any](ahead, `void document.head.append(Object.assign(document.createElement("link"), {rel: "prefetch", href: `+quoted(address)+`}))`)
	eventually(t, "the prefetch reaches the agent", func() bool {
		return w.journal.has(before, "request refused", "problem", "not_navigation")
	})
	background := w.tab(holdScript)
	background.goes(address)
	background.on("landing")
	evaluate[any](background, "new Promise(requestAnimationFrame)")
	if got := background.told("page "); !slices.Equal(got, []string{"landing"}) {
		t.Errorf("a tab in the background shows %q", got)
	}
	if w.journal.has(0, "login", "step", "fetched") {
		t.Error("the request was fetched")
	}

	b.clicks("a[data-action=agent]")
	b.sees("body[data-page=consent] main:not([data-problem])")
	b.isQuiet()
}

// hostileSite serves the page of another origin, under a name of this machine.
func hostileSite(t *testing.T, host string) (origin string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /attack.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, "testdata/browser/attack.js")
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>hostile</title><body><script src="/attack.js"></script>`))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String()) // a listener's address has one
	return "http://" + net.JoinHostPort(host, port) + "/"
}

// quoted writes the arguments of a function as JavaScript.
func quoted(arguments ...string) string {
	var list []string
	for _, a := range arguments {
		list = append(list, strconv.Quote(a))
	}
	return strings.Join(list, ", ")
}
