package browser

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxRedirects = 20      // as browsers have it
	maxPage      = 1 << 20 // bytes of a page that are read
	pageTimeout  = 30 * time.Second
)

// Browser keeps cookies over the pages of a session. It is used by one
// goroutine at a time, events excepted.
type Browser struct {
	client   *http.Client
	jar      jar
	language string
}

// New makes a browser that trusts the given roots and prefers a language
// ("fr", "en").
func New(roots *x509.CertPool, language string) *Browser {
	return &Browser{
		language: language,
		client: &http.Client{
			Transport: &http.Transport{
				TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
				DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
				TLSHandshakeTimeout: 5 * time.Second,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Navigate opens an address as if typed by the user.
func (b *Browser) Navigate(ctx context.Context, address string) (*Page, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("navigate: %w", err)
	}
	return b.load(ctx, navigation{method: http.MethodGet, target: u})
}

// Close gives up the connections that are kept open.
func (b *Browser) Close() { b.client.CloseIdleConnections() }

// ForgetCookies drops the cookies of a host, as a user or another browser would.
func (b *Browser) ForgetCookies(host string) { b.jar.forget(host) }

// navigation is one top-level navigation with all its redirects.
type navigation struct {
	method string
	target *url.URL
	form   url.Values
	from   *Page // the page that began it, nil for the address bar
	posted bool  // it began as a form, so the page's form-action holds to its end
}

// load follows a navigation to its page. Redirects after a POST become GETs;
// the site that began the navigation decides on cookies all along the way.
func (b *Browser) load(ctx context.Context, n navigation) (*Page, error) {
	ctx, cancel := context.WithTimeout(ctx, pageTimeout)
	defer cancel()
	crossed, passed := false, []*url.URL(nil)
	for range maxRedirects {
		if n.posted && !n.from.formAction.allows(n.target, n.from.URL) {
			return nil, fmt.Errorf("navigate to %s: %w", origin(n.target), ErrFormAction)
		}
		crossed = crossed || n.from != nil && !sameSite(n.from.URL, n.target)
		response, err := b.request(ctx, n, crossed)
		if err != nil {
			return nil, err
		}
		location := response.Header.Get("Location")
		if location == "" || response.StatusCode < 300 || response.StatusCode > 399 {
			page, err := newPage(b, n.target, response)
			if err != nil {
				return nil, err
			}
			page.Passed = passed
			return page, nil
		}
		drain(response)
		next, err := n.target.Parse(location)
		if err != nil {
			return nil, fmt.Errorf("redirect: %w", err)
		}
		passed = append(passed, n.target)
		n.target, n.method, n.form = next, http.MethodGet, nil
	}
	return nil, fmt.Errorf("navigate: more than %d redirects", maxRedirects)
}

// request sends one request of a navigation with the headers of a document.
func (b *Browser) request(ctx context.Context, n navigation, crossSite bool) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, n.method, n.target.String(), strings.NewReader(n.form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
	r.Header.Set("Upgrade-Insecure-Requests", "1")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Sec-Fetch-User", "?1")
	r.Header.Set("Sec-Fetch-Site", fetchSite(n, crossSite))
	if n.method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", origin(n.from.URL))
	}
	return b.send(r, crossSite)
}

// send adds what every request carries and takes the cookies that come back.
func (b *Browser) send(r *http.Request, crossSite bool) (*http.Response, error) {
	r.Header.Set("User-Agent", "cnie-lab")
	r.Header.Set("Accept-Language", b.language)
	b.jar.attach(r, crossSite)
	response, err := b.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%s %s%s: %w", r.Method, origin(r.URL), r.URL.Path, unwrapURL(err))
	}
	b.jar.store(r.URL, response.Cookies())
	return response, nil
}

// unwrapURL takes the address, which may hold a code, out of an error text.
func unwrapURL(err error) error {
	if u, ok := err.(*url.Error); ok {
		return u.Err
	}
	return err
}

func drain(r *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, maxPage)) // a redirect's body is of no use
	r.Body.Close()
}

func fetchSite(n navigation, crossSite bool) string {
	switch {
	case n.from == nil:
		return "none"
	case crossSite:
		return "cross-site"
	case origin(n.from.URL) != origin(n.target):
		return "same-site"
	}
	return "same-origin"
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// sameSite compares scheme and host; for the loopback and test names of the
// laboratory the registrable domain is the host itself.
func sameSite(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Hostname() == b.Hostname() }
