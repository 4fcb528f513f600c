package wire

import (
	"crypto/subtle"
	"errors"
	"slices"
	"time"
)

// What a request that fails Request.Check is, for the person who reads of it.
// Each *RuleError unwraps to one of them.
var (
	ErrExpired  = errors.New("login request is not valid at this time")
	ErrForeign  = errors.New("login request is meant for another program, provider or address")
	ErrMismatch = errors.New("login request does not answer this fetch")
)

// RuleError is a rule of Request.Check that a request broke. Its values are
// the variables of this package.
type RuleError struct {
	rule string
	kind error
}

// Error names the rule.
func (e *RuleError) Error() string { return "login request: " + e.rule }

// Unwrap gives ErrExpired, ErrForeign or ErrMismatch.
func (e *RuleError) Unwrap() error { return e.kind }

// The rules of Request.Check, in the order in which they are checked.
var (
	ErrAudience    = &RuleError{"audience is not the agent", ErrForeign}
	ErrIssuer      = &RuleError{"issuer is not the enrolled provider", ErrForeign}
	ErrRequestURI  = &RuleError{"request_uri is not the one used", ErrForeign}
	ErrRedirectURI = &RuleError{"redirect_uri is not enrolled", ErrForeign}
	ErrExchangeURI = &RuleError{"exchange_uri has another origin than the issuer", ErrForeign}
	ErrAgentNonce  = &RuleError{"agent_nonce is not the one sent", ErrMismatch}
	ErrNotYet      = &RuleError{"issued in the future", ErrExpired}
	ErrTooLate     = &RuleError{"expired", ErrExpired}
)

// Expected is what the agent knows before it reads a request.
type Expected struct {
	Issuer       string        // of the enrolled provider
	RequestURI   string        // to which the fetch was posted
	RedirectURIs []string      // enrolled for this provider
	AgentNonce   []byte        // sent with the fetch
	Leeway       time.Duration // by which the clocks of agent and provider may differ
}

// Check compares a request whose signature was verified with want. now is the
// agent's clock. The error is that of Validate, or one of the *RuleError
// variables.
func (r *Request) Check(want Expected, now time.Time) error {
	if err := r.Validate(); err != nil {
		return err
	}
	switch {
	case r.Audience != Audience:
		return ErrAudience
	case r.Issuer != want.Issuer:
		return ErrIssuer
	case r.RequestURI != want.RequestURI || !sameOrigin(r.RequestURI, r.Issuer):
		return ErrRequestURI
	case !slices.Contains(want.RedirectURIs, r.RedirectURI):
		return ErrRedirectURI
	case !sameOrigin(r.ExchangeURI, r.Issuer):
		return ErrExchangeURI
	case subtle.ConstantTimeCompare(r.AgentNonce, want.AgentNonce) != 1:
		return ErrAgentNonce
	}
	return r.checkTime(now, want.Leeway)
}

func (r *Request) checkTime(now time.Time, leeway time.Duration) error {
	switch {
	case time.Unix(r.IssuedAt, 0).After(now.Add(leeway)):
		return ErrNotYet
	case !time.Unix(r.ExpiresAt, 0).After(now.Add(-leeway)):
		return ErrTooLate
	}
	return nil
}

func sameOrigin(a, b string) bool {
	originA, errA := Origin(a)
	originB, errB := Origin(b)
	return errA == nil && errB == nil && originA == originB
}
