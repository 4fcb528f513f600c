package csca

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Fingerprint is SHA-256 of a certificate, a list or a file. As text it is 64
// hexadecimal digits in lower case.
type Fingerprint [32]byte

// String is the fingerprint in hexadecimal.
func (f Fingerprint) String() string { return hex.EncodeToString(f[:]) }

// MarshalText gives String.
func (f Fingerprint) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what MarshalText writes; upper case is read too.
func (f *Fingerprint) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(f)) {
		return fmt.Errorf("fingerprint of %d characters, not %d", len(text), hex.EncodedLen(len(f)))
	}
	if _, err := hex.Decode(f[:], text); err != nil {
		return fmt.Errorf("fingerprint: %w", err)
	}
	return nil
}

func fingerprintOf(content []byte) Fingerprint { return sha256.Sum256(content) }
