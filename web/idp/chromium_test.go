package idp_test

import (
	"context"
	"flag"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"cnie.example/web/chromiumtest"
	"cnie.example/web/idp"
)

var screenshots = flag.String("screenshots", "", "write pictures of the pages to this directory")

// look is one way in which a person may see the pages.
type look struct {
	name, language, scheme string
	width                  int64
}

// tab is a tab of a real browser.
type tab struct {
	*testing.T
	ctx  context.Context
	look look
}

// chromium starts a browser in which the pages look so.
func chromium(t *testing.T, l look) *tab {
	t.Helper()
	ctx := chromiumtest.Open(t, chromiumtest.Options{Language: l.language})
	b := &tab{T: t, ctx: ctx, look: l}
	b.do(chromedp.EmulateViewport(l.width, 800), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}},
		})
		return err
	}))
	// The first context must live as long as the browser; this one may end.
	var cancel context.CancelFunc
	b.ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	return b
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// shows waits for a page by its name and takes its picture.
func (b *tab) shows(page string) {
	b.Helper()
	b.do(chromedp.WaitReady(fmt.Sprintf(`body[data-page=%q]`, page)))
	if *screenshots == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, page+"-"+b.look.name+".png"), picture, 0o644); err != nil {
		b.Fatal(err)
	}
}

func (b *tab) text(selector string) string {
	b.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.TextContent(selector))
	if err != nil {
		b.Fatal(err)
	}
	return text
}

// agentServer stands where the agent is. Its login page leads to a second
// address, as the agent's own page does: there it reads the card and sends the
// browser back, which is then a navigation that another site began.
func agentServer(t *testing.T) (address string, serve func(*world)) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var w *world
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/login":
			rw.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(rw, `<body data-page="agent"><a href="/finish?%s">finish</a>`, html.EscapeString(r.URL.RawQuery))
			return
		case "/finish":
		default:
			http.NotFound(rw, r)
			return
		}
		a := w.specimen()
		redirect, _ := a.read(&url.URL{RawQuery: r.URL.RawQuery})
		if redirect == "" {
			redirect = a.denied("access_denied")
		}
		http.Redirect(rw, r, redirect, http.StatusSeeOther)
	}))
	server.Listener.Close()
	server.Listener = listener
	return "http://" + listener.Addr().String(), func(world *world) {
		w = world
		server.Start()
		t.Cleanup(server.Close)
	}
}

// The login in a real browser. Catches what only a browser enforces: a content
// security policy that blocks our own pages, a referrer policy under which
// forms carry "Origin: null", a cookie that is not sent on the way back from
// the agent, style that does not load.
func TestBrowserLogin(t *testing.T) {
	for _, l := range []look{
		{"en-light-wide", "en-GB", "light", 1100},
		{"fr-dark-narrow", "fr-FR", "dark", 360},
		{"fr-light-narrow", "fr-FR", "light", 360},
		{"en-dark-wide", "en-GB", "dark", 1100},
	} {
		t.Run(l.name, func(t *testing.T) {
			b := chromium(t, l)
			address, serve := agentServer(t)
			w := newWorld(t, func(c *idp.Config) { c.AgentURL = address })
			serve(w)

			b.do(chromedp.Navigate(w.origin + "/"))
			b.shows("start")
			b.do(chromedp.Click(`button[type=submit]`))
			b.shows("continue")
			if font, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`getComputedStyle(document.querySelector(".code")).fontWeight`)); err != nil || font != "700" {
				t.Errorf("style sheet not applied: %q, %v", font, err)
			}
			if wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`)); err != nil || wide {
				t.Errorf("page is wider than the window: %v", err)
			}
			b.do(chromedp.Click(`a[data-action=agent]`), chromedp.Click(`body[data-page=agent] a`))
			b.shows("confirm")
			b.do(chromedp.Click(`form[data-action=confirm] button`))
			b.shows("identity")
			if got := b.text(`dd[data-claim=family_name]`); got != "SPÉCIMEN" {
				t.Errorf("family name %q", got)
			}

			b.do(chromedp.Navigate(w.origin+"/"), chromedp.Click(`input[value=eidas2]`), chromedp.Click(`button[type=submit]`))
			b.do(chromedp.Click(`a[data-action=agent]`), chromedp.Click(`body[data-page=agent] a`))
			b.shows("problem")
			if got := b.text(`main[data-problem] code`); got != "level_insufficient" {
				t.Errorf("problem %q", got)
			}
		})
	}
}
