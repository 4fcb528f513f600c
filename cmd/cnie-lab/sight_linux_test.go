package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// picturesVariable names the environment variable with the directory to which
// TestBrowserPages writes pictures of all pages; without it there are none.
const picturesVariable = "CNIE_LAB_PICTURES"

var widths = [...]int64{375, 1280}

// looks inspects the page as it is, and takes its picture, in both color
// schemes, on a telephone and on a desk.
func (b *tab) looks(name, language string) {
	b.Helper()
	for _, scheme := range schemes {
		b.prefers(scheme)
		for _, width := range widths {
			b.do(chromedp.EmulateViewport(width, 900))
			view := fmt.Sprintf("%s-%s-%s-%d", name, language, scheme, width)
			for _, fault := range evaluate[[]string](b, fmt.Sprintf("%s; inspectPage(%q)", inspectScript, language)) {
				b.Errorf("%s: %s", view, fault)
			}
			b.pictures(view)
		}
	}
}

func (b *tab) pictures(view string) {
	b.Helper()
	directory := os.Getenv(picturesVariable)
	if directory == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(directory, view+".png"), picture, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// TestBrowserPages goes through all pages of agent and provider and inspects
// each in both languages and color schemes and on a small and a large screen.
// Would catch: an input without a label, text that is too weak on its ground, a
// page that is wider than the screen, a word that is missing in one language, a
// page that breaks its own policy or writes errors to the console.
func TestBrowserPages(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"fr", "en"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, language)
			b := w.tab(holdScript)
			w.walksThroughLogin(b, language)
			w.walksThroughProblems(b, language)
			b.isQuiet()
		})
	}
}

// walksThroughLogin looks at the pages of a login that succeeds.
func (w *world) walksThroughLogin(b *tab, language string) {
	b.Helper()
	b.goes(w.AgentURL + "/")
	b.looks("agent-status", language)
	b.goes(w.Origin + "/")
	b.looks("provider-start", language)
	b.clicks("form[action='/start'] button")
	b.on("continue")
	b.clicks("summary")
	b.looks("provider-continue", language)
	b.clicks("a[data-action=agent]")
	b.on("landing")
	b.looks("agent-landing", language)
	evaluate[any](b, "release()")
	b.on("consent")
	w.looksAtSecond(language)
	b.readsConsent()
	b.looks("agent-consent", language)
	b.consents("111111")
	b.sees("li[data-step=reader][data-state=done], main[data-problem=wrong_can]") // the progress is left out when it is over already
	evaluate[any](b, "release()")
	b.sees("main[data-problem=wrong_can]")
	b.readsConsent()
	b.looks("agent-consent-again", language)
	b.consents(w.profile.CAN)
	b.on("progress")
	b.sees("li[data-step=provider][data-state=active]")
	b.looks("agent-progress", language)
	evaluate[any](b, "release()")
	b.on("confirm")
	b.looks("provider-confirm", language)
	b.clicks("form[data-action=confirm] button")
	b.on("identity")
	b.looks("provider-identity", language)
}

// looksAtSecond looks at what the agent tells a second login.
func (w *world) looksAtSecond(language string) {
	b := w.stranger()
	b.goes(w.Origin + "/")
	b.clicks("form[action='/start'] button")
	b.on("continue")
	b.clicks("a[data-action=agent]")
	b.sees("main[data-problem=login_in_progress] button[data-action=replace]")
	b.looks("agent-problem-second-login", language)
	b.isQuiet()
}

// walksThroughProblems looks at pages that tell why a login ended.
func (w *world) walksThroughProblems(b *tab, language string) {
	b.Helper()
	b.goes(w.AgentURL + "/nothing")
	b.looks("agent-problem-address", language)
	b.goes(w.Origin + "/continue")
	b.looks("provider-problem-unknown", language)
	b.goes(w.Origin + "/")
	b.clicks("input[value=eidas2]")
	b.clicks("form[action='/start'] button")
	b.on("continue")
	b.clicks("a[data-action=agent]")
	b.on("landing")
	evaluate[any](b, "release()")
	b.consents(w.profile.CAN)
	b.sees("body[data-page=progress], main[data-problem=level_insufficient]")
	evaluate[any](b, "release()")
	b.sees("main[data-problem=level_insufficient] a[data-action=return]")
	b.looks("agent-problem-level", language)
	b.clicks("a[data-action=return]")
	b.sees("main[data-problem=level_insufficient] [data-check]")
	b.looks("provider-problem-level", language)
}

// TestBrowserInspects spoils a page in one way after the other. Would catch:
// inspections that find nothing whatever the page is like.
func TestBrowserInspects(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	b := w.tab()
	b.goes(w.AgentURL + "/")
	for _, spoil := range []struct{ by, fault string }{
		{"document.querySelector('main p').style.color = '#8a8a8a'", "contrast 3."},
		{"document.querySelector('main p').style.opacity = '0.5'", "contrast "},
		{"document.documentElement.lang = 'fr'", "language is fr"},
		{"document.title = ''", "no title"},
		{"main.append(document.createElement('h1'), 'x'), main.lastElementChild.append('x')", "not one h1 but 2"},
		{"main.append(document.createElement('h4'))", "heading skips a level"},
		{"main.replaceWith(document.createElement('div'))", "no main landmark"},
		{"document.querySelector('header').remove()", "no banner landmark"},
		{"document.querySelector('.skip').remove()", "the first place does not lead to the content"},
		{"main.append(document.createElement('input'))", "no label"},
		{"main.append(document.createElement('button'))", "no name"},
		{"main.append(document.createElement('img'))", "no alternative text"},
		{"main.append(document.createElement('section'))", "section without a name"},
		{"main.append(document.createElement('fieldset'))", "fieldset without a legend"},
		{"main.setAttribute('aria-labelledby', 'nothing')", "aria-labelledby leads nowhere"},
		{"main.id = document.querySelector('p').id = 'content'", "id twice"},
		{"main.style.minWidth = '3000px'", "wider than the screen"},
		{"document.querySelector('header a').style.fontSize = '4px'", "small target"},
	} {
		b.goes(w.AgentURL + "/")
		evaluate[any](b, "{ const main = document.querySelector('main'); "+spoil.by+" } void 0")
		faults := evaluate[[]string](b, inspectScript+"; inspectPage('en')")
		if !slices.ContainsFunc(faults, func(fault string) bool { return strings.HasPrefix(fault, spoil.fault) }) {
			t.Errorf("%s: found %q", spoil.by, faults)
		}
	}
	for by, fault := range map[string]string{
		"outline = 'none'":                            "does not show the focus",
		"outlineColor = '#dddddd'":                    "shows the focus too weakly",
		"position = 'fixed'; e.style.left = '-999px'": "has the focus out of sight",
	} {
		b.goes(w.AgentURL + "/")
		faults := evaluate[[]string](b, inspectScript+"; { const e = document.querySelector('.switch'); e.focus(); e.style.outline = '3px solid'; e.style."+by+" } inspectFocus()")
		if len(faults) == 0 || !strings.HasPrefix(faults[0], fault) {
			t.Errorf("%s: found %q", by, faults)
		}
	}
}
