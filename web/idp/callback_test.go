package idp_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cnie.example/web/idp"
)

// coded brings a login up to its code, which the browser has not yet brought.
func (w *world) coded() (b *browser, a *agent, redirect string) {
	w.Helper()
	b, a = w.fetched()
	redirect, got := a.finish(a.hand(a.open()))
	if redirect == "" {
		w.Fatalf("refused: %s", got.problem)
	}
	return b, a, redirect
}

// Catches the login of a victim whose browser is made to finish, or whose code
// is taken: a code in another browser ends the login for everyone.
func TestCodeInAnotherBrowser(t *testing.T) {
	for name, prepare := range map[string]func(*browser){
		"without a cookie":         func(*browser) {},
		"with a cookie of its own": func(b *browser) { b.begin("eidas1") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b, _, redirect := w.coded()
			other := w.browser()
			prepare(other)
			page := other.open(redirect).want("problem", 403, "callback_without_cookie")
			if len(page.attrs("data-check")) > 0 {
				t.Error("another browser is told of the login")
			}
			w.wantEnded("callback_without_cookie")
			b.open(redirect).want("problem", 403, "callback_without_cookie")
			b.open("/confirm").want("problem", 403, "callback_without_cookie")
			if other.cookie() != nil {
				other.open("/continue").want("continue", 200, "") // its own login is not disturbed
			}
		})
	}
}

// Catches a code that works twice.
func TestCodeTwice(t *testing.T) {
	w := newWorld(t, nil)
	b, _, redirect := w.coded()
	confirm := b.open(redirect).want("confirm", 200, "")
	b.open(redirect).want("problem", 403, "code_invalid")
	confirm.submit(action("confirm"), nil).want("problem", 403, "code_invalid")
	w.wantEnded("code_invalid")
}

// Catches a race in which one code opens two pages.
func TestCodeAtOnce(t *testing.T) {
	w := newWorld(t, nil)
	b, _, redirect := w.coded()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			r := must(http.NewRequest(http.MethodGet, redirect, nil))
			r.AddCookie(b.cookie())
			answer, err := w.client().Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			answer.Body.Close()
		})
	}
	group.Wait()
	if n := strings.Count(w.log.String(), "step=returned"); n != 1 {
		t.Errorf("the code was taken %d times", n)
	}
	b.open("/confirm").want("problem", 403, "code_invalid")
}

// Catches an identity that is shown twice, and a double click that is told of a
// fault of the software. The first click is held while it has the login, so
// that the second one finds the login and waits for it.
func TestConfirmTwiceAtOnce(t *testing.T) {
	var hold atomic.Bool
	held, release := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(c *idp.Config) {
		now := c.Clock
		c.Clock = func() time.Time {
			if hold.CompareAndSwap(true, false) {
				close(held)
				<-release
			}
			return now()
		}
	})
	b, _, redirect := w.coded()
	confirm := b.open(redirect).want("confirm", 200, "")
	path, fields := confirm.form(action("confirm"))
	w.hide("form token", fields.Get("csrf"))
	statuses := make(chan int, 2)
	click := func() {
		r := confirm.post(path, fields)
		r.AddCookie(b.cookie())
		answer, err := w.client().Do(r)
		if err != nil {
			t.Error(err)
			statuses <- 0
			return
		}
		answer.Body.Close()
		statuses <- answer.StatusCode
	}
	hold.Store(true)
	go click()
	<-held
	go click()
	time.Sleep(200 * time.Millisecond) // for the second to arrive; later it finds nothing, which is right too
	close(release)
	if first, second := <-statuses, <-statuses; min(first, second) != http.StatusOK || max(first, second) != http.StatusNotFound {
		t.Errorf("statuses %d and %d, want 200 and 404", first, second)
	}
}

// Catches a code that lives longer than a minute, and a page that waits for a
// click for ever.
func TestCodeAndClickExpire(t *testing.T) {
	w := newWorld(t, nil)
	b, _, redirect := w.coded()
	w.clock.Advance(59 * time.Second)
	confirm := b.open(redirect).want("confirm", 200, "")
	w.clock.Advance(5 * time.Minute)
	confirm.submit(action("confirm"), nil).want("problem", 410, "transaction_expired")
	w.wantEnded("transaction_expired")

	b, _, redirect = w.coded()
	w.clock.Advance(60 * time.Second)
	b.open(redirect).want("problem", 403, "code_invalid")
}

// Catches a callback that takes what it should not look at, and a stranger's
// guess that ends somebody's login.
func TestCallbackRefuses(t *testing.T) {
	w := newWorld(t, nil)
	b, a, redirect := w.coded()
	code := mustURL(redirect).Query().Get("code")
	guess := strings.Repeat("A", 43)
	state := a.request.State
	for name, c := range map[string]struct {
		query   string
		status  int
		problem string
	}{
		"nothing":             {"", 400, "bad_request"},
		"state only":          {"state=" + state, 400, "bad_request"},
		"code and error":      {"code=" + code + "&error=access_denied&state=" + state, 400, "bad_request"},
		"repeated code":       {"code=" + code + "&code=" + code + "&state=" + state, 400, "bad_request"},
		"unknown parameter":   {"code=" + code + "&state=" + state + "&iss=x", 400, "bad_request"},
		"unknown code":        {"code=" + guess + "&state=" + state, 403, "code_invalid"},
		"no code":             {"code=x&state=" + state, 403, "code_invalid"},
		"error, wrong state":  {"error=access_denied&state=" + guess, 403, "code_invalid"},
		"error without state": {"error=access_denied", 403, "code_invalid"},
	} {
		if page := b.open("/callback?" + c.query); page.status != c.status || page.attr("data-problem") != c.problem {
			t.Errorf("%s: status %d, problem %q", name, page.status, page.attr("data-problem"))
		}
	}
	w.browser().open(a.denied("access_denied")).want("problem", 403, "callback_without_cookie")
	b.open(redirect).want("confirm", 200, "")
}

// Catches a code that is taken with the state of another login.
func TestCodeWithWrongState(t *testing.T) {
	w := newWorld(t, nil)
	b, _, redirect := w.coded()
	u := mustURL(redirect)
	query := u.Query()
	query.Set("state", strings.Repeat("A", 43))
	b.open("/callback?"+query.Encode()).want("problem", 403, "code_invalid")
	b.open(redirect).want("problem", 403, "code_invalid")
	w.wantEnded("code_invalid")
}

// Catches a confirmation by another site or without the page's own token, and
// one that comes before there is anybody to confirm.
func TestConfirmRefuses(t *testing.T) {
	w := newWorld(t, nil)
	b, _, redirect := w.coded()
	confirm := b.open(redirect).want("confirm", 200, "")
	path, fields := confirm.form(action("confirm"))
	for name, change := range map[string]func(*http.Request){
		"foreign origin":     func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
		"null origin":        func(r *http.Request) { r.Header.Set("Origin", "null") },
		"no origin":          func(r *http.Request) { r.Header.Del("Origin") },
		"two origins":        func(r *http.Request) { r.Header.Add("Origin", w.origin) },
		"cross site":         func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"same site":          func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		"by the address bar": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") },
	} {
		r := confirm.post(path, fields)
		change(r)
		if page := b.navigate(r); page.status != 403 || page.attr("data-problem") != "foreign_origin" {
			t.Errorf("%s: status %d, problem %q", name, page.status, page.attr("data-problem"))
		}
	}
	for name, c := range map[string]struct {
		fields  url.Values
		status  int
		problem string
	}{
		"no token":    {url.Values{"answer": {"yes"}}, 403, "foreign_origin"},
		"wrong token": {url.Values{"answer": {"yes"}, "csrf": {strings.Repeat("A", 43)}}, 403, "foreign_origin"},
		"no answer":   {url.Values{"csrf": fields["csrf"]}, 400, "bad_request"},
		"odd answer":  {url.Values{"csrf": fields["csrf"], "answer": {"maybe"}}, 400, "bad_request"},
	} {
		if page := b.navigate(confirm.post(path, c.fields)); page.status != c.status || page.attr("data-problem") != c.problem {
			t.Errorf("%s: status %d, problem %q", name, page.status, page.attr("data-problem"))
		}
	}
	// Another browser has no cookie, so the token alone is worth nothing.
	other := w.browser()
	other.navigate(confirm.post(path, fields)).want("problem", 404, "transaction_unknown")
	confirm.submit(action("confirm"), nil).want("identity", 200, "")

	early := w.browser()
	early.begin("eidas1")
	early.navigate(confirm.post(path, fields)).want("problem", 409, "out_of_order")
}
