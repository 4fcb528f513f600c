package browser

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// cookie is a stored cookie (RFC 6265bis, 5.6). Cookies with a Domain attribute
// are not stored: nothing in a login may use one.
type cookie struct {
	host, path, name, value string
	secure                  bool
	sameSite                http.SameSite
	expires                 time.Time // zero: the session's
}

// jar keeps cookies by host, not by port, as browsers do.
type jar struct {
	mu      sync.Mutex
	cookies []cookie
}

// store takes the cookies of a response to a request for u.
func (j *jar) store(u *url.URL, set []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range set {
		if c.Domain != "" || (c.Secure && u.Scheme != "https") || !prefixHolds(c) {
			continue
		}
		path := c.Path
		if !strings.HasPrefix(path, "/") {
			path = u.Path[:strings.LastIndexByte(u.Path, '/')+1]
		}
		j.remove(u.Hostname(), path, c.Name)
		if c.MaxAge < 0 {
			continue
		}
		n := cookie{u.Hostname(), path, c.Name, c.Value, c.Secure, c.SameSite, time.Time{}}
		if c.MaxAge > 0 {
			n.expires = time.Now().Add(time.Duration(c.MaxAge) * time.Second)
		}
		j.cookies = append(j.cookies, n)
	}
}

// prefixHolds applies the rules of the __Host- and __Secure- name prefixes
// (RFC 6265bis, 4.1.3).
func prefixHolds(c *http.Cookie) bool {
	switch {
	case strings.HasPrefix(c.Name, "__Host-"):
		return c.Secure && c.Path == "/" && c.Domain == ""
	case strings.HasPrefix(c.Name, "__Secure-"):
		return c.Secure
	}
	return true
}

func (j *jar) remove(host, path, name string) {
	kept := j.cookies[:0]
	for _, c := range j.cookies {
		if c.host != host || c.path != path || c.name != name {
			kept = append(kept, c)
		}
	}
	j.cookies = kept
}

// attach adds to a request the cookies it may carry. A request from another
// site carries Lax cookies only on a top-level GET, Strict ones never.
func (j *jar) attach(r *http.Request, crossSite bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range j.cookies {
		if c.host != r.URL.Hostname() || !pathMatches(r.URL.Path, c.path) || (c.secure && r.URL.Scheme != "https") {
			continue
		}
		if !c.expires.IsZero() && c.expires.Before(time.Now()) {
			continue
		}
		strict := c.sameSite == http.SameSiteStrictMode
		lax := c.sameSite == http.SameSiteLaxMode || c.sameSite == http.SameSiteDefaultMode
		if crossSite && (strict || lax && r.Method != http.MethodGet) {
			continue
		}
		r.AddCookie(&http.Cookie{Name: c.name, Value: c.value})
	}
}

// forget drops every cookie of a host.
func (j *jar) forget(host string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	kept := j.cookies[:0]
	for _, c := range j.cookies {
		if c.host != host {
			kept = append(kept, c)
		}
	}
	j.cookies = kept
}

func pathMatches(path, cookiePath string) bool {
	if path == "" {
		path = "/"
	}
	return path == cookiePath || strings.HasPrefix(path, cookiePath) &&
		(strings.HasSuffix(cookiePath, "/") || path[len(cookiePath)] == '/')
}
