package agentapi_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"cnie.example/card"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/chromiumtest"
)

var screenshots = flag.String("screenshots", "", "folder for pictures of the pages; none by default")

// complaints are what the browser reports in its console: blocked by the
// policy, failed to load, faults of a script.
type complaints struct {
	mu  sync.Mutex
	all []string
}

func (c *complaints) hear(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		c.all = append(c.all, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		c.all = append(c.all, e.Entry.Text)
	}
}

func (c *complaints) list() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.all)
}

// browser starts Chromium with a profile of its own; the test fails without it.
func browser(t *testing.T) (context.Context, *complaints) {
	t.Helper()
	heard := &complaints{}
	ctx := chromiumtest.Open(t, chromiumtest.Options{Listener: heard.hear})
	ctx, cancelTime := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancelTime)
	return ctx, heard
}

// do runs steps, and shows what the agent logged when one fails.
func do(t *testing.T, w *world, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("%v\n%s", err, w.logs())
	}
}

// eval gives the value of an expression in the page.
func eval[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// scripts switches the scripts of pages off.
func scriptsOff() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}

func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

func visible(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.WaitVisible(chromedp.CSS(selector))
}

func enabled(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.WaitEnabled(chromedp.CSS(selector))
}

func typed(selector, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(chromedp.CSS(selector), text)
}

// website makes the provider's pages: a start page with a link to the agent,
// on another site than the agent's, and the page at the end.
func website(w *world, uri string) (start string) {
	w.provider.Answer = func(rw http.ResponseWriter, r *http.Request) bool {
		rw.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/start":
			fmt.Fprintf(rw, `<a id="go" href="http://%s/login?%s">go</a>`, w.host, url.Values{"request_uri": {uri}}.Encode())
		case "/callback":
			fmt.Fprintf(rw, `<p id="end">%t %s</p>`, r.URL.Query().Get("code") != "", r.URL.Query().Get("error"))
		case "/favicon.ico":
			rw.WriteHeader(http.StatusNoContent)
		default:
			return false
		}
		return true
	}
	return strings.Replace(w.provider.URL, "127.0.0.1", "localhost", 1) + "/start"
}

// A real browser goes the whole way: a link from another site, scripts that
// start, arm, follow and return, cookies, policy and origin as they are.
func TestBrowser(t *testing.T) {
	w := newWorld(t)
	ctx, heard := browser(t)
	do(t, w, ctx,
		chromedp.Navigate(website(w, w.provider.Begin())),
		click("#go"),
		visible(`body[data-page="consent"] #can`),
	)
	if eval[bool](t, ctx, `!document.getElementById("yes").disabled`) {
		t.Error("the button is armed at once")
	}
	if code := eval[string](t, ctx, `document.querySelector("[data-session-code]").textContent`); code != "K7R2" {
		t.Errorf("session code %q", code)
	}
	do(t, w, ctx,
		typed("#can", "000 000"), enabled("#yes"), click("#yes"),
		visible(`main[data-problem="wrong_can"]`),
		typed("#can", can), enabled("#yes"), click("#yes"),
		visible("#end"),
	)
	if end := eval[string](t, ctx, `document.getElementById("end").textContent`); strings.TrimSpace(end) != "true" {
		t.Errorf("end %q\n%s", end, w.logs())
	}
	if all := heard.list(); len(all) > 0 {
		t.Errorf("the browser complains: %q", all)
	}
}

// The way back of a person who declines crosses to the provider's site after a
// form: the browser must not block it.
func TestBrowserDecline(t *testing.T) {
	w := newWorld(t)
	ctx, heard := browser(t)
	do(t, w, ctx,
		chromedp.Navigate(website(w, w.provider.Begin())),
		click("#go"),
		visible(`body[data-page="consent"]`),
		click(`button[form="decline"]`),
		visible("#end"),
	)
	if end := eval[string](t, ctx, `document.getElementById("end").textContent`); end != "false access_denied" {
		t.Errorf("end %q\n%s", end, w.logs())
	}
	if all := heard.list(); len(all) > 0 {
		t.Errorf("the browser complains: %q", all)
	}
}

// Catches steps that the script leaves in another order than they come in when
// the chip signs before the provider is told anything, and a no that is offered
// until it is too late.
func TestBrowserSignature(t *testing.T) {
	w := newWorld(t)
	profile, ok := issuer.FindProfile("active-ecdsa")
	if !ok {
		t.Fatal("no such profile")
	}
	w.cards.chip = newChip(t, profile)
	present, judged := make(chan struct{}), make(chan struct{})
	w.cards.set(nil, present)
	ctx, heard := browser(t)
	start := website(w, w.provider.Begin())
	answer := w.provider.Answer
	w.provider.Answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/exchange") {
			<-judged
		}
		return answer(rw, r)
	}
	do(t, w, ctx,
		chromedp.Navigate(start), click("#go"),
		visible(`body[data-page="consent"] #can`), typed("#can", can), enabled("#yes"), click("#yes"),
		visible(`li[data-step="reader"][data-state="active"]`), visible("#cancel"),
	)
	close(present)
	do(t, w, ctx, visible(`li[data-step="provider"][data-state="active"]`))
	const steps = `[...document.querySelectorAll("li[data-step]")].map(e => e.dataset.step + " " + e.dataset.state).join(", ")`
	want := "reader done, card done, channel done, reading done, proof done, provider active, done waiting"
	if got := eval[string](t, ctx, steps); got != want {
		t.Errorf("steps %s", got)
	}
	if !eval[bool](t, ctx, `document.getElementById("cancel").hidden`) {
		t.Error("the person can still decline")
	}
	close(judged)
	do(t, w, ctx, visible("#end"))
	if end := eval[string](t, ctx, `document.getElementById("end").textContent`); strings.TrimSpace(end) != "true" {
		t.Errorf("end %q\n%s", end, w.logs())
	}
	if all := heard.list(); len(all) > 0 {
		t.Errorf("the browser complains: %q", all)
	}
}

// Without scripts a click does what they would.
func TestBrowserWithoutScripts(t *testing.T) {
	w := newWorld(t)
	hold := make(chan struct{})
	w.cards.set(nil, hold)
	ctx, _ := browser(t)
	do(t, w, ctx,
		scriptsOff(),
		chromedp.Navigate(website(w, w.provider.Begin())),
		click("#go"),
		visible(`body[data-page="landing"]`), click("#start button"),
		visible(`body[data-page="consent"] #can`), typed("#can", can), click("#yes"),
		visible(`main[data-state="running"]`), click("noscript a"),
		visible(`main[data-state="running"]`),
	)
	close(hold)
	for range 100 {
		do(t, w, ctx, visible("noscript a, .actions a"), click("noscript a, .actions a"), visible("main, #end"))
		if eval[bool](t, ctx, `document.getElementById("end") !== null`) {
			break
		}
	}
	if end := eval[string](t, ctx, `document.getElementById("end").textContent`); strings.TrimSpace(end) != "true" {
		t.Errorf("end %q\n%s", end, w.logs())
	}
}

// TestScreenshots tests nothing: it draws the pages when asked.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no -screenshots")
	}
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, _ := browser(t)
	w := newWorld(t)
	hold := make(chan struct{})
	defer close(hold)
	shoot := func(name, address string) {
		t.Helper()
		for _, lang := range []string{"fr", "en"} {
			for _, scheme := range []string{"light", "dark"} {
				for _, width := range []int64{360, 1000} {
					do(t, w, ctx, scriptsOff(), scheming(scheme), chromedp.EmulateViewport(width, 640), chromedp.Navigate(address+lang))
					picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
					if err != nil {
						t.Fatal(err)
					}
					file := fmt.Sprintf("%s-%s-%s-%d.png", name, lang, scheme, width)
					if err := os.WriteFile(filepath.Join(*screenshots, file), picture, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	root := "http://" + w.host
	shoot("status", root+"/?lang=")
	shoot("not-enrolled", root+"/login?request_uri=https://evil.test/r&lang=")
	shoot("landing", root+"/login?request_uri="+escape(w.provider.Begin())+"&lang=")
	answer := make(chan struct{})
	w.provider.Answer = func(http.ResponseWriter, *http.Request) bool { <-answer; return false }
	slow := w.land(w.provider.Begin())
	w.post(slow.path+"/start", slow.cookie, slow.form)
	shoot("fetching", root+slow.path+"/progress?lang=")
	close(answer)
	w.events(slow)
	w.post(slow.path+"/decline", slow.cookie, "")
	login, _ := w.start()
	shoot("consent", root+login.path+"/consent?lang=")
	w.post(login.path+"/consent", login.cookie, "can=000000")
	w.events(login)
	shoot("wrong-can", root+login.path+"/consent?lang=")
	w.cards.set(card.ErrNoReader, nil)
	w.post(login.path+"/consent", login.cookie, "can="+can)
	w.events(login)
	shoot("no-reader", root+login.path+"/problem?lang=")
	w.cards.set(nil, hold)
	w.post(login.path+"/again", login.cookie, "")
	w.post(login.path+"/consent", login.cookie, "can="+can)
	shoot("progress", root+login.path+"/progress?lang=")
}

// scheming sets the colours that the person prefers.
func scheming(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	})
}
