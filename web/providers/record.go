package providers

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"cnie.example/attest/wire"
	"cnie.example/web/language"
)

// ErrRecord is the cause of every error about the content of a record.
var ErrRecord = errors.New("provider record not acceptable")

// Limits of a record.
const (
	maxRecord      = 64 << 10 // bytes of one file
	maxName        = 64       // characters of a name
	maxRedirects   = 16
	maxThumbprints = 16
)

// Name is the name of a provider in the languages of the pages.
type Name struct {
	French  string `json:"fr"`
	English string `json:"en"`
}

// In gives the name in one language.
func (n Name) In(tag language.Tag) string {
	if tag == language.English {
		return n.English
	}
	return n.French
}

// Record is what the administrator says about one identity provider.
type Record struct {
	Name          Name     `json:"name"`
	Origin        string   `json:"origin"`           // "https://host" or "https://host:port", nothing after
	RedirectURIs  []string `json:"redirect_uris"`    // exact, at the same origin
	RequestPrefix string   `json:"request_prefix"`   // at the same origin, ending in "/": what every request_uri begins with
	JWKSURI       string   `json:"jwks_uri"`         // at the same origin
	Thumbprints   []string `json:"thumbprints"`      // SHA-256 JWK thumbprints (RFC 7638), base64url: pins of the first contact
	Files         []string `json:"files"`            // files the provider may ask for: DG1, and DG11 or DG2
	TLSCA         string   `json:"tls_ca,omitempty"` // PEM roots for this provider only; absent: those of the system
	Lab           bool     `json:"lab,omitempty"`    // of the laboratory: loopback or .test only
}

// ParseRecord reads a record strictly: members that are unknown or repeated,
// trailing data and values outside their rules are refused with ErrRecord.
func ParseRecord(b []byte) (Record, error) {
	var r Record
	if len(b) > maxRecord {
		return Record{}, fmt.Errorf("%d bytes, at most %d: %w", len(b), maxRecord, ErrRecord)
	}
	if err := json.Unmarshal(b, &r, json.RejectUnknownMembers(true)); err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	if err := r.Validate(); err != nil {
		return Record{}, err
	}
	return r, nil
}

// Validate checks every member against the rules of its comment.
func (r Record) Validate() error {
	origin, err := parseOrigin(r.Origin)
	if err != nil {
		return err
	}
	if r.Lab && !isLabHost(origin.Hostname()) {
		return fmt.Errorf("origin: a laboratory provider must be on loopback or under .test: %w", ErrRecord)
	}
	for _, check := range []func() error{r.checkName, r.checkRedirects, r.checkRequests, r.checkJWKS, r.checkThumbprints, r.checkFiles, r.checkRoots} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (r Record) checkName() error {
	for _, name := range []string{r.Name.French, r.Name.English} {
		if name == "" || utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, isHidden) {
			return fmt.Errorf("name: 1 to %d visible characters in fr and en: %w", maxName, ErrRecord)
		}
	}
	return nil
}

func (r Record) checkRedirects() error {
	if len(r.RedirectURIs) == 0 || len(r.RedirectURIs) > maxRedirects {
		return fmt.Errorf("redirect_uris: 1 to %d entries: %w", maxRedirects, ErrRecord)
	}
	for _, uri := range r.RedirectURIs {
		u, err := parseAt(r.Origin, uri)
		if err != nil {
			return fmt.Errorf("redirect_uris: %w", err)
		}
		if u.RawQuery != "" || u.ForceQuery {
			return fmt.Errorf("redirect_uris: no query: %w", ErrRecord)
		}
	}
	return nil
}

func (r Record) checkRequests() error {
	if _, err := parseAt(r.Origin, r.RequestPrefix); err != nil {
		return fmt.Errorf("request_prefix: %w", err)
	}
	path, ok := strings.CutPrefix(r.RequestPrefix, r.Origin+"/")
	if !ok || path != "" && (!strings.HasSuffix(path, "/") || !isPlain(strings.TrimSuffix(path, "/"))) {
		return fmt.Errorf("request_prefix: plain path that ends in /: %w", ErrRecord)
	}
	return nil
}

// covers says whether a URL lies under the request_prefix: what follows it is a
// plain path, so that every server reads it as one below the prefix.
func (r Record) covers(uri string) bool {
	rest, ok := strings.CutPrefix(uri, r.RequestPrefix)
	return ok && isPlain(rest)
}

// isPlain says whether a path means itself: no segment is empty or of dots, and
// there is neither percent-encoding nor a query or fragment.
func isPlain(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return false
		}
	}
	return !strings.ContainsAny(path, "%?#")
}

func (r Record) checkJWKS() error {
	if _, err := parseAt(r.Origin, r.JWKSURI); err != nil {
		return fmt.Errorf("jwks_uri: %w", err)
	}
	return nil
}

func (r Record) checkThumbprints() error {
	if len(r.Thumbprints) == 0 || len(r.Thumbprints) > maxThumbprints {
		return fmt.Errorf("thumbprints: 1 to %d entries: %w", maxThumbprints, ErrRecord)
	}
	for _, text := range r.Thumbprints {
		b, err := base64.RawURLEncoding.Strict().DecodeString(text)
		if err != nil || len(b) != sha256.Size {
			return fmt.Errorf("thumbprints: SHA-256 in base64url without padding: %w", ErrRecord)
		}
	}
	return nil
}

// checkFiles keeps to what a login may read. DG3 and DG4, fingerprints and
// iris, are never among it.
func (r Record) checkFiles() error {
	if !slices.Contains(r.Files, "DG1") {
		return fmt.Errorf("files: DG1 is always read and must be named: %w", ErrRecord)
	}
	for i, file := range r.Files {
		if !slices.Contains([]string{"DG1", "DG2", "DG11"}, file) || slices.Contains(r.Files[:i], file) {
			return fmt.Errorf("files: each of DG1, DG2, DG11 at most once: %w", ErrRecord)
		}
	}
	return nil
}

func (r Record) checkRoots() error {
	if r.TLSCA == "" {
		return nil
	}
	if !x509.NewCertPool().AppendCertsFromPEM([]byte(r.TLSCA)) {
		return fmt.Errorf("tls_ca: no certificate in PEM: %w", ErrRecord)
	}
	return nil
}

// parseOrigin accepts an HTTPS origin in its one serialization (RFC 6454,
// 6.2): lower case, without default port, path or anything else.
func parseOrigin(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || "https://"+u.Host != s ||
		s != strings.ToLower(s) || u.Port() == "443" || strings.HasSuffix(u.Host, ":") {
		return nil, fmt.Errorf("origin: https://host[:port] in lower case: %w", ErrRecord)
	}
	return u, nil
}

// parseAt accepts an absolute URL at exactly the given origin.
func parseAt(origin, s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || len(s) > wire.MaxURI || "https://"+u.Host != origin || u.Scheme != "https" || u.User != nil ||
		strings.Contains(s, "#") || !strings.HasPrefix(s, origin) || strings.ContainsFunc(s, isUnsafe) {
		return nil, fmt.Errorf("must be a URL at %s: %w", origin, ErrRecord)
	}
	return u, nil
}

func isHidden(c rune) bool { return !unicode.IsPrint(c) }

// isUnsafe is true for what a URL may not hold and browsers read each in their
// own way (RFC 3986, 2).
func isUnsafe(c rune) bool { return c <= ' ' || c >= 0x7F || strings.ContainsRune("\\\"<>^`{|}", c) }

// isLabHost says whether a host can only be this machine or one of a test
// network (RFC 6761, 6.2 and 6.3).
func isLabHost(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".test")
}
