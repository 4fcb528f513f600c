package cms

import (
	"errors"
	"fmt"
)

// Causes of errors of this package. Verify also returns the errors of
// certificate.PublicKey.Verify.
var (
	// ErrSyntax: the bytes are no SignedData, or not in DER.
	ErrSyntax = errors.New("malformed SignedData")
	// ErrAttributes is an ErrSyntax: the signed attributes are absent or
	// malformed, one of them is there twice, or one that is needed is not.
	ErrAttributes = fmt.Errorf("signed attributes: %w", ErrSyntax)
	// ErrDigest: the signed attributes belong to another content.
	ErrDigest = errors.New("signed digest is not that of the content")
)

// malformed is an ErrSyntax that names the part of SignedData.
func malformed(part string) error {
	return fmt.Errorf("%w: %s", ErrSyntax, part)
}
