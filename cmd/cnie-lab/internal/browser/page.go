package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// ErrFormAction says that the policy of the page forbids where a form, or a
// redirect after it, leads (CSP form-action).
var ErrFormAction = errors.New("blocked by the form-action policy of the page")

// Page is a document that was loaded.
type Page struct {
	URL        *url.URL
	Status     int
	Header     http.Header
	Source     string
	Passed     []*url.URL // addresses of the navigation that redirected here
	browser    *Browser
	root       *html.Node
	formAction policy
}

func newPage(b *Browser, u *url.URL, response *http.Response) (*Page, error) {
	defer response.Body.Close()
	source, err := io.ReadAll(io.LimitReader(response.Body, maxPage))
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	root, err := html.Parse(strings.NewReader(string(source)))
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	return &Page{
		URL: u, Status: response.StatusCode, Header: response.Header, Source: string(source),
		browser: b, root: root, formAction: parsePolicy(response.Header.Get("Content-Security-Policy")),
	}, nil
}

// policy is the list of form-action; nil allows everything.
type policy []string

func parsePolicy(csp string) policy {
	for directive := range strings.SplitSeq(csp, ";") {
		if words := strings.Fields(directive); len(words) > 0 && words[0] == "form-action" {
			return policy(words[1:])
		}
	}
	return nil
}

func (p policy) allows(target, page *url.URL) bool {
	return p == nil || slices.ContainsFunc(p, func(source string) bool {
		return source == origin(target) || source == "'self'" && origin(target) == origin(page)
	})
}

// Attr gives an attribute of the first element that has it, "" without one.
func (p *Page) Attr(name string) string {
	value := ""
	p.each(func(n *html.Node) bool {
		v, ok := attr(n, name)
		value = v
		return !ok
	})
	return value
}

// Attrs gives the attribute of every element that has it, in document order.
func (p *Page) Attrs(name string) []string {
	var values []string
	p.each(func(n *html.Node) bool {
		if v, ok := attr(n, name); ok {
			values = append(values, v)
		}
		return true
	})
	return values
}

// Texts maps the values of an attribute to the texts of their elements.
func (p *Page) Texts(name string) map[string]string {
	texts := map[string]string{}
	p.each(func(n *html.Node) bool {
		if v, ok := attr(n, name); ok {
			texts[v] = text(n)
		}
		return true
	})
	return texts
}

// Heading is the text of the first h1.
func (p *Page) Heading() string {
	heading := ""
	p.each(func(n *html.Node) bool {
		if n.Data == "h1" {
			heading = text(n)
		}
		return heading == ""
	})
	return heading
}

// Link gives the address of the link with a data-action, nil without one.
func (p *Page) Link(action string) *url.URL {
	var target *url.URL
	p.each(func(n *html.Node) bool {
		href, ok := attr(n, "href")
		if label, _ := attr(n, "data-action"); n.Data != "a" || !ok || label != action {
			return true
		}
		if u, err := p.URL.Parse(href); err == nil {
			target = u
		}
		return target == nil
	})
	return target
}

// LinkTo gives the address of the first link that begins with a prefix, nil
// without one.
func (p *Page) LinkTo(prefix string) *url.URL {
	for _, href := range p.Attrs("href") {
		if u, err := p.URL.Parse(href); err == nil && strings.HasPrefix(u.String(), prefix) {
			return u
		}
	}
	return nil
}

// Buttons counts the forms, each of which has its button.
func (p *Page) Buttons() int {
	n := 0
	p.each(func(e *html.Node) bool {
		if e.Data == "form" {
			n++
		}
		return true
	})
	return n
}

// Follow clicks the link with a data-action.
func (p *Page) Follow(ctx context.Context, action string) (*Page, error) {
	target := p.Link(action)
	if target == nil {
		return nil, fmt.Errorf("no link %q on the page %q", action, p.Heading())
	}
	return p.browser.load(ctx, navigation{method: http.MethodGet, target: target, from: p})
}

// Go navigates as the script of the page would, to an address relative to it.
func (p *Page) Go(ctx context.Context, address string) (*Page, error) {
	target, err := p.URL.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("navigate: %w", err)
	}
	return p.browser.load(ctx, navigation{method: http.MethodGet, target: target, from: p})
}

// Submit fills in and sends the form of a name: its id, its data-action, or the
// end of its action; the empty name is that of the first form. Hidden fields and
// preset choices go with it.
func (p *Page) Submit(ctx context.Context, name string, fill url.Values) (*Page, error) {
	return p.submit(ctx, p, name, fill)
}

// SubmitFrom sends the form of a name as it stands, but from another page that
// copied it.
func (p *Page) SubmitFrom(ctx context.Context, other *Page, name string) (*Page, error) {
	return p.submit(ctx, other, name, nil)
}

func (p *Page) submit(ctx context.Context, from *Page, name string, fill url.Values) (*Page, error) {
	form := p.form(name)
	if form == nil {
		return nil, fmt.Errorf("no form %q on the page %q", name, p.Heading())
	}
	action, _ := attr(form, "action")
	target, err := p.URL.Parse(action)
	if err != nil {
		return nil, fmt.Errorf("form action: %w", err)
	}
	values := fields(form)
	maps.Copy(values, fill)
	return p.browser.load(ctx, navigation{method: http.MethodPost, target: target, form: values, from: from, posted: true})
}

func (p *Page) form(name string) *html.Node {
	var form *html.Node
	p.each(func(n *html.Node) bool {
		if n.Data == "form" && isNamed(n, name) {
			form = n
		}
		return form == nil
	})
	return form
}

func isNamed(form *html.Node, name string) bool {
	id, _ := attr(form, "id")
	label, _ := attr(form, "data-action")
	action, _ := attr(form, "action")
	path, _, _ := strings.Cut(action, "?")
	return id == name || label == name || strings.HasSuffix(path, name)
}

// fields collects what a form sends when nobody touches it.
func fields(form *html.Node) url.Values {
	values := url.Values{}
	walk(form, func(n *html.Node) bool {
		name, ok := attr(n, "name")
		if n.Data != "input" || !ok {
			return true
		}
		kind, _ := attr(n, "type")
		_, checked := attr(n, "checked")
		if kind == "submit" || (kind == "radio" || kind == "checkbox") && !checked {
			return true
		}
		value, _ := attr(n, "value")
		values.Add(name, value)
		return true
	})
	return values
}

// each visits the elements of the document until f returns false.
func (p *Page) each(f func(*html.Node) bool) { walk(p.root, f) }

func walk(n *html.Node, f func(*html.Node) bool) bool {
	if n.Type == html.ElementNode && !f(n) {
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !walk(c, f) {
			return false
		}
	}
	return true
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func text(n *html.Node) string {
	var b strings.Builder
	var collect func(*html.Node)
	collect = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			collect(c)
		}
	}
	collect(n)
	return strings.Join(strings.Fields(b.String()), " ")
}
