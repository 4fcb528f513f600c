package idp

import (
	"crypto"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cnie.example/attest"
	"cnie.example/card/lds"
	"cnie.example/web/language"
)

// ErrConfig is the cause of every error about a Config.
var ErrConfig = errors.New("provider configuration not acceptable")

// Limits that apply where a Config says nothing.
const (
	DefaultMaxTransactions = 10_000 // open and lately ended logins
	DefaultMaxRequests     = 256    // requests served at a time
)

const maxName = 64 // characters, as the agent accepts

// Name is the provider's name in the languages of the pages.
type Name struct {
	French  string `json:"fr"`
	English string `json:"en"`
}

// In gives the name in one language.
func (n Name) In(tag language.Tag) string {
	if tag == language.English {
		return n.English
	}
	return n.French
}

// Config is what a Provider is made of. It is read once by New.
type Config struct {
	Origin   string           // "https://host" or "https://host:port" as browsers see it; also the issuer
	AgentURL string           // "http://127.0.0.1:port" of the agents
	Name     Name             // shown to people
	Files    []lds.File       // files a login reads: DG1, and DG11 or DG2
	Lab      bool             // laboratory: loopback or .test origins only, every page says LAB
	TLSCA    []byte           // PEM roots that the record tells agents to trust for this provider; may be nil
	Key      crypto.Signer    // P-256, signs requests, handovers and evidence records
	Verifier *attest.Verifier // made with the same Lab
	Records  Records          // keeps evidence records; nil: none are made
	Clock    func() time.Time
	Rand     io.Reader // secure; safe for concurrent use
	Logger   *slog.Logger

	MaxTransactions int // zero: DefaultMaxTransactions
	MaxRequests     int // zero: DefaultMaxRequests
}

// complete checks a Config and fills in the defaults.
func (c *Config) complete() error {
	if err := c.enrolment().check(); err != nil {
		return err
	}
	if err := checkAgentURL(c.AgentURL); err != nil {
		return err
	}
	if _, err := fileNames(c.Files); err != nil {
		return err
	}
	if c.Key == nil || c.Verifier == nil || c.Clock == nil || c.Rand == nil || c.Logger == nil {
		return fmt.Errorf("key, verifier, clock, randomness and logger are needed: %w", ErrConfig)
	}
	if c.MaxTransactions < 0 || c.MaxRequests < 0 {
		return fmt.Errorf("negative limit: %w", ErrConfig)
	}
	if c.MaxTransactions == 0 {
		c.MaxTransactions = DefaultMaxTransactions
	}
	if c.MaxRequests == 0 {
		c.MaxRequests = DefaultMaxRequests
	}
	return nil
}

// enrolment is the part of a Config that agents are told. The caller has made
// sure that there is a key before it asks for the record.
func (c *Config) enrolment() Enrolment {
	e := Enrolment{Origin: c.Origin, Name: c.Name, Files: c.Files, TLSCA: c.TLSCA, Lab: c.Lab}
	if c.Key != nil {
		e.Key = c.Key.Public()
	}
	return e
}

// labMark precedes the name in a request of the laboratory.
const labMark = "LAB "

func checkName(name string) error {
	hidden := func(r rune) bool { return !unicode.IsPrint(r) }
	n := utf8.RuneCountInString(labMark + name)
	if name == "" || n > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, hidden) {
		return fmt.Errorf("name: 1 to %d printable characters in French and English: %w", maxName-len(labMark), ErrConfig)
	}
	return nil
}

// fileNames checks the files of a login and gives their names on the wire.
func fileNames(files []lds.File) ([]string, error) {
	names := make([]string, 0, len(files))
	seen := make(map[lds.File]bool, len(files))
	for _, f := range files {
		switch f {
		case lds.DG1, lds.DG2, lds.DG11:
		default:
			return nil, fmt.Errorf("files: %v is not one of DG1, DG2, DG11: %w", f, ErrConfig)
		}
		if seen[f] {
			return nil, fmt.Errorf("files: %v is named twice: %w", f, ErrConfig)
		}
		seen[f] = true
		names = append(names, f.String())
	}
	if !seen[lds.DG1] {
		return nil, fmt.Errorf("files: DG1 is always read and must be named: %w", ErrConfig)
	}
	return names, nil
}
