package agentapi

import (
	"net"
	"net/http"
	"strings"

	"cnie.example/web/problem"
)

// Sizes that the gate lets through.
const (
	maxHeader   = 16 << 10 // bytes of the whole header, by net/http
	maxURL      = 4 << 10  // bytes of path and query
	maxBody     = 8 << 10  // bytes of a form
	maxInFlight = 48       // requests at once
)

// gate lets a request through to next or answers it with a problem. It stands
// before routing, so that no page can forget it.
func (s *Server) gate(next http.Handler) http.Handler {
	inFlight := make(chan struct{}, maxInFlight)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		select {
		case inFlight <- struct{}{}:
			defer func() { <-inFlight }()
		default:
			s.refuse(w, r, problem.New(problem.TooMany, "requests at once"))
			return
		}
		if err := s.admit(r); err != nil {
			w.Header().Set("Connection", "close")
			s.refuse(w, r, err)
			return
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		}
		next.ServeHTTP(w, r)
	})
}

// admit is the gate's list, in its order.
func (s *Server) admit(r *http.Request) error {
	for _, check := range []func(*http.Request) error{
		checkPeer, checkHost, checkUpgrade, checkSizes, checkMethod, checkFetch, s.checkCookie,
	} {
		if err := check(r); err != nil {
			return err
		}
	}
	return nil
}

func checkPeer(r *http.Request) error {
	check, ok := r.Context().Value(peerKey{}).(func() error)
	if !ok {
		return problem.New(problem.ForeignUser, "connection without a check")
	}
	if err := check(); err != nil {
		return problem.Wrap(problem.ForeignUser, err)
	}
	return nil
}

// checkHost compares Host with the very address that was connected to, so that
// no name of another's choice reaches a page (DNS rebinding).
func checkHost(r *http.Request) error {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok || r.Host != local.String() || r.URL.Host != "" && r.URL.Host != r.Host {
		return problem.New(problem.WrongHost, "Host is not the address of the endpoint")
	}
	return nil
}

func checkUpgrade(r *http.Request) error {
	_, upgrade := r.Header["Upgrade"]
	_, http2 := r.Header["Http2-Settings"]
	if upgrade || http2 || hasToken(r.Header.Values("Connection"), "upgrade") {
		return problem.New(problem.UpgradeRefused, "upgrade asked for")
	}
	return nil
}

func checkSizes(r *http.Request) error {
	switch {
	case len(r.RequestURI) > maxURL:
		return problem.New(problem.TooLarge, "URL")
	case r.ContentLength > maxBody:
		return problem.New(problem.TooLarge, "body")
	case r.Method == http.MethodGet && r.ContentLength != 0:
		return problem.New(problem.BadRequest, "GET with a body")
	}
	return nil
}

func checkMethod(r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return problem.New(problem.BadRequest, "method")
	}
	return nil
}

// checkFetch looks at where a request comes from: Origin (RFC 6454, 7) and the
// Fetch Metadata headers, which a page cannot set. Older browsers do not send
// the latter on every request, so they bind only when they are there.
func checkFetch(r *http.Request) error {
	switch {
	case isPrefetch(r.Header):
		return problem.New(problem.NotNavigation, "prefetch")
	case r.Method == http.MethodPost:
		if r.Header.Get("Origin") == "" {
			return problem.New(problem.ForeignOrigin, "POST without Origin")
		}
		return sameOrigin(r)
	case isStream(r.URL.Path):
		// An EventSource sends no Origin to its own origin, but then its site.
		if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
			return problem.New(problem.ForeignOrigin, "stream without Origin and site")
		}
		return sameOrigin(r)
	case strings.HasPrefix(r.URL.Path, staticPrefix):
		return sameOrigin(r)
	}
	return checkNavigation(r.Header)
}

// sameOrigin refuses an Origin other than exactly ours, port included, and a
// site other than same-origin.
func sameOrigin(r *http.Request) error {
	for _, origin := range r.Header.Values("Origin") {
		if origin != "http://"+r.Host {
			return problem.New(problem.ForeignOrigin, "Origin")
		}
	}
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" {
			return problem.New(problem.ForeignOrigin, "Sec-Fetch-Site")
		}
	}
	return nil
}

// checkNavigation lets a page be opened in a tab, not fetched and not framed.
func checkNavigation(h http.Header) error {
	for _, mode := range h.Values("Sec-Fetch-Mode") {
		if mode != "navigate" {
			return problem.New(problem.NotNavigation, "Sec-Fetch-Mode")
		}
	}
	for _, dest := range h.Values("Sec-Fetch-Dest") {
		if dest != "document" {
			return problem.New(problem.NotNavigation, "Sec-Fetch-Dest")
		}
	}
	return nil
}

func isPrefetch(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Moz"} {
		for _, value := range h.Values(name) {
			if strings.Contains(strings.ToLower(value), "prefetch") {
				return true
			}
		}
	}
	return false
}

func hasToken(values []string, token string) bool {
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

// checkCookie is the second lock on what changes something: the cookie that
// was set with the path of this login.
func (s *Server) checkCookie(r *http.Request) error {
	if r.Method != http.MethodPost && !isStream(r.URL.Path) {
		return nil
	}
	id, ok := loginID(r.URL.Path)
	if !ok {
		return problem.New(problem.NotFound, "no such path")
	}
	cookies := r.CookiesNamed(cookieName)
	if len(cookies) != 1 || !s.seal.isCookie(id, cookies[0].Value) {
		return problem.New(problem.CookieMissing, "cookie of the login")
	}
	return nil
}

// secure sets the headers of every answer. The referrer policy is not
// no-referrer, under which browsers send "Origin: null" with a form of our own
// page (Fetch, 3.2).
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "+
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}
