package csca

import (
	"errors"
	"fmt"

	"cnie.example/attest/certificate"
)

// Causes of errors of Store.Chain. The error is a *ChainError.
// certificate.ErrAlgorithm, ErrKey and what unwraps into them pass through, and
// so does certificate.ErrLab.
var (
	// ErrUnknownIssuer: no authority of the store is named by the key
	// identifier, and none of those with the name of the issuer that were tried
	// signed.
	ErrUnknownIssuer = errors.New("issuer is not in the trust store")
	// ErrIssuerSignature: the authority that the key identifier names is in the
	// store and did not sign, and none with the name of the issuer did.
	ErrIssuerSignature = errors.New("signature is not that of the issuer")
	// ErrNotYetValid: the validity of an authority begins later.
	ErrNotYetValid = errors.New("certificate is not yet valid")
	// ErrExpired: the validity of an authority is over.
	ErrExpired = errors.New("certificate has expired")
	// ErrRevoked: an authority is in a revocation list.
	ErrRevoked = errors.New("certificate is revoked")
	// ErrDistrusted: the operator distrusts a certificate.
	ErrDistrusted = errors.New("certificate is distrusted by the operator")
	// ErrNotAuthority: a certificate is not that of a country's authority: it
	// may not sign certificates, or names no country.
	ErrNotAuthority = errors.New("not the certificate of a country signing authority")
	// ErrKeyUsage: the key of an authority is not for signing certificates.
	ErrKeyUsage = errors.New("key is not for signing certificates")
	// ErrPathLength: there are more authorities below one than it allows, or
	// more than MaxChain.
	ErrPathLength = errors.New("chain is longer than allowed")
	// ErrNoAnchor: the links lead to no anchor. For Load: a file, a directory
	// or all of them hold no anchor.
	ErrNoAnchor = errors.New("no anchor found")
)

// Causes of errors of ParseMasterList and MasterList.Verify, besides those of
// packages cms and certificate.
var (
	// ErrListSyntax: the content is no master list.
	ErrListSyntax = errors.New("malformed master list")
	// ErrListSigner: the list has no certificate of its signer, or the one it
	// has is not for signing master lists.
	ErrListSigner = errors.New("no certificate for signing master lists")
	// ErrListRoot: the signer's certificate does not lead to a root that was given.
	ErrListRoot = errors.New("signer of the master list is not certified by a given root")
	// ErrListSignature: the signature over the list does not verify.
	ErrListSignature = errors.New("signature over the master list does not verify")
	// ErrListValidity: the signer's certificate or one above it is not valid, or
	// the list was signed later than now.
	ErrListValidity = errors.New("signer of the master list is not valid")
)

// Causes of errors of Build.
var (
	// ErrOptions: a master list was read under other options than those of the
	// store, or a revocation list is a laboratory's and the store is for none.
	ErrOptions = errors.New("read under other options than those of the trust store")
	// ErrOverride: the operator's overrides contradict each other or the store.
	ErrOverride = errors.New("override cannot be applied")
)

// ChainError names the certificate at which a chain ended, and why.
type ChainError struct {
	Certificate *certificate.Certificate // the one asked about, or an authority above it
	Err         error
}

// Error names the subject of the certificate and the cause.
func (e *ChainError) Error() string {
	return fmt.Sprintf("chain: %v: %v", e.Certificate.Subject, e.Err)
}

// Unwrap gives the cause.
func (e *ChainError) Unwrap() error { return e.Err }
