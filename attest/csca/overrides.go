package csca

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
)

// Overrides are what the operator decides against or beyond the lists. The zero
// value overrides nothing.
type Overrides struct {
	// Distrust names certificates that are refused: of a CSCA, then with every
	// certificate of the store that has the same key, or of a document signer.
	Distrust []Override `json:"distrust,omitempty"`
	// Trust names certificates of the store that become anchors although only a
	// link would lead to them.
	Trust []Override `json:"trust,omitempty"`
	// Extend lengthens the validity of authorities of the store.
	Extend []Extension `json:"extend,omitempty"`
}

// Override is a decision about one certificate.
type Override struct {
	SHA256 Fingerprint `json:"sha256"` // of the certificate
	Reason string      `json:"reason"` // the operator's, for the log; not empty
}

// Extension lets a certificate be used to the end of a day.
type Extension struct {
	SHA256 Fingerprint `json:"sha256"`
	Until  Day         `json:"until"` // the last day, in UTC
	Reason string      `json:"reason"`
}

// Day is a day of the calendar in UTC, written "2006-01-02".
type Day struct {
	start time.Time
}

// DayOf is the day that a time lies in, in UTC.
func DayOf(at time.Time) Day {
	year, month, day := at.UTC().Date()
	return Day{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// String writes the day.
func (d Day) String() string { return d.start.Format(time.DateOnly) }

// MarshalText is String.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(text []byte) error {
	at, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return errors.New("not a day as 2006-01-02")
	}
	d.start = at
	return nil
}

// End is the last second of the day, as validities are compared by seconds.
func (d Day) End() time.Time { return d.start.AddDate(0, 0, 1).Add(-time.Second) }

// maxOverrides is the longest file of overrides that is read, in bytes.
const maxOverrides = 1 << 18

// ParseOverrides reads overrides in JSON, as the fields of Overrides say.
// Unknown and repeated members are refused. The error is ErrOverride.
func ParseOverrides(text []byte) (Overrides, error) {
	var o Overrides
	if len(text) > maxOverrides {
		return o, fmt.Errorf("%w: file of %d bytes", ErrOverride, len(text))
	}
	if err := json.Unmarshal(text, &o, json.RejectUnknownMembers(true)); err != nil {
		return Overrides{}, fmt.Errorf("%w: %w", ErrOverride, err)
	}
	if err := o.validate(); err != nil {
		return Overrides{}, err
	}
	return o, nil
}

// validate checks what can be checked without a store: a reason for each
// decision, and not two decisions about one certificate that contradict each
// other.
func (o Overrides) validate() error {
	trusted, distrusted, extended := map[Fingerprint]bool{}, map[Fingerprint]bool{}, map[Fingerprint]bool{}
	mark := func(set map[Fingerprint]bool, of Fingerprint, reason string) error {
		switch {
		case of == Fingerprint{}:
			return fmt.Errorf("%w: it names no certificate", ErrOverride)
		case reason == "":
			return fmt.Errorf("%w: %v has no reason", ErrOverride, of)
		case set[of]:
			return fmt.Errorf("%w: %v is named twice", ErrOverride, of)
		}
		set[of] = true
		return nil
	}
	for _, d := range o.Distrust {
		if err := mark(distrusted, d.SHA256, d.Reason); err != nil {
			return err
		}
	}
	for _, t := range o.Trust {
		if err := mark(trusted, t.SHA256, t.Reason); err != nil {
			return err
		}
	}
	for _, e := range o.Extend {
		if e.Until.start.IsZero() {
			return fmt.Errorf("%w: %v is extended to no day", ErrOverride, e.SHA256)
		}
		if err := mark(extended, e.SHA256, e.Reason); err != nil {
			return err
		}
	}
	for of := range distrusted {
		if trusted[of] || extended[of] {
			return fmt.Errorf("%w: %v is distrusted, and trusted or extended", ErrOverride, of)
		}
	}
	return nil
}
