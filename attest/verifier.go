package attest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
)

// Config is the policy of a Verifier.
type Config struct {
	// Anchors are the trusted country signing certificates.
	Anchors *csca.Store

	// Lab accepts documents of a laboratory. A verifier for real documents
	// leaves it false.
	Lab bool

	// Clock gives the time; time.Now for a real verifier.
	Clock func() time.Time

	// Rand is the source of ephemeral keys, cryptographically secure.
	Rand io.Reader

	// Countries are the states whose documents are accepted, as the machine
	// readable zone writes them (ICAO Doc 9303-3, section 5). nil stands for
	// DefaultCountries.
	Countries []string

	// DocumentTypes are the document codes that are accepted, as the machine
	// readable zone writes them, without filler; a single letter stands for
	// every code that begins with it. nil stands for DefaultDocumentTypes.
	DocumentTypes []string
}

// DefaultCountries is the default of Config.Countries: France.
func DefaultCountries() []string { return []string{"FRA"} }

// DefaultDocumentTypes is the default of Config.DocumentTypes: identity cards
// and passports.
func DefaultDocumentTypes() []string { return []string{"ID", "P"} }

// Errors of a caller, not of the other side.
var (
	// ErrConfig: a Config that makes no Verifier.
	ErrConfig = errors.New("incomplete configuration of the verifier")
	// ErrTransaction: a Transaction that cannot be begun.
	ErrTransaction = errors.New("transaction cannot be begun")
	// ErrNoIdentity: Identity was called on a Login that did not succeed.
	ErrNoIdentity = errors.New("login has not succeeded")
)

// Verifier begins logins. It is safe for concurrent use when Config.Rand and
// Config.Clock are.
type Verifier struct{ config Config }

// NewVerifier makes a Verifier. It fails with ErrConfig when anchors, clock or
// randomness are missing, and when a laboratory is among the anchors of a
// verifier that is not for laboratories.
func NewVerifier(c Config) (*Verifier, error) {
	if c.Anchors == nil || len(c.Anchors.Anchors()) == 0 {
		return nil, fmt.Errorf("no trust anchor: %w", ErrConfig)
	}
	if !c.Lab && slices.ContainsFunc(c.Anchors.Anchors(), func(a *certificate.Certificate) bool { return a.Lab }) {
		return nil, fmt.Errorf("anchor of a laboratory: %w", ErrConfig)
	}
	if c.Clock == nil || c.Rand == nil {
		return nil, fmt.Errorf("no clock or no randomness: %w", ErrConfig)
	}
	if c.Countries == nil {
		c.Countries = DefaultCountries()
	}
	if c.DocumentTypes == nil {
		c.DocumentTypes = DefaultDocumentTypes()
	}
	c.Countries, c.DocumentTypes = slices.Clone(c.Countries), slices.Clone(c.DocumentTypes)
	return &Verifier{config: c}, nil
}

// Transaction is one login as the provider has signed it in its request.
type Transaction struct {
	Issuer     string      // "iss" of the request
	JTI        string      // "jti" of the request
	AgentNonce []byte      // "agent_nonce" of the request
	Nonce      []byte      // "nonce" of the request
	Level      level.Level // asked for
	Files      []lds.File  // asked for; DG1 always, DG2 and DG11 where the document has them
}

func (tx Transaction) validate() error {
	switch {
	case tx.Issuer == "" || tx.JTI == "" || len(tx.AgentNonce) != wire.NonceSize || len(tx.Nonce) != wire.NonceSize:
		return fmt.Errorf("issuer, jti or a nonce: %w", ErrTransaction)
	case tx.Level < level.EIDAS1 || tx.Level > level.EIDAS3:
		return fmt.Errorf("level %v: %w", tx.Level, ErrTransaction)
	case !slices.Contains(tx.Files, lds.DG1):
		return fmt.Errorf("DG1 is not asked for: %w", ErrTransaction)
	}
	for i, f := range tx.Files {
		if f != lds.DG1 && f != lds.DG2 && f != lds.DG11 || slices.Contains(tx.Files[:i], f) {
			return fmt.Errorf("file %v: %w", f, ErrTransaction)
		}
	}
	return nil
}

// Begin opens a login. It fails with ErrTransaction when the transaction is
// not one that a request could have named. tx is copied.
func (v *Verifier) Begin(tx Transaction) (*Login, error) {
	if err := tx.validate(); err != nil {
		return nil, err
	}
	tx.AgentNonce, tx.Nonce, tx.Files = slices.Clone(tx.AgentNonce), slices.Clone(tx.Nonce), slices.Clone(tx.Files)
	return &Login{config: &v.config, tx: tx, state: begun}, nil
}

func (c *Config) options() certificate.Options { return certificate.Options{Lab: c.Lab} }
