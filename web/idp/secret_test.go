package idp

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"

	"cnie.example/attest/wire"
)

// Catches a secret of one kind that opens another: a code used as cookie.
func TestKindsAreApart(t *testing.T) {
	seen := map[handle]kind{}
	for _, k := range []kind{kindRequest, kindExchange, kindCookie, kindCode} {
		h := handleOf(k, make([]byte, secretSize))
		if other, taken := seen[h]; taken {
			t.Errorf("%s and %s have the same handle", k, other)
		}
		seen[h] = k
	}
}

// Catches a second spelling of the same secret, and text of any other length.
func TestParseHandle(t *testing.T) {
	text, err := drawText(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	want, err := base64url.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	if h, ok := parseHandle(kindCode, text); !ok || h != handleOf(kindCode, want) {
		t.Fatal("own text is not read")
	}
	// 32 bytes leave two unused bits in the last of 43 characters.
	zero := strings.Repeat("A", 42)
	for _, bad := range []string{"", text[:42], text + "=", text + "A", zero + "B", zero + "=", zero + "\n", zero[:40] + "+/A", " " + text[1:]} {
		if _, ok := parseHandle(kindCode, bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}

// Catches characters that people mistake for each other, a biased choice, and
// a code from a source that ran dry.
func TestSessionCode(t *testing.T) {
	// 248 is the first byte beyond the largest multiple of 31: it must be
	// drawn again, not wrapped round to the first character.
	code, err := drawSessionCode(bytes.NewReader([]byte{248, 0, 255, 30, 31, 247}))
	if err != nil || code != "2Z2Z" {
		t.Errorf("code %q, %v", code, err)
	}
	if _, err := drawSessionCode(bytes.NewReader([]byte{1, 2, 3})); !errors.Is(err, io.EOF) {
		t.Errorf("dry source: %v", err)
	}
	counts := map[rune]int{}
	for range 2000 {
		code, err := drawSessionCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range code {
			counts[c]++
		}
	}
	for _, c := range wire.SessionCodeAlphabet {
		if counts[c] < 100 { // 258 expected, 16 is one standard deviation
			t.Errorf("%c came %d times of 8000", c, counts[c])
		}
	}
	if len(counts) != len(wire.SessionCodeAlphabet) {
		t.Errorf("%d different characters", len(counts))
	}
}

// Catches a reader of parameters that takes what is repeated or unknown.
func TestExactly(t *testing.T) {
	got, err := exactly("code=a&state=b", "code", "state", "error")
	if err != nil || got["code"] != "a" || got["state"] != "b" || got["error"] != "" {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"code=a&code=b", "code=a&x=1", "code=%zz", "code=a;state=b"} {
		if got, err := exactly(bad, "code", "state", "error"); err == nil {
			t.Errorf("%q was read as %v", bad, got)
		}
	}
}

// Catches hosts under which a browser would not hold the cookie, and origins
// with a second spelling.
func TestCheckOrigin(t *testing.T) {
	for _, good := range []string{"https://id.example", "https://id.example:8443", "https://127.0.0.1:1", "https://[::1]:1"} {
		if _, err := checkOrigin(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "http://id.example", "https://", "https://ID.example", "https://id.example/", "https://id.example:443",
		"https://id.example:", "https://u@id.example", "https://id.example?x", "https://id.example#x", "id.example",
	} {
		if _, err := checkOrigin(bad); !errors.Is(err, ErrConfig) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, good := range []string{"http://127.0.0.1:24777", "http://[::1]:24777"} {
		if err := checkAgentURL(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "https://127.0.0.1:1", "http://127.0.0.1", "http://localhost:1", "http://192.0.2.1:1", "http://127.0.0.1:1/", "http://127.0.0.1:1/login"} {
		if err := checkAgentURL(bad); !errors.Is(err, ErrConfig) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for host, lab := range map[string]bool{
		"127.0.0.1": true, "::1": true, "localhost": true, "idp.test": true, "a.localhost": true,
		"id.example": false, "192.0.2.1": false, "test": false, "nottest": false, "127.0.0.1.example": false, "localhost.example": false,
	} {
		if isLabHost(host) != lab {
			t.Errorf("%s: %v", host, !lab)
		}
	}
}
