package agentapi_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"cnie.example/card"
)

var screenshots = flag.String("screenshots", "", "folder for pictures of the pages; none by default")

// browser starts Chromium with a profile of its own, or skips the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a real browser takes seconds")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		// The provider under test has a certificate of its own.
		chromedp.Flag("ignore-certificate-errors", true),
	)
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	ctx, cancelTime := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancelTime)
	return ctx
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
		default:
			return false
		}
		return true
	}
	return strings.Replace(w.provider.URL, "127.0.0.1", "localhost", 1) + "/start"
}

// complaints collects what the browser reports in its console: blocked by the
// policy, failed to load, faults of a script.
func complaints(ctx context.Context) func() []string {
	var mu sync.Mutex
	var all []string
	chromedp.ListenTarget(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			all = append(all, e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			all = append(all, fmt.Sprint(e.Type, e.Args))
		}
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return all
	}
}

// A real browser goes the whole way: a link from another site, scripts that
// start, arm, follow and return, cookies, policy and origin as they are.
func TestBrowser(t *testing.T) {
	w := newWorld(t)
	ctx := browser(t)
	faults := complaints(ctx)
	uri := w.provider.Begin()
	var armedAtOnce, armedLater bool
	var code, end string
	err := chromedp.Run(ctx,
		chromedp.Navigate(website(w, uri)),
		chromedp.Click("#go"),
		chromedp.WaitVisible(`body[data-page="consent"] #can`),
		chromedp.Evaluate(`!document.getElementById("yes").disabled`, &armedAtOnce),
		chromedp.Text("[data-session-code]", &code),
		chromedp.SendKeys("#can", "000 000"),
		chromedp.WaitEnabled("#yes"),
		chromedp.Evaluate(`!document.getElementById("yes").disabled`, &armedLater),
		chromedp.Click("#yes"),
		chromedp.WaitVisible(`main[data-problem="wrong_can"]`),
		chromedp.SendKeys("#can", can),
		chromedp.WaitEnabled("#yes"),
		chromedp.Click("#yes"),
		chromedp.WaitVisible("#end"),
		chromedp.Text("#end", &end),
	)
	if err != nil {
		t.Fatalf("%v\n%s", err, w.logs())
	}
	if armedAtOnce || !armedLater || code != "K7R2" || strings.TrimSpace(end) != "true" {
		t.Errorf("armed at once %v, later %v; code %q; end %q", armedAtOnce, armedLater, code, end)
	}
	if found := faults(); len(found) > 0 {
		t.Errorf("the browser complains: %v", found)
	}
}

// The way back of a person who declines crosses to the provider's site after a
// form: the browser must not block it.
func TestBrowserDecline(t *testing.T) {
	w := newWorld(t)
	ctx := browser(t)
	var end string
	err := chromedp.Run(ctx,
		chromedp.Navigate(website(w, w.provider.Begin())),
		chromedp.Click("#go"),
		chromedp.WaitVisible(`body[data-page="consent"]`),
		chromedp.Click(`button[form="decline"]`),
		chromedp.WaitVisible("#end"),
		chromedp.Text("#end", &end),
	)
	if err != nil || strings.TrimSpace(end) != "false access_denied" {
		t.Errorf("end %q, %v\n%s", end, err, w.logs())
	}
}

// Without scripts a click does what they would.
func TestBrowserWithoutScripts(t *testing.T) {
	w := newWorld(t)
	ctx := browser(t)
	uri := w.provider.Begin()
	website(w, uri)
	var end string
	err := chromedp.Run(ctx,
		emulation.SetScriptExecutionDisabled(true),
		chromedp.Navigate("http://"+w.host+"/login?request_uri="+escape(uri)),
		chromedp.WaitVisible(`body[data-page="landing"]`),
		chromedp.Click(`#start button`),
		chromedp.WaitVisible(`body[data-page="consent"] #can`),
		chromedp.SendKeys("#can", can),
		chromedp.Click("#yes"),
		chromedp.WaitVisible(`body[data-page="progress"]`),
	)
	if err != nil {
		t.Fatalf("%v\n%s", err, w.logs())
	}
	for end == "" && err == nil {
		err = chromedp.Run(ctx, chromedp.Click(`.actions a.primary`, chromedp.NodeVisible), chromedp.Sleep(50*time.Millisecond), optionalText("#end", &end))
	}
	if err != nil || strings.TrimSpace(end) != "true" {
		t.Errorf("end %q, %v\n%s", end, err, w.logs())
	}
}

// optionalText reads a text that may not be there.
func optionalText(selector string, into *string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		return chromedp.Evaluate(`document.querySelector("`+selector+`")?.textContent ?? ""`, into).Do(ctx)
	})
}

// TestScreenshots tests nothing: it draws the pages when asked.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no -screenshots")
	}
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		t.Fatal(err)
	}
	ctx := browser(t)
	w := newWorld(t)
	hold := make(chan struct{})
	defer close(hold)
	shoot := func(name, address string) {
		t.Helper()
		for _, lang := range []string{"fr", "en"} {
			for _, scheme := range []string{"light", "dark"} {
				for _, width := range []int64{360, 1000} {
					var picture []byte
					err := chromedp.Run(ctx,
						emulation.SetScriptExecutionDisabled(true),
						emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
						chromedp.EmulateViewport(width, 640),
						chromedp.Navigate(address+lang),
						chromedp.FullScreenshot(&picture, 100),
					)
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
