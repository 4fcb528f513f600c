package providers

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"cnie.example/web/problem"
)

// Limits of a provider's key set.
const (
	maxKeySet  = 64 << 10 // bytes
	maxKeys    = 32
	keysMaxAge = 15 * time.Minute
	keysPause  = time.Minute // between two fetches for an unknown kid
)

// errUnknownKey is the cause when no enrolled key has the kid.
var errUnknownKey = errors.New("no key with this kid")

// key is a signing key of a provider.
type key struct {
	id         string
	algorithm  jose.SignatureAlgorithm
	public     crypto.PublicKey
	thumbprint string // SHA-256, base64url (RFC 7638)
}

// keySet is the cached key set of one provider (RFC 7517). The set of the
// first contact must hold a pinned key; each later one a pinned key or one of
// the set before, so that a set never changes as a whole under the agent.
type keySet struct {
	uri   string
	pins  []string
	clock func() time.Time
	get   func(ctx context.Context, uri string, limit int64) ([]byte, error)

	mu      sync.Mutex
	keys    []key
	fetched time.Time // of keys
	retried time.Time // last fetch for an unknown kid
}

// find gives the key with a kid. It fetches the set at the first contact, when
// the cached one is old, and at most once a minute for a kid it does not know.
func (s *keySet) find(ctx context.Context, kid string) (key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock()
	if s.keys == nil || now.Sub(s.fetched) > keysMaxAge || now.Before(s.fetched) {
		if err := s.fetch(ctx, now); err != nil {
			return key{}, err
		}
	}
	if k, ok := byID(s.keys, kid); ok {
		return k, nil
	}
	if now.Sub(s.fetched) < keysPause || now.Sub(s.retried) < keysPause {
		return key{}, errUnknownKey
	}
	s.retried = now
	if err := s.fetch(ctx, now); err != nil {
		return key{}, err
	}
	if k, ok := byID(s.keys, kid); ok {
		return k, nil
	}
	return key{}, errUnknownKey
}

func (s *keySet) fetch(ctx context.Context, now time.Time) error {
	b, err := s.get(ctx, s.uri, maxKeySet)
	if err != nil {
		return err
	}
	keys, err := parseKeys(b)
	if err != nil {
		return problem.Wrap(problem.ProviderRefused, fmt.Errorf("key set: %w", err))
	}
	if !slices.ContainsFunc(keys, s.trusted) {
		return problem.New(problem.RequestSignature, "key set holds no enrolled key")
	}
	s.keys, s.fetched = keys, now
	return nil
}

func (s *keySet) trusted(k key) bool {
	return slices.Contains(s.pins, k.thumbprint) ||
		slices.ContainsFunc(s.keys, func(old key) bool { return old.thumbprint == k.thumbprint })
}

func byID(keys []key, kid string) (key, bool) {
	i := slices.IndexFunc(keys, func(k key) bool { return k.id == kid })
	if i < 0 {
		return key{}, false
	}
	return keys[i], true
}

// parseKeys reads the keys that can sign for this protocol. As RFC 7517, 5
// asks, keys of other kinds are passed over; two keys with one kid are refused.
func parseKeys(b []byte) ([]key, error) {
	var set struct {
		Keys []jsontext.Value `json:"keys"`
	}
	if err := json.Unmarshal(b, &set); err != nil {
		return nil, err
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("%d keys, at most %d", len(set.Keys), maxKeys)
	}
	keys := []key{}
	for _, raw := range set.Keys {
		k, ok := parseKey(raw)
		if !ok {
			continue
		}
		if _, taken := byID(keys, k.id); taken {
			return nil, errors.New("two keys with one kid")
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func parseKey(raw []byte) (key, bool) {
	var jwk jose.JSONWebKey
	if err := jwk.UnmarshalJSON(raw); err != nil || !jwk.IsPublic() || !jwk.Valid() || jwk.KeyID == "" {
		return key{}, false
	}
	if jwk.Use != "" && jwk.Use != "sig" {
		return key{}, false
	}
	algorithm, ok := algorithmOf(jwk.Key)
	if !ok || jwk.Algorithm != "" && jwk.Algorithm != string(algorithm) {
		return key{}, false
	}
	thumbprint, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return key{}, false
	}
	return key{jwk.KeyID, algorithm, jwk.Key, base64.RawURLEncoding.EncodeToString(thumbprint)}, true
}

// algorithmOf ties a key to the one algorithm it is used with.
func algorithmOf(public crypto.PublicKey) (jose.SignatureAlgorithm, bool) {
	switch k := public.(type) {
	case *ecdsa.PublicKey:
		return jose.ES256, k.Curve == elliptic.P256()
	case ed25519.PublicKey:
		return jose.EdDSA, true
	}
	return "", false
}
