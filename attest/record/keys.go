package record

import (
	"encoding/json"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxKeys is the longest key set that ReadKeys reads, in bytes.
const MaxKeys = 1 << 18

// ReadKeys reads a key set as providers publish it (JWKS, RFC 7517, 5), for
// Parse and Check. Keys that do not sign records are passed over, also by Parse,
// and those of a kind that is not known are left out. The error is ErrKey: for bytes that are no key set, repeat a member,
// hold a private key, or have no key with a name that signs records.
func ReadKeys(b []byte) (jose.JSONWebKeySet, error) {
	none := jose.JSONWebKeySet{}
	if len(b) > MaxKeys {
		return none, fmt.Errorf("key set of %d bytes, at most %d: %w", len(b), MaxKeys, ErrKey)
	}
	if !jsontext.Value(b).IsValid() {
		return none, fmt.Errorf("key set is not JSON, or repeats a member: %w", ErrKey)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(b, &set); err != nil {
		return none, fmt.Errorf("key set: %w", ErrKey)
	}
	var keys jose.JSONWebKeySet
	usable := 0
	for _, member := range set.Keys {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(member) != nil {
			continue // of a kind that is not known here
		}
		keys.Keys = append(keys.Keys, key)
		if !key.IsPublic() {
			return none, fmt.Errorf("key set holds a key that is not public: %w", ErrKey)
		}
		if key.KeyID != "" && algorithmOf(key.Key) != "" {
			usable++
		}
	}
	if usable == 0 {
		return none, fmt.Errorf("key set without a P-256 or Ed25519 key that has a kid: %w", ErrKey)
	}
	return keys, nil
}
