package idp

import (
	"net/http"

	"cnie.example/web/problem"
)

// contentPolicy lets a page load its style sheet and icon, post its forms to
// this provider, and nothing else. No form ends at the agent: the way there is
// a link, which form-action does not concern.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// gate is passed by every request before it is routed: number of requests at a
// time, Host, no upgrade. Whatever the handlers do, the security headers are
// on every answer.
func (p *Provider) gate(next http.Handler) http.Handler {
	places := make(chan struct{}, p.config.MaxRequests)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.setHeaders(w.Header())
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
		default:
			w.Header().Set("Retry-After", "2")
			p.refuse(w, r, problem.TooMany)
			return
		}
		defer p.recover(w, r)
		switch {
		case r.Host != p.host:
			p.refuse(w, r, problem.WrongHost)
		case r.Header.Get("Upgrade") != "":
			p.refuse(w, r, problem.UpgradeRefused)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// setHeaders sets what every answer carries. The referrer policy is not
// no-referrer: under that, browsers send "Origin: null" with the provider's
// own forms (Fetch, 3.2), and their origin could not be checked. Other origins
// get no referrer either way.
func (p *Provider) setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), hid=(), serial=()")
	h.Set("Cache-Control", "no-store")
	if host, err := checkOrigin(p.config.Origin); err == nil && !isLoopback(host) {
		// On loopback it would turn other programs of this machine to https.
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// recover turns a panic into an answer. The value is not logged: it may hold
// what the program was working on.
func (p *Provider) recover(w http.ResponseWriter, r *http.Request) {
	if v := recover(); v != nil {
		if v == http.ErrAbortHandler {
			panic(v)
		}
		p.config.Logger.Error("panic while serving", "method", r.Method)
		p.refuse(w, r, problem.Internal)
	}
}
