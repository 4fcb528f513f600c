package providers

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
)

// Causes of the errors of verify.
var (
	errUnsigned  = errors.New("no signed object")                    // no compact JWS, or alg none
	errHeader    = errors.New("header of the signed object refused") // alg, typ, crit, or a member of no use here
	errSignature = errors.New("signature does not verify")
)

// header is the whole JWS header that is accepted. Members that bring keys or
// change the meaning of others ("jwk", "jku", "x5c", "crit", "b64", …) have no
// place in this protocol and are refused as unknown, and so is a repeated one.
type header struct {
	Algorithm string `json:"alg"`
	Type      string `json:"typ"`
	KeyID     string `json:"kid"`
}

// verify checks a compact JWS (RFC 7515) by a key of the set and gives its
// payload. The algorithm is that of the key; the header must name the same.
func (s *keySet) verify(ctx context.Context, compact, typ string) ([]byte, error) {
	h, err := parseHeader(compact)
	if err != nil {
		return nil, err
	}
	if h.Type != typ {
		return nil, fmt.Errorf("typ is not %s: %w", typ, errHeader)
	}
	algorithm := jose.SignatureAlgorithm(h.Algorithm)
	if algorithm != jose.ES256 && algorithm != jose.EdDSA {
		return nil, fmt.Errorf("alg is neither ES256 nor EdDSA: %w", errHeader)
	}
	k, err := s.find(ctx, h.KeyID)
	if err != nil {
		return nil, err
	}
	if k.algorithm != algorithm {
		return nil, fmt.Errorf("alg is not that of the key: %w", errHeader)
	}
	jws, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{algorithm})
	if err != nil {
		return nil, errUnsigned
	}
	payload, err := jws.Verify(k.public)
	if err != nil {
		return nil, errSignature
	}
	return payload, nil
}

// parseHeader reads the header before anything of it is believed.
func parseHeader(compact string) (header, error) {
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		return header{}, errUnsigned
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(parts[0])
	if err != nil {
		return header{}, errUnsigned
	}
	var alg struct {
		Algorithm string `json:"alg"`
	}
	if err := json.Unmarshal(b, &alg); err != nil {
		return header{}, fmt.Errorf("syntax: %w", errHeader)
	}
	if parts[2] == "" || strings.EqualFold(alg.Algorithm, "none") {
		return header{}, errUnsigned
	}
	var h header
	if err := json.Unmarshal(b, &h, json.RejectUnknownMembers(true)); err != nil {
		return header{}, fmt.Errorf("members other than alg, typ and kid: %w", errHeader)
	}
	if h.KeyID == "" {
		return header{}, fmt.Errorf("no kid: %w", errHeader)
	}
	return h, nil
}
