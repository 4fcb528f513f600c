package wire

import (
	"net/netip"
	"net/url"
	"strings"
)

// checkURI accepts an absolute https URL with a host, without user information
// and fragment. Plain http is accepted for a loopback address only: there the
// laboratory runs, and whether such a provider is enrolled is not decided here.
func checkURI(name, s string) error {
	_, err := parseURI(name, s)
	return err
}

// checkIssuer accepts what checkURI does, without a query.
func checkIssuer(s string) error {
	u, err := parseURI("iss", s)
	if err != nil {
		return err
	}
	if u.RawQuery != "" || u.ForceQuery {
		return malformed("iss", "has a query")
	}
	return nil
}

func parseURI(name, s string) (*url.URL, error) {
	if err := checkVisible(name, s, 1, MaxURI); err != nil {
		return nil, err
	}
	if strings.ContainsAny(s, "\\\"<>^`{|}") {
		return nil, malformed(name, "character outside of RFC 3986")
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return nil, malformed(name, "not an absolute URL")
	case u.User != nil || strings.Contains(s, "#"):
		return nil, malformed(name, "has user information or a fragment")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	}
	return nil, malformed(name, "not https")
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// Origin gives scheme, host and port of a URL that a message may carry, in
// lower case and without the scheme's own port (RFC 6454, 6.2). It fails with
// ErrMalformed for any other text.
func Origin(uri string) (string, error) {
	u, err := parseURI("URL", uri)
	if err != nil {
		return "", err
	}
	host := strings.ToLower(u.Host)
	if u.Port() == "" {
		host = strings.TrimSuffix(host, ":")
	}
	switch {
	case u.Scheme == "https" && u.Port() == "443":
		host = strings.TrimSuffix(host, ":443")
	case u.Scheme == "http" && u.Port() == "80":
		host = strings.TrimSuffix(host, ":80")
	}
	return u.Scheme + "://" + host, nil
}
