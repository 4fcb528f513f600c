package agentapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Paths and cookie of a login.
const (
	loginPrefix  = "/login/"
	staticPrefix = "/static/"
	cookieName   = "cnie"
	cookieAge    = 1800 // seconds; a login is over long before
	landingTime  = 10 * time.Minute
	secretSize   = 16 // bytes, 128 bits
)

// seal makes what a page of this run of the agent carries, so that the first
// page needs no memory: GET /login has no effect at all.
type seal struct {
	key  []byte
	rand io.Reader
}

func newSeal(rand io.Reader) (*seal, error) {
	key := make([]byte, sha256.Size)
	if _, err := io.ReadFull(rand, key); err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return &seal{key: key, rand: rand}, nil
}

// newID makes the secret part of a login's path.
func (s *seal) newID() (string, error) {
	b := make([]byte, secretSize)
	if _, err := io.ReadFull(s.rand, b); err != nil {
		return "", fmt.Errorf("path of a login: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// cookie is the value of the cookie that goes with a path.
func (s *seal) cookie(id string) string {
	return base64.RawURLEncoding.EncodeToString(s.mac("cookie", id)[:secretSize])
}

func (s *seal) isCookie(id, value string) bool {
	return hmac.Equal([]byte(s.cookie(id)), []byte(value))
}

// landing seals the request_uri that GET /login accepted at a time.
func (s *seal) landing(id, requestURI string, at time.Time) (issued, mac string) {
	issued = strconv.FormatInt(at.Unix(), 10)
	return issued, base64.RawURLEncoding.EncodeToString(s.mac("landing", id, issued, requestURI))
}

// isLanding says whether a landing page of this run made the seal, not long ago.
func (s *seal) isLanding(id, requestURI, issued, mac string, now time.Time) (ok, fresh bool) {
	seconds, err := strconv.ParseInt(issued, 10, 64)
	if err != nil {
		return false, false
	}
	at := time.Unix(seconds, 0)
	_, want := s.landing(id, requestURI, at)
	return hmac.Equal([]byte(want), []byte(mac)), now.Sub(at) < landingTime
}

// mac is HMAC-SHA-256 over parts, which hold no zero byte.
func (s *seal) mac(parts ...string) []byte {
	h := hmac.New(sha256.New, s.key)
	for _, part := range parts {
		io.WriteString(h, part) // a hash never fails
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// loginID takes the id out of /login/<id>/<page>.
func loginID(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, loginPrefix)
	id, _, slash := strings.Cut(rest, "/")
	return id, ok && slash && len(id) == base64.RawURLEncoding.EncodedLen(secretSize)
}

// isStream says whether a path is an event stream.
func isStream(path string) bool {
	return strings.HasPrefix(path, loginPrefix) && strings.HasSuffix(path, "/events")
}
