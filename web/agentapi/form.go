package agentapi

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"cnie.example/web/problem"
)

// form is a posted form: each field once, in byte slices that can be wiped.
type form map[string][]byte

// wipe overwrites the values.
func (f form) wipe() {
	for _, value := range f {
		clear(value)
	}
}

// text gives a field that is no secret.
func (f form) text(name string) string { return string(f[name]) }

// readForm reads an application/x-www-form-urlencoded body. A field that is
// not allowed or repeated, and any other encoding, is bad_request.
func readForm(r *http.Request, allowed ...string) (form, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, problem.New(problem.BadRequest, "form encoding")
	}
	body := make([]byte, 0, maxBody)
	defer func() { clear(body[:cap(body)]) }()
	for {
		if len(body) == cap(body) {
			return nil, problem.New(problem.TooLarge, "form")
		}
		n, err := r.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if errors.Is(err, io.EOF) {
			return parseForm(body, allowed)
		}
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, problem.Wrap(problem.TooLarge, tooLarge)
		}
		if err != nil {
			return nil, problem.New(problem.BadRequest, "form cut")
		}
	}
}

// parseForm splits and decodes (URL Living Standard, 5.1). The values are
// copies. Error texts hold nothing of the form.
func parseForm(body []byte, allowed []string) (form, error) {
	f := form{}
	for len(body) > 0 {
		var pair []byte
		pair, body, _ = bytes.Cut(body, []byte("&"))
		name, value, _ := bytes.Cut(pair, []byte("="))
		if _, repeated := f[string(name)]; repeated || !slices.Contains(allowed, string(name)) {
			f.wipe()
			return nil, problem.New(problem.BadRequest, "field unknown or repeated")
		}
		decoded, err := unescape(value)
		if err != nil {
			f.wipe()
			return nil, err
		}
		f[string(name)] = decoded
	}
	return f, nil
}

func unescape(b []byte) ([]byte, error) {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '+':
			out = append(out, ' ')
		case '%':
			if i+2 >= len(b) {
				return nil, problem.New(problem.BadRequest, "escape cut")
			}
			var octet [1]byte
			if _, err := hex.Decode(octet[:], b[i+1:i+3]); err != nil {
				return nil, problem.New(problem.BadRequest, "escape")
			}
			out = append(out, octet[0])
			i += 2
		default:
			out = append(out, b[i])
		}
	}
	return out, nil
}

// query reads a query with each of the allowed parameters at most once. A
// required one must be there.
func query(raw, required string, allowed ...string) (url.Values, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, problem.New(problem.BadRequest, "query syntax")
	}
	for name, all := range values {
		if len(all) != 1 || name != required && !slices.Contains(allowed, name) {
			return nil, problem.New(problem.BadRequest, "parameter unknown or repeated")
		}
	}
	if required != "" && values.Get(required) == "" {
		return nil, problem.Wrap(problem.BadRequest, fmt.Errorf("parameter %s missing", required))
	}
	return values, nil
}
