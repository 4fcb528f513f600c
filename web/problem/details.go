package problem

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"cnie.example/web/language"
)

// MediaType is the media type of a problem object (RFC 9457, 3).
const MediaType = "application/problem+json"

// MaxSize bounds a problem object that Decode looks at, in bytes.
const MaxSize = 8 << 10

// typePrefix precedes the name in the type member.
const typePrefix = "urn:cnie:problem:"

// ErrDetails is the cause of every error of Decode.
var ErrDetails = errors.New("not a problem object of this protocol")

// details is a problem object (RFC 9457, 3.1).
type details struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy"`
}

// Type is the value of the type member for n.
func (n Name) Type() string { return typePrefix + string(n) }

// Encode gives the problem object for n with texts in one language. A name
// that is not known is encoded as Internal.
func Encode(n Name, tag language.Tag) []byte {
	if !n.Known() {
		n = Internal
	}
	text := n.Text(tag)
	b, err := json.Marshal(details{Type: n.Type(), Title: text.Title, Status: n.Status(), Detail: text.Cause, Remedy: text.Remedy})
	if err != nil {
		// Only invalid UTF-8 in a table can lead here; a test reads them all.
		return []byte(`{"type":"` + Internal.Type() + `"}`)
	}
	return b
}

// Decode reads a problem object from a peer that may be hostile. It takes
// nothing but the name, and only a known one: other members are ignored, so
// that the peer cannot put words on a page. Objects that are too long,
// malformed, or repeat a member are refused with ErrDetails.
func Decode(b []byte) (Name, error) {
	if len(b) > MaxSize {
		return "", fmt.Errorf("%d bytes: %w", len(b), ErrDetails)
	}
	var object struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(b, &object, jsontext.AllowDuplicateNames(false)); err != nil {
		return "", fmt.Errorf("syntax: %w", ErrDetails)
	}
	suffix, ok := strings.CutPrefix(object.Type, typePrefix)
	if !ok {
		return "", fmt.Errorf("type: %w", ErrDetails)
	}
	if n := Name(suffix); n.Known() {
		return n, nil
	}
	return "", fmt.Errorf("name: %w", ErrDetails)
}
