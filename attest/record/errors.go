package record

import (
	"errors"
	"fmt"
)

// Causes of errors of this package.
var (
	// ErrMalformed: not a record, not one in its only form, or one whose
	// members contradict each other.
	ErrMalformed = errors.New("malformed evidence record")
	// ErrVersion: a record of a version that is not known. It unwraps into
	// ErrMalformed.
	ErrVersion = fmt.Errorf("version is not known: %w", ErrMalformed)
	// ErrSignature: no key of the set has signed the record.
	ErrSignature = errors.New("signature of the evidence record does not verify")
	// ErrKey: a key that is not for records: neither P-256 nor Ed25519, or
	// without a name.
	ErrKey = errors.New("key is not for evidence records")
	// ErrDirectory: a directory that cannot be one of a document: too many
	// entries, or a file that is too long or no regular file.
	ErrDirectory = errors.New("not the directory of a document")
	// ErrNoSOD: the directory holds no readable EF.SOD.
	ErrNoSOD = errors.New("no readable EF.SOD in the directory")
)

// malformed is an error about the member name, with the rule that it broke.
func malformed(name, rule string) error {
	return fmt.Errorf("member %s: %s: %w", name, rule, ErrMalformed)
}
