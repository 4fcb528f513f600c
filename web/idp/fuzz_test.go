package idp

import (
	"net/url"
	"strings"
	"testing"
)

// Catches a second text for one secret: whatever is read is what would be
// written.
func FuzzParseHandle(f *testing.F) {
	f.Add(strings.Repeat("A", 43))
	f.Add(strings.Repeat("_", 42) + "8")
	f.Add(strings.Repeat("A", 42) + "B")
	f.Add(strings.Repeat("A", 42) + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		h, ok := parseHandle(kindCode, text)
		if !ok {
			return
		}
		secret, err := base64url.DecodeString(text)
		if err != nil || base64url.EncodeToString(secret) != text || h != handleOf(kindCode, secret) {
			t.Errorf("%q was read", text)
		}
	})
}

// Catches parameters that are read although one is repeated or unknown, and
// values other than those that were sent.
func FuzzExactly(f *testing.F) {
	f.Add("code=a&state=b")
	f.Add("code=a&code=a")
	f.Add("error=x&y=1")
	f.Add("code=%zz")
	f.Add("&&=")
	f.Fuzz(func(t *testing.T, encoded string) {
		got, err := exactly(encoded, "code", "state", "error")
		if err != nil {
			return
		}
		sent := url.Values{}
		for name, value := range got {
			sent.Set(name, value)
		}
		again, err := url.ParseQuery(encoded)
		if err != nil || again.Encode() != sent.Encode() {
			t.Errorf("%q was read as %v", encoded, got)
		}
	})
}
