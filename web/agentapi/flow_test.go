package agentapi_test

import (
	"crypto/rand"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/card"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/agent"
	"cnie.example/web/agentapi"
	"cnie.example/web/providers/providertest"
)

// The login as a browser does it, without scripts where that is another way.
func TestFlow(t *testing.T) {
	w := newWorld(t)
	login, uri := w.start()
	consent := w.get(login.path + "/consent")
	for _, part := range []string{
		`data-page="consent"`, `data-lab="true"`, "Mairie de Specimenville", `data-level="eidas1"`, `data-session-code="K7R2"`,
		"(SOD)", "DG14", "DG15", "(DG1)", "(DG11)", `inputmode="numeric"`, `lang="fr"`,
	} {
		if !strings.Contains(consent.body, part) {
			t.Errorf("consent page lacks %s", part)
		}
	}
	if strings.Contains(consent.body, "data-remembers") {
		t.Error("consent page says that documents are remembered")
	}
	// People type the number in groups.
	r := w.post(login.path+"/consent", login.cookie, "can=428+193")
	if r.StatusCode != http.StatusSeeOther || !strings.HasSuffix(r.Header.Get("Location"), "/progress") {
		t.Fatalf("consent: %d %q %s", r.StatusCode, r.Header.Get("Location"), r.problem())
	}
	stream := w.events(login).body
	for _, step := range agent.Steps() {
		begin, end := strings.Index(stream, `event: step`+"\n"), strings.Index(stream, `{"step":"`+string(step)+`","ms":`)
		if begin < 0 || end < 0 {
			t.Errorf("stream lacks step %s:\n%s", step, stream)
		}
	}
	if !strings.HasSuffix(stream, `data: {"next":"`+login.path+`/finish"}`+"\n\n") {
		t.Errorf("stream ends %q", stream[max(0, len(stream)-120):])
	}
	// A reconnected stream goes on after the event that arrived last.
	if again := w.events(login, "Last-Event-ID: 0").body; strings.Contains(again, "id: 0\n") || !strings.Contains(again, "id: 1\n") {
		t.Errorf("after event 0: %q", again)
	}
	progress := w.get(login.path + "/progress")
	if progress.StatusCode != http.StatusOK || !strings.Contains(progress.body, `href="`+login.path+`/finish"`) {
		t.Errorf("progress page at the end: %d", progress.StatusCode)
	}
	finish := w.get(login.path + "/finish")
	if finish.StatusCode != http.StatusSeeOther || finish.Header.Get("Location") != w.provider.Callback(uri) {
		t.Errorf("finish: %d %q", finish.StatusCode, finish.Header.Get("Location"))
	}
	if r := w.get(login.path + "/finish"); r.StatusCode != http.StatusNotFound || r.problem() != "login_unknown" {
		t.Errorf("second finish: %d %q", r.StatusCode, r.problem())
	}
	noSecrets(t, w, login, uri, consent.body, stream, progress.body)
}

// noSecrets searches pages and logs for what may only be where it belongs.
func noSecrets(t *testing.T, w *world, login tab, uri string, pages ...string) {
	t.Helper()
	code, state := w.provider.Code(uri)
	for _, page := range pages {
		for _, secret := range []string{can, "428 193", code, state} {
			if strings.Contains(page, secret) {
				t.Errorf("a page holds %q", secret)
			}
		}
	}
	id := strings.TrimPrefix(login.path, "/login/")
	_, cookie, _ := strings.Cut(login.cookie, "=")
	for _, secret := range []string{can, "428", code, state, id, cookie, uri, "request_uri="} {
		if strings.Contains(w.logs(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, w.logs())
		}
	}
	if !strings.Contains(w.logs(), "/login/:id/consent") {
		t.Errorf("the log misses the routes:\n%s", w.logs())
	}
}

// Catches a chip that signs whose steps the page shows in an order in which they
// did not come, and a person who is not told that documents are remembered.
func TestFlowSignature(t *testing.T) {
	w := newWorld(t)
	profile, ok := issuer.FindProfile("active-ecdsa")
	if !ok {
		t.Fatal("no such profile")
	}
	w.cards.chip = newChip(t, profile)
	w.remember = true
	w.serve(nil)
	login, _ := w.start()
	if page := w.get(login.path + "/consent"); !strings.Contains(page.body, "data-remembers") {
		t.Error("consent page does not say that documents are remembered")
	}
	w.post(login.path+"/consent", login.cookie, "can="+can)
	if stream := w.events(login).body; !strings.HasSuffix(stream, `/finish"}`+"\n\n") {
		t.Fatalf("stream: %s", stream)
	}
	page := w.get(login.path + "/progress").body
	last := 0
	for _, step := range []agent.Step{agent.StepReading, agent.StepProof, agent.StepProvider, agent.StepDone} {
		at := strings.Index(page, `data-step="`+string(step)+`" data-state="done"`)
		if at <= last {
			t.Errorf("step %s is missing or in the wrong place", step)
		}
		last = at
	}
	if strings.Count(page, "data-step=") != len(agent.Steps())-2 {
		t.Errorf("%d steps", strings.Count(page, "data-step="))
	}
}

// A wrong CAN says so and offers another try; what is no CAN does too.
func TestFlowWrongCAN(t *testing.T) {
	w := newWorld(t)
	login, _ := w.start()
	w.post(login.path+"/consent", login.cookie, "can=000000")
	if stream := w.events(login).body; !strings.Contains(stream, `"next":"`+login.path+`/consent"`) {
		t.Errorf("stream: %s", stream)
	}
	page := w.get(login.path+"/consent", "Accept-Language: en")
	if page.problem() != "wrong_can" || !strings.Contains(page.body, `data-cans-left="4"`) || !strings.Contains(page.body, "does not block the card") {
		t.Errorf("consent page: %q", page.problem())
	}
	if strings.Contains(page.body, "000000") {
		t.Error("the page repeats the CAN")
	}
	r := w.post(login.path+"/consent", login.cookie, "can=12345")
	if r.Header.Get("Location") != login.path+"/consent" {
		t.Errorf("five digits: %q", r.Header.Get("Location"))
	}
	if page := w.get(login.path + "/consent"); page.problem() != "can_format" {
		t.Errorf("five digits: %q", page.problem())
	}
	w.post(login.path+"/consent", login.cookie, "can="+can)
	if stream := w.events(login).body; !strings.Contains(stream, "/finish") {
		t.Errorf("right CAN: %s", stream)
	}
}

// A failed reader leads to a page with a remedy and another try.
func TestFlowAgain(t *testing.T) {
	w := newWorld(t)
	w.cards.set(card.ErrNoReader, nil)
	login, uri := w.start()
	w.post(login.path+"/consent", login.cookie, "can="+can)
	if stream := w.events(login).body; !strings.Contains(stream, `"next":"`+login.path+`/problem"`) {
		t.Errorf("stream: %s", stream)
	}
	page := w.get(login.path+"/problem", "Accept-Language: en")
	if page.problem() != "no_reader" || !strings.Contains(page.body, "Connect your reader") ||
		!strings.Contains(page.body, `data-action="again"`) || !strings.Contains(page.body, `data-action="return"`) {
		t.Errorf("problem page: %q", page.problem())
	}
	w.cards.set(nil, nil)
	if r := w.post(login.path+"/again", login.cookie, ""); r.Header.Get("Location") != login.path+"/consent" {
		t.Errorf("again: %d %q", r.StatusCode, r.Header.Get("Location"))
	}
	w.post(login.path+"/consent", login.cookie, "can="+can)
	w.events(login)
	if r := w.get(login.path + "/finish"); r.Header.Get("Location") != w.provider.Callback(uri) {
		t.Errorf("finish: %d %q", r.StatusCode, r.Header.Get("Location"))
	}
}

// No answer to a form may redirect to another origin: browsers block that. The
// person who declines sees a page of the agent, which goes on by itself.
func TestFlowDecline(t *testing.T) {
	w := newWorld(t)
	login, uri := w.start()
	r := w.post(login.path+"/decline?lang=en", login.cookie, "")
	if r.Header.Get("Location") != login.path+"/problem?lang=en" {
		t.Fatalf("decline: %d %q", r.StatusCode, r.Header.Get("Location"))
	}
	page := w.get(login.path + "/problem?lang=en")
	if page.StatusCode != http.StatusOK || page.problem() != "declined" || !strings.Contains(page.body, `data-leaving="`+login.path+`/finish?lang=en"`) {
		t.Errorf("page: %d %q", page.StatusCode, page.problem())
	}
	_, state := w.provider.Code(uri)
	if r := w.get(login.path + "/finish"); r.Header.Get("Location") != w.provider.URL+"/callback?error=access_denied&state="+state {
		t.Errorf("finish: %q", r.Header.Get("Location"))
	}
	if w.provider.Calls("/exchange") != 0 {
		t.Error("the provider heard of the card")
	}
}

// While work is done the pages lead to the progress page and no action counts.
func TestFlowAtWork(t *testing.T) {
	w := newWorld(t)
	hold := make(chan struct{})
	w.cards.set(nil, hold)
	login, uri := w.start()
	w.post(login.path+"/consent", login.cookie, "can="+can)
	for _, page := range []string{"/consent", "/problem", "/finish"} {
		if r := w.get(login.path + page); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != login.path+"/progress" {
			t.Errorf("%s: %d %q", page, r.StatusCode, r.Header.Get("Location"))
		}
	}
	if r := w.post(login.path+"/consent", login.cookie, "can=000000"); r.Header.Get("Location") != login.path+"/progress" {
		t.Errorf("second consent: %d %q", r.StatusCode, r.Header.Get("Location"))
	}
	if r := w.get(login.path + "/progress"); !strings.Contains(r.body, `data-step="reader" data-state="active"`) || !strings.Contains(r.body, login.path+"/decline") {
		t.Error("progress page does not show the step, or no way out")
	}
	// Another tab is told, and cannot push in.
	second := w.land(w.provider.Begin())
	if r := w.post(second.path+"/start", second.cookie, second.form); r.StatusCode != http.StatusConflict || r.problem() != "login_in_progress" || strings.Contains(r.body, `name="replace"`) {
		t.Errorf("second tab: %d %q", r.StatusCode, r.problem())
	}
	if r := w.post(second.path+"/start", second.cookie, second.form+"&replace=1"); r.problem() != "login_in_progress" {
		t.Errorf("second tab pushes: %d %q", r.StatusCode, r.problem())
	}
	close(hold)
	w.events(login)
	if r := w.get(login.path + "/finish"); r.Header.Get("Location") != w.provider.Callback(uri) {
		t.Errorf("finish: %q", r.Header.Get("Location"))
	}
}

// A login whose tab was closed can be given up by the person, in a new tab.
func TestFlowReplace(t *testing.T) {
	w := newWorld(t)
	w.start()
	second := w.land(w.provider.Begin())
	r := w.post(second.path+"/start", second.cookie, second.form)
	if r.problem() != "login_in_progress" || !strings.Contains(r.body, `name="replace" value="1"`) {
		t.Fatalf("second tab: %d %q", r.StatusCode, r.problem())
	}
	if r := w.post(second.path+"/start", second.cookie, second.form+"&replace=1"); r.Header.Get("Location") != second.path+"/consent" {
		t.Errorf("replace: %d %q", r.StatusCode, r.problem())
	}
}

// While a slow provider is waited for, the person is told so, not asked for the
// card before the question; he can cancel, and the page goes on by itself.
func TestFlowSlowRequest(t *testing.T) {
	w := newWorld(t)
	release := make(chan struct{})
	answer := sync.OnceFunc(func() { close(release) })
	defer answer()
	w.provider.Answer = func(http.ResponseWriter, *http.Request) bool { <-release; return false }
	login := w.land(w.provider.Begin())
	// One that waited for the provider would see the fetch fail first.
	if r := w.post(login.path+"/start", login.cookie, login.form); r.Header.Get("Location") != login.path+"/progress" {
		t.Fatalf("start: %d %q", r.StatusCode, r.Header.Get("Location"))
	}
	for tag, c := range map[string]struct{ want, not string }{
		"fr": {"attend la réponse du service", "Posez la carte"},
		"en": {"waits for the answer of the identity service", "Put the card"},
	} {
		page := w.get(login.path + "/progress?lang=" + tag)
		if !strings.Contains(page.body, c.want) || strings.Contains(page.body, c.not) || strings.Contains(page.body, "data-step=") ||
			!strings.Contains(page.body, `data-state="fetching"`) || !strings.Contains(page.body, login.path+"/decline") {
			t.Errorf("%s: %s", tag, page.body)
		}
	}
	answer()
	if stream := w.events(login).body; !strings.Contains(stream, `"next":"`+login.path+`/consent"`) {
		t.Errorf("stream: %s", stream)
	}
}

// Two clicks, or a reload, start one login.
func TestFlowStartTwice(t *testing.T) {
	w := newWorld(t)
	login, _ := w.start()
	if r := w.post(login.path+"/start", login.cookie, login.form); r.Header.Get("Location") != login.path+"/consent" {
		t.Errorf("second start: %d %q", r.StatusCode, r.problem())
	}
	if n := w.provider.Calls("/request"); n != 1 {
		t.Errorf("request fetched %d times", n)
	}
}

// A request that is refused leads to its problem, without a way back to an
// address that nobody signed.
func TestFlowRefusedRequest(t *testing.T) {
	w := newWorld(t)
	w.provider.Signed = func(_, compact string) string { return compact[:len(compact)-4] + "AAAA" }
	login := w.land(w.provider.Begin())
	if r := w.post(login.path+"/start", login.cookie, login.form); r.Header.Get("Location") != login.path+"/problem" {
		t.Fatalf("start: %d %q", r.StatusCode, r.Header.Get("Location"))
	}
	page := w.get(login.path + "/problem")
	if page.problem() != "request_altered" || strings.Contains(page.body, "/finish") || strings.Contains(page.body, "/again") {
		t.Errorf("page: %q", page.problem())
	}
}

// What a provider calls its relying party is text and nothing else.
func TestUntrustedText(t *testing.T) {
	w := newWorld(t)
	w.provider.Request = hostileName
	login, _ := w.start()
	page := w.get(login.path + "/consent")
	if strings.Contains(page.body, "<script>alert") || !strings.Contains(page.body, "&lt;script&gt;") {
		t.Error("markup of the relying party is in the page")
	}
}

// The language of a browser, and the choice of a person, which stays.
func TestLanguage(t *testing.T) {
	w := newWorld(t)
	uri := "/login?request_uri=" + escape(w.provider.Begin())
	for _, c := range []struct{ target, accept, want string }{
		{uri, "fr", "fr"}, {uri, "en-GB", "en"}, {uri, "de", "en"}, {uri + "&lang=fr", "en", "fr"}, {"/?lang=en", "fr", "en"}, {"/nothing?lang=en", "fr", "en"},
	} {
		r := w.get(c.target, "Accept-Language: "+c.accept)
		if !strings.Contains(r.body, `<html lang="`+c.want+`">`) {
			t.Errorf("%s %s: not %s", c.target, c.accept, c.want)
		}
	}
	if r := w.get(uri + "&lang=en"); !strings.Contains(r.body, `/start?lang=en"`) {
		t.Error("the choice is lost at the start")
	}
}

// Everything a page needs comes from here, and nothing is inline.
func TestPagesAreSelfContained(t *testing.T) {
	w := newWorld(t)
	login, _ := w.start()
	for _, target := range []string{"/", login.path + "/consent", "/nothing", "/login?request_uri=" + escape(w.provider.Begin())} {
		body := w.get(target).body
		for _, forbidden := range []string{"<style", "style=", " on", "javascript:", "//cdn", "<script>"} {
			if i := strings.Index(body, forbidden); i >= 0 && (forbidden != " on" || strings.Contains(body[i:min(len(body), i+20)], "=\"")) {
				t.Errorf("%s holds %q", target[:min(len(target), 8)], forbidden)
			}
		}
	}
	for _, name := range []string{"style.css", "landing.js", "consent.js", "progress.js", "leave.js", "icon.svg", "can.svg"} {
		r := w.get("/static/"+name, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: no-cors")
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") == "application/octet-stream" {
			t.Errorf("%s: %d %q", name, r.StatusCode, r.Header.Get("Content-Type"))
		}
	}
}

// An endpoint that others on the network can reach is refused at the start.
func TestServeLoopbackOnly(t *testing.T) {
	provider := providertest.New(t)
	lookup := lookupIn(provider.Directory(t))
	a := agent.New(agent.Config{Cards: &cards{}, Lookup: lookup, Rand: rand.Reader})
	defer a.Close()
	s, err := agentapi.New(agentapi.Config{Agent: a, Lookup: lookup, Rand: rand.Reader, SameUser: anyUser})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(t.Context(), l); err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("Serve: %v", err)
	}
}

// The end of the server ends open streams too.
func TestServeEnds(t *testing.T) {
	w := newWorld(t)
	hold := make(chan struct{})
	defer close(hold)
	w.cards.set(nil, hold)
	login, _ := w.start()
	w.post(login.path+"/consent", login.cookie, "can="+can)
	go func() {
		time.Sleep(50 * time.Millisecond)
		_ = w.agent.Close()
	}()
	if stream := w.events(login).body; !strings.Contains(stream, "event: end") {
		t.Errorf("stream: %q", stream)
	}
}
