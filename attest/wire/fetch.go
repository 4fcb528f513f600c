package wire

import "fmt"

// maxVersions bounds the list of versions an agent offers.
const maxVersions = 8

// FetchRequest is what the agent posts to request_uri to get the signed login
// request.
type FetchRequest struct {
	AgentNonce Bytes `json:"agent_nonce"` // NonceSize random bytes, new for each fetch
	Versions   []int `json:"versions"`    // versions the agent speaks, best first
}

// Validate checks the length of the nonce and that the list holds different
// positive versions.
func (f FetchRequest) Validate() error {
	if err := length("agent_nonce", len(f.AgentNonce), NonceSize, NonceSize); err != nil {
		return err
	}
	if len(f.Versions) == 0 || len(f.Versions) > maxVersions {
		return malformed("versions", fmt.Sprintf("not 1 to %d elements", maxVersions))
	}
	seen := make(map[int]bool, len(f.Versions))
	for _, v := range f.Versions {
		if v < 1 || seen[v] {
			return malformed("versions", "not different positive numbers")
		}
		seen[v] = true
	}
	return nil
}

// Choose gives the newest version that both sides speak, or a *VersionError
// with the newest the agent offers.
func (f FetchRequest) Choose() (int, error) {
	best, newest := 0, 0
	for _, v := range f.Versions {
		newest = max(newest, v)
		if Supported(v) {
			best = max(best, v)
		}
	}
	if best == 0 {
		return 0, &VersionError{Version: newest}
	}
	return best, nil
}

// DecodeFetchRequest reads the body posted to request_uri.
func DecodeFetchRequest(b []byte) (FetchRequest, error) {
	var f FetchRequest
	if err := decode("fetch request", b, MaxFetch, &f); err != nil {
		return FetchRequest{}, err
	}
	if err := f.Validate(); err != nil {
		return FetchRequest{}, fmt.Errorf("fetch request: %w", err)
	}
	return f, nil
}

// EncodeFetchRequest writes the body posted to request_uri.
func EncodeFetchRequest(f FetchRequest) ([]byte, error) {
	return encode("fetch request", MaxFetch, f, f)
}
