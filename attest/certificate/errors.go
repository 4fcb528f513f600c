package certificate

import (
	"errors"
	"fmt"
)

// Causes of errors of this package.
var (
	// ErrSyntax: the bytes are not a certificate, or not in DER.
	ErrSyntax = errors.New("malformed certificate")
	// ErrCritical: the certificate has a critical extension that is unknown. The error is a *CriticalError.
	ErrCritical = errors.New("unknown critical extension")
	// ErrLab: the certificate belongs to a laboratory and Options.Lab is not set.
	ErrLab = errors.New("laboratory certificate")
	// ErrAlgorithm: the signature or digest algorithm is unknown or not accepted.
	ErrAlgorithm = errors.New("unsupported algorithm")
	// ErrKey: the public key cannot be used: unknown algorithm, curve or size.
	ErrKey = errors.New("unsupported public key")
	// ErrSignature: the signature does not verify.
	ErrSignature = errors.New("signature does not verify")
)

// CriticalError names the critical extension that is unknown. It unwraps into
// ErrCritical.
type CriticalError struct {
	Extension OID
}

// Error names the extension.
func (e *CriticalError) Error() string {
	return fmt.Sprintf("%v: %v", ErrCritical, e.Extension)
}

// Unwrap gives ErrCritical.
func (e *CriticalError) Unwrap() error { return ErrCritical }

// malformed is an ErrSyntax that names the part of the certificate.
func malformed(part string) error {
	return fmt.Errorf("%w: %s", ErrSyntax, part)
}
