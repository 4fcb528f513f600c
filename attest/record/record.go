package record

import (
	"encoding/hex"
	"fmt"
	"time"

	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
)

// Version is the version of the records that this package writes and reads.
const Version = 1

// Record is what a provider checked in one login. Times are in UTC and whole
// seconds. Members with omitzero are absent when the login did not come so far,
// or the document does not have it.
type Record struct {
	Version     int            `json:"version"`
	Issuer      string         `json:"issuer"`      // the provider, "iss" of its request
	Transaction string         `json:"transaction"` // "jti" of its request
	Begun       time.Time      `json:"begun,format:RFC3339"`
	Ended       time.Time      `json:"ended,format:RFC3339"`
	Software    string         `json:"software"`         // name and version of what judged
	Lab         bool           `json:"lab"`              // a laboratory signed the document: the person does not exist
	Asked       string         `json:"asked"`            // level.Level.String
	Reached     string         `json:"reached"`          // as Asked; "none" when the login was refused
	Candidate   bool           `json:"candidate"`        // level.Level.Candidate of Reached
	Limits      []level.Limit  `json:"limits"`           // what kept Reached from being higher
	Refused     refusal.Reason `json:"refused,omitzero"` // why there was no login
	Checks      []Passed       `json:"checks"`           // those that passed, in their order
	Document    *Document      `json:"document,omitzero"`
	Revocation  *Revocation    `json:"revocation,omitzero"`
	Trust       Trust          `json:"trust"`
	Status      string         `json:"status"` // one of the Status constants
	Chip        *Chip          `json:"chip,omitzero"`
	SameChip    string         `json:"same_chip"` // NotProven
}

// Passed is a check that passed, and with what: algorithm, key, certificate.
type Passed struct {
	Name string `json:"name"`
	With string `json:"with,omitzero"`
}

// Document is the evidence of passive authentication.
type Document struct {
	SOD         SHA256        `json:"sod"`
	DG14        SHA256        `json:"dg14,omitzero"`
	DG15        SHA256        `json:"dg15,omitzero"`
	Digest      string        `json:"digest,omitzero"` // of the data groups: crypto.Hash.String
	SigningTime time.Time     `json:"signing_time,omitzero,format:RFC3339"`
	Country     string        `json:"country,omitzero"` // of the document signer, two letters
	Files       []string      `json:"files"`            // that have the signed hash: "DG1", "DG14"
	Signer      *Certificate  `json:"signer,omitzero"`
	Authorities []Certificate `json:"authorities"` // the issuer of the signer first, the anchor last
}

// Certificate names a certificate.
type Certificate struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	Serial    string    `json:"serial"` // content octets of the INTEGER, hexadecimal
	SHA256    SHA256    `json:"sha256"` // of the certificate in DER
	NotBefore time.Time `json:"not_before,format:RFC3339"`
	NotAfter  time.Time `json:"not_after,format:RFC3339"`
}

// Revocation is what the revocation lists said.
type Revocation struct {
	State string           `json:"state"` // csca.RevocationState.String
	Lists []RevocationList `json:"lists"` // that were asked
}

// RevocationList names a revocation list.
type RevocationList struct {
	Issuer     string    `json:"issuer"`
	ThisUpdate time.Time `json:"this_update,format:RFC3339"`
	SHA256     SHA256    `json:"sha256"` // of the list in DER
}

// Trust names the trust store.
type Trust struct {
	SHA256 SHA256 `json:"sha256"` // csca.Store.Digest
}

// Chip is the proof of presence.
type Chip struct {
	Proof       string `json:"proof"`           // ChipAuthentication or ActiveAuthentication
	Attestation string `json:"attestation"`     // AttestedByProvider or SignedByChip
	Protocol    string `json:"protocol"`        // object identifier in dotted decimal, or the name of the algorithm
	Curve       string `json:"curve,omitzero"`  // of the chip's key; absent for RSA
	KeyID       string `json:"key_id,omitzero"` // content octets of the INTEGER of DG14, hexadecimal
}

// Values of Chip.Proof and Chip.Attestation: each proof has its attestation.
const (
	ChipAuthentication   = "chip_authentication"
	ActiveAuthentication = "active_authentication"

	AttestedByProvider = "attested by provider" // with ChipAuthentication: deniable, cannot be checked again
	SignedByChip       = "signed by the chip"   // with ActiveAuthentication
)

// NotProven is the value of Record.SameChip.
const NotProven = "not proven"

// Values of Record.Status: what the authority for the status of documents said.
const (
	StatusUnknown = "unknown" // it was not asked, or did not know
	StatusGood    = "good"
	StatusLost    = "lost"
	StatusStolen  = "stolen"
	StatusInvalid = "invalid"
)

// SHA256 is a hash, written as 64 lower-case hexadecimal digits.
type SHA256 [32]byte

// String is the hexadecimal text.
func (h SHA256) String() string { return hex.EncodeToString(h[:]) }

// MarshalText gives the hexadecimal text.
func (h SHA256) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads the hexadecimal text. The error is ErrMalformed.
func (h *SHA256) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("hash of %d characters: %w", len(text), ErrMalformed)
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return fmt.Errorf("hash is not hexadecimal: %w", ErrMalformed)
	}
	return nil
}
