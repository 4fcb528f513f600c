package idp_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// browser keeps cookies and follows redirects within the provider, as one tab
// of a real one. At the address of the agent it stops.
type browser struct {
	*world
	client   *http.Client
	language string
}

func (w *world) browser() *browser {
	b := &browser{world: w, client: w.client(), language: "en"}
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.Fatal(err)
	}
	b.client.Jar = jar
	return b
}

// page is what a browser shows.
type page struct {
	*browser
	url    *url.URL
	status int
	header http.Header
	text   string
	root   *html.Node
}

// open navigates to a path of the provider, or to a whole address.
func (b *browser) open(address string) *page {
	b.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.origin + address
	}
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		b.Fatal(err)
	}
	return b.navigate(r)
}

func (b *browser) navigate(r *http.Request) *page {
	b.Helper()
	for range 10 {
		r.Header.Set("Accept-Language", b.language)
		r.Header.Set("Sec-Fetch-Mode", "navigate")
		answer, err := b.client.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		p := b.read(answer)
		b.hideCookies()
		location := answer.Header.Get("Location")
		if location == "" {
			return p
		}
		target, err := answer.Request.URL.Parse(location)
		if err != nil {
			b.Fatal(err)
		}
		if target.Scheme+"://"+target.Host != b.origin {
			b.Fatalf("redirect to %s", target.Host)
		}
		if answer.StatusCode != http.StatusSeeOther {
			b.Fatalf("redirect with status %d", answer.StatusCode)
		}
		r = must(http.NewRequest(http.MethodGet, target.String(), nil))
	}
	b.Fatal("too many redirects")
	return nil
}

func (b *browser) read(answer *http.Response) *page {
	b.Helper()
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(text)))
	if err != nil {
		b.Fatal(err)
	}
	return &page{browser: b, url: answer.Request.URL, status: answer.StatusCode, header: answer.Header, text: string(text), root: root}
}

// cookie is the transaction cookie, or nil.
func (b *browser) cookie() *http.Cookie {
	for _, c := range b.client.Jar.Cookies(must(url.Parse(b.origin))) {
		if c.Name == "__Host-cnie-tx" {
			return c
		}
	}
	return nil
}

func (b *browser) hideCookies() {
	if c := b.cookie(); c != nil {
		b.hide("cookie", c.Value)
	}
}

// attr is the attribute of the first element that has it.
func (p *page) attr(name string) string {
	values := p.attrs(name)
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// attrs are the values of an attribute in document order.
func (p *page) attrs(name string) []string {
	var values []string
	for n := range p.root.Descendants() {
		for _, a := range n.Attr {
			if a.Key == name {
				values = append(values, a.Val)
			}
		}
	}
	return values
}

// texts maps the values of an attribute to the texts of their elements.
func (p *page) texts(name string) map[string]string {
	texts := map[string]string{}
	for n := range p.root.Descendants() {
		for _, a := range n.Attr {
			if a.Key == name {
				texts[a.Val] = content(n)
			}
		}
	}
	return texts
}

func content(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// agentLink is where the button of the continue page leads.
func (p *page) agentLink() *url.URL {
	p.Helper()
	for n := range p.root.Descendants() {
		if n.Data == "a" && attribute(n, "data-action") == "agent" {
			return must(url.Parse(attribute(n, "href")))
		}
	}
	p.Fatalf("no link to the agent on page %q %s", p.attr("data-page"), p.attr("data-problem"))
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// form gives target and fields of the first form that satisfies match.
func (p *page) form(match func(*html.Node) bool) (action string, fields url.Values) {
	p.Helper()
	for n := range p.root.Descendants() {
		if n.Data != "form" || !match(n) {
			continue
		}
		fields = url.Values{}
		for d := range n.Descendants() {
			kind := attribute(d, "type")
			checked := strings.Contains(" "+attributeNames(d)+" ", " checked ")
			if d.Data == "input" && (kind != "radio" || checked) {
				fields.Add(attribute(d, "name"), attribute(d, "value"))
			}
		}
		return attribute(n, "action"), fields
	}
	p.Fatalf("no such form on page %q %s", p.attr("data-page"), p.attr("data-problem"))
	return "", nil
}

func attributeNames(n *html.Node) string {
	var names []string
	for _, a := range n.Attr {
		names = append(names, a.Key)
	}
	return strings.Join(names, " ")
}

func anyForm(*html.Node) bool { return true }

func action(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return attribute(n, "data-action") == name }
}

// post makes the request of a form as a browser does.
func (p *page) post(path string, fields url.Values) *http.Request {
	r := must(http.NewRequest(http.MethodPost, p.origin+path, strings.NewReader(fields.Encode())))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.origin)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// submit sends a form as it stands, with some fields changed.
func (p *page) submit(match func(*html.Node) bool, changes url.Values) *page {
	p.Helper()
	path, fields := p.form(match)
	for name, v := range changes {
		fields[name] = v
	}
	p.hide("form token", fields.Get("csrf"))
	return p.navigate(p.post(path, fields))
}

// want checks the page's name, status and problem.
func (p *page) want(name string, status int, problem string) *page {
	p.Helper()
	if p.attr("data-page") != name || p.status != status || p.attr("data-problem") != problem {
		p.Fatalf("page %q, status %d, problem %q; want %q, %d, %q",
			p.attr("data-page"), p.status, p.attr("data-problem"), name, status, problem)
	}
	return p
}

// begin goes from the start page to the continue page.
func (b *browser) begin(level string) *page {
	b.Helper()
	return b.open("/").want("start", 200, "").submit(anyForm, url.Values{"level": {level}}).want("continue", 200, "")
}
