package idp

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// checkOrigin accepts an HTTPS origin in its one serialization (RFC 6454,
// 6.2), with a host a cookie with prefix __Host- can belong to, and gives the
// host without port.
func checkOrigin(s string) (host string, err error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || "https://"+u.Host != s ||
		s != strings.ToLower(s) || u.Port() == "443" || strings.HasSuffix(u.Host, ":") {
		return "", fmt.Errorf("origin: https://host[:port] in lower case: %w", ErrConfig)
	}
	return u.Hostname(), nil
}

// checkAgentURL accepts the address of an agent: plain HTTP on a loopback
// address with a port, nothing after.
func checkAgentURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" || u.Port() == "" || "http://"+u.Host != s {
		return fmt.Errorf("agent URL: http://127.0.0.1:port or http://[::1]:port: %w", ErrConfig)
	}
	address, err := netip.ParseAddr(u.Hostname())
	if err != nil || !address.IsLoopback() {
		return fmt.Errorf("agent URL: not a loopback address: %w", ErrConfig)
	}
	return nil
}

// isLabHost says whether the host can only be reached by a laboratory: this
// machine, or the reserved top-level domain test (RFC 6761, 6.2).
func isLabHost(host string) bool {
	return isLoopback(host) || strings.HasSuffix(host, ".test")
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
