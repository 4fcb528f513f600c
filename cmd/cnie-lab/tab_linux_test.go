package main

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Scripts that run in the pages, beside those of the pages.
var (
	//go:embed testdata/browser/watch.js
	watchScript string // tells what the page shows
	//go:embed testdata/browser/hold.js
	holdScript string // keeps pages that go on by themselves
	//go:embed testdata/browser/inspect.js
	inspectScript string // finds what hinders people
)

// tab is a tab of the browser and the person before it.
type tab struct {
	*testing.T
	ctx context.Context

	mu         sync.Mutex
	trail      []string // what the pages showed, in order
	complaints []string // of the browser about the pages
	documents  map[string]bool
}

// tab opens a tab. Scripts run in each of its pages before those of the page.
func (c *chromium) tab(scripts ...string) *tab {
	c.t.Helper()
	return c.open(nil, scripts)
}

// stranger opens a tab that shares no cookies with the others.
func (c *chromium) stranger(scripts ...string) *tab {
	c.t.Helper()
	return c.open([]chromedp.ContextOption{chromedp.WithNewBrowserContext()}, scripts)
}

func (c *chromium) open(options []chromedp.ContextOption, scripts []string) *tab {
	c.t.Helper()
	ctx, cancel := chromedp.NewContext(c.ctx, options...)
	c.t.Cleanup(cancel)
	b := &tab{T: c.t, documents: map[string]bool{}}
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as this context
		c.t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		c.t.Fatal(err)
	}
	b.ctx, cancel = context.WithTimeout(ctx, patience)
	c.t.Cleanup(cancel)
	call(b, audits.Enable, cdp.Empty{})
	call(b, network.Enable, network.EnableParams{})
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(b, runtime.AddBinding, runtime.AddBindingParams{Name: "tellTest"})
	for _, script := range append([]string{watchScript}, scripts...) {
		call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	}
	return b
}

// hear collects what the pages tell and what the browser complains about.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventBindingCalled:
		b.trail = append(b.trail, e.Payload)
	case *network.EventRequestWillBeSent:
		if e.Type == network.ResourceTypeDocument {
			b.documents[e.Request.URL] = true
		}
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console: "+string(e.Type))
	case *log.EventEntryAdded:
		// A page that tells of a problem has the status of the problem, and the
		// browser logs that.
		if e.Entry.Source != log.EntrySourceNetwork || !b.documents[e.Entry.URL] {
			b.complaints = append(b.complaints, fmt.Sprintf("log: %s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *audits.EventIssueAdded:
		// The landing page goes on by itself: that the back button skips it is
		// meant.
		if d := e.Issue.Details; d != nil && d.GenericIssueDetails != nil &&
			d.GenericIssueDetails.ErrorType == audits.GenericIssueErrorTypeNavigationEntryMarkedSkippable {
			return
		}
		b.complaints = append(b.complaints, "issue: "+string(e.Issue.Code)+issueDetail(e.Issue.Details))
	}
}

// issueDetail says what an issue is about, where that is known.
func issueDetail(d *audits.InspectorIssueDetails) string {
	switch {
	case d == nil:
	case d.ContentSecurityPolicyIssueDetails != nil:
		return ": " + d.ContentSecurityPolicyIssueDetails.ViolatedDirective
	case d.GenericIssueDetails != nil:
		return fmt.Sprintf(": %s %s", d.GenericIssueDetails.ErrorType, d.GenericIssueDetails.ViolatingNodeAttribute)
	}
	return ""
}

// told lists what the pages told with a prefix, without it.
func (b *tab) told(prefix string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var told []string
	for _, line := range b.trail {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			told = append(told, rest)
		}
	}
	return told
}

// complained lists the complaints of the browser. A call to the page comes
// first, since what was complained of before has arrived when it returns.
func (b *tab) complained() []string {
	b.Helper()
	evaluate[bool](b, "true")
	return b.heard()
}

func (b *tab) heard() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.complaints)
}

// isQuiet fails the test when the browser complained about a page.
func (b *tab) isQuiet() {
	b.Helper()
	for _, complaint := range b.complained() {
		b.Error(complaint)
	}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.Fatalf("%v\nseen so far: %q\ncomplaints: %q", err, b.told(""), b.heard())
	}
}

func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.Fatal(err)
	}
	return result
}

func evaluate[T any](b *tab, expression string) T {
	b.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return value
}

// goes types an address into the address bar.
func (b *tab) goes(address string) {
	b.Helper()
	b.do(chromedp.Navigate(address))
}

// sees waits until an element is on a page that has loaded with its style. It
// asks the page again and again: a node that was found may belong to a page that
// is about to go.
func (b *tab) sees(selector string) {
	b.Helper()
	seen := fmt.Sprintf(`document.readyState === "complete" && document.querySelector(%q) !== null`, selector)
	for {
		there, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](seen))
		if err == nil && there {
			return
		}
		if b.ctx.Err() != nil {
			b.Fatalf("%s: %v\nseen so far: %q\ncomplaints: %q", selector, b.ctx.Err(), b.told(""), b.heard())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// on waits for a page by its name.
func (b *tab) on(name string) {
	b.Helper()
	b.sees(fmt.Sprintf("body[data-page=%q]", name))
}

// clicks moves the mouse to an element and clicks.
func (b *tab) clicks(selector string) {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// types presses the keys of a text, wherever the focus is.
func (b *tab) types(text string) {
	b.Helper()
	b.do(chromedp.KeyEvent(text))
}

// readsConsent waits on the consent page until its button is armed. What the
// browser does with the focus while it loads the page is over then.
func (b *tab) readsConsent() {
	b.Helper()
	b.on("consent")
	evaluate[any](b, `new Promise(done => document.readyState === "complete" ? done() : addEventListener("load", () => setTimeout(done)))`)
	b.sees("#yes:enabled")
}

// consents waits until the button of the consent page is armed, types a CAN and
// clicks.
func (b *tab) consents(can string) {
	b.Helper()
	b.readsConsent()
	b.clicks("#can")
	b.types(can)
	b.clicks("#yes:enabled")
}

// tabsTo presses the tabulator until the focus is on an element, and fails when
// that cannot be seen at a place on the way.
func (b *tab) tabsTo(selector string) {
	b.Helper()
	const most = 30 // no page has as many places
	for range most {
		b.types(kb.Tab)
		for _, scheme := range schemes {
			b.prefers(scheme)
			for _, wrong := range evaluate[[]string](b, inspectScript+"; inspectFocus()") {
				b.Errorf("%s, %s: %s", b.attribute("body", "data-page"), scheme, wrong)
			}
		}
		if evaluate[bool](b, fmt.Sprintf("document.activeElement.matches(%q)", selector)) {
			return
		}
	}
	b.Fatalf("the keyboard does not reach %s\nseen so far: %q", selector, b.told(""))
}

var schemes = [...]string{"light", "dark"}

// prefers sets the color scheme of the person's system.
func (b *tab) prefers(scheme string) {
	b.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// attribute reads an attribute of the first element that a selector finds.
func (b *tab) attribute(selector, name string) string {
	b.Helper()
	return evaluate[string](b, fmt.Sprintf("document.querySelector(%q)?.getAttribute(%q) ?? ''", selector, name))
}

// isInSight fails the test unless the window shows a whole element.
func (b *tab) isInSight(selector string) {
	b.Helper()
	if !evaluate[bool](b, fmt.Sprintf("(box => box.top >= 0 && box.bottom <= innerHeight)(document.querySelector(%q).getBoundingClientRect())", selector)) {
		b.Errorf("the window does not show %s", selector)
	}
}

// texts maps the values of an attribute to the texts of their elements.
func (b *tab) texts(attribute string) map[string]string {
	b.Helper()
	return evaluate[map[string]string](b, fmt.Sprintf(
		"Object.fromEntries([...document.querySelectorAll('['+%[1]q+']')].map(e => [e.getAttribute(%[1]q), e.textContent.trim()]))", attribute))
}

// eventually waits until something holds, and fails when it does not in time.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}
