package attest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/record"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
)

// Config is the policy of a Verifier.
type Config struct {
	// Trust gives the store of country signing authorities, with the rules for
	// their certificates (csca.Contents.Options): a *csca.Store, or a *csca.Live
	// that can be exchanged while logins run. Each login takes the store once,
	// when it verifies the document, and keeps it.
	Trust csca.Source

	// Lab accepts documents of a laboratory. A verifier for real documents
	// leaves it false.
	Lab bool

	// RequireRevocation refuses documents for whose signer and authorities no
	// fresh revocation list speaks. Without it such a document is let in, and
	// the level stays at EIDAS1.
	RequireRevocation bool

	// Status tells whether a document was reported lost or stolen. nil stands
	// for one that never knows: the level stays at EIDAS1.
	Status DocumentStatus

	// StatusWait is how long Status may take. Zero stands for
	// DefaultStatusWait.
	StatusWait time.Duration

	// Clock gives the time; time.Now for a real verifier. When logins move
	// between servers, their clocks must agree to within a second or so.
	Clock func() time.Time

	// Rand is the source of ephemeral keys, cryptographically secure.
	Rand io.Reader

	// Countries are the states whose documents are accepted, as the machine
	// readable zone writes them (ICAO Doc 9303-3, section 5): "FRA" and "D", not
	// "FR" and "DE". nil stands for DefaultCountries.
	Countries []string

	// DocumentTypes are the document codes that are accepted, as the machine
	// readable zone writes them, without filler; a single letter stands for
	// every code that begins with it. nil stands for DefaultDocumentTypes.
	DocumentTypes []string

	// Software names what judges, with its version, in evidence records, which
	// cut it after 512 bytes. It may be empty.
	Software string
}

// DefaultCountries is the default of Config.Countries: France.
func DefaultCountries() []string { return []string{"FRA"} }

// DefaultDocumentTypes is the default of Config.DocumentTypes: identity cards
// and passports.
func DefaultDocumentTypes() []string { return []string{"ID", "P"} }

// Errors of a caller, not of the other side.
var (
	// ErrConfig: a Config that makes no Verifier, or a trust store that came
	// later and does not fit it.
	ErrConfig = errors.New("configuration makes no verifier")
	// ErrTransaction: a Transaction that cannot be begun.
	ErrTransaction = errors.New("transaction cannot be begun")
	// ErrNoIdentity: Identity was called on a Login that did not succeed.
	ErrNoIdentity = errors.New("login has not succeeded")
	// ErrNoRecord: Record was called on a Login that has not ended here.
	ErrNoRecord = errors.New("login has not ended")
	// ErrSealed: a Login that cannot be sealed, or a state that is not that of
	// the login it was given for.
	ErrSealed = errors.New("login cannot be sealed or resumed")
)

// Verifier begins logins. It is safe for concurrent use when the members of
// its Config are.
type Verifier struct {
	config Config
	policy []byte                     // digest of the rules, see Config.digest
	fits   atomic.Pointer[csca.Store] // the last store that was found to fit
}

// NewVerifier makes a Verifier. It fails with ErrConfig when anchors, clock or
// randomness are missing, when a country or a document type is none that a
// machine readable zone could name, and when a laboratory is among the
// authorities of a verifier that is not for laboratories.
func NewVerifier(c Config) (*Verifier, error) {
	if c.Trust == nil {
		return nil, fmt.Errorf("no trust store: %w", ErrConfig)
	}
	if c.Clock == nil || c.Rand == nil {
		return nil, fmt.Errorf("no clock or no randomness: %w", ErrConfig)
	}
	if c.StatusWait < 0 {
		return nil, fmt.Errorf("status within %v: %w", c.StatusWait, ErrConfig)
	}
	if c.StatusWait == 0 {
		c.StatusWait = DefaultStatusWait
	}
	if c.Countries == nil {
		c.Countries = DefaultCountries()
	}
	if c.DocumentTypes == nil {
		c.DocumentTypes = DefaultDocumentTypes()
	}
	c.Countries, c.DocumentTypes = slices.Clone(c.Countries), slices.Clone(c.DocumentTypes)
	if err := c.checkCodes(); err != nil {
		return nil, err
	}
	v := &Verifier{config: c, policy: c.digest()}
	if _, err := v.trust(); err != nil {
		return nil, err
	}
	return v, nil
}

// checkCodes refuses what could never agree with a machine readable zone:
// nothing would be let in, and every refusal would blame the document.
func (c *Config) checkCodes() error {
	const letters, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	for _, country := range c.Countries {
		if country != "D" && (len(country) != 3 || strings.Trim(country, letters) != "") {
			return fmt.Errorf("country %q: %w", country, ErrConfig)
		}
	}
	for _, code := range c.DocumentTypes {
		if len(code) < 1 || len(code) > 2 || strings.Trim(code, letters+digits) != "" {
			return fmt.Errorf("document type %q: %w", code, ErrConfig)
		}
	}
	return nil
}

// trust gives the store in force. It is looked at when it is new: an operator
// may exchange it for one that this verifier must not use.
func (v *Verifier) trust() (*csca.Store, error) {
	s := v.config.Trust.Store()
	if s != nil && s == v.fits.Load() {
		return s, nil
	}
	if s == nil || len(s.Anchors()) == 0 {
		return nil, fmt.Errorf("no trust anchor: %w", ErrConfig)
	}
	if !v.config.Lab && isLab(s) {
		return nil, fmt.Errorf("authority of a laboratory: %w", ErrConfig)
	}
	v.fits.Store(s)
	return s, nil
}

func isLab(s *csca.Store) bool {
	return s.Options().Lab || slices.ContainsFunc(s.Authorities(), func(a csca.Authority) bool { return a.Certificate.Lab })
}

// Transaction is one login as the provider has signed it in its request.
type Transaction struct {
	Issuer     string      // "iss" of the request
	JTI        string      // "jti" of the request, never used before
	AgentNonce []byte      // "agent_nonce" of the request
	Nonce      []byte      // "nonce" of the request
	Level      level.Level // asked for
	Files      []lds.File  // asked for; DG1 always, DG2 and DG11 where the document has them
}

func (tx Transaction) validate() error {
	switch {
	case tx.Issuer == "" || tx.JTI == "" || len(tx.JTI) > wire.MaxJTI || len(tx.AgentNonce) != wire.NonceSize || len(tx.Nonce) != wire.NonceSize:
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
	return &Login{verifier: v, tx: tx, state: begun, record: record.Record{
		Version: record.Version, Issuer: tx.Issuer, Transaction: tx.JTI, Begun: seconds(v.config.Clock()),
		Software: printable(v.config.Software, maxWith), Asked: tx.Level.String(), Reached: level.None.String(),
		Status: record.StatusUnknown, SameChip: record.NotProven,
	}}, nil
}
