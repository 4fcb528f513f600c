package certificate

import (
	"errors"
	"fmt"
)

// Causes of errors of this package. The finer ones unwrap into the general
// ones, so that a caller asks for as much as it acts on.
var (
	// ErrSyntax: the bytes are not a certificate or a revocation list, or not in DER.
	ErrSyntax = errors.New("malformed X.509 structure")
	// ErrCritical: there is a critical extension that is unknown or that is not
	// supported. The error is a *CriticalError.
	ErrCritical = errors.New("unknown critical extension")
	// ErrLab: the certificate belongs to a laboratory and Options.Lab is not set.
	ErrLab = errors.New("laboratory certificate")
	// ErrAlgorithm: the signature or digest algorithm is unknown or not accepted.
	ErrAlgorithm = errors.New("unsupported algorithm")
	// ErrKey: the public key cannot be used.
	ErrKey = errors.New("unsupported public key")
	// ErrSignature: the signature does not verify.
	ErrSignature = errors.New("signature does not verify")

	// ErrSHA1 is an ErrAlgorithm: SHA-1, and Options.SHA1 is not set.
	ErrSHA1 = fmt.Errorf("SHA-1 is not accepted: %w", ErrAlgorithm)
	// ErrKeySize is an ErrKey: RSA modulus or exponent outside of the limits.
	ErrKeySize = fmt.Errorf("size is not accepted: %w", ErrKey)
	// ErrCurve is an ErrKey: the domain parameters are not exactly those of a
	// known curve, or the point is not on it.
	ErrCurve = fmt.Errorf("elliptic curve is not accepted: %w", ErrKey)
)

// CriticalError names the extension that is critical and unknown, or that
// narrows a revocation list in a way that is not supported. It unwraps into
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

// malformed is an ErrSyntax that names the part of the certificate or list.
func malformed(part string) error {
	return fmt.Errorf("%w: %s", ErrSyntax, part)
}
