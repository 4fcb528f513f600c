// Package certificate parses the certificates of travel documents and verifies
// signatures with their keys: country signing certificates (CSCA) and document
// signer certificates (DS) of ICAO Doc 9303-12, which are X.509 certificates
// (RFC 5280) with properties that crypto/x509 refuses, such as explicit
// elliptic curve parameters.
//
// The parser is strict DER, with the deviations that real master lists need
// and that hurt nobody: serial numbers of any sign and length, default values
// that are written out, true that is not FF, key usage with trailing zero bits. A critical extension
// that it does not know is an error. A key on an unknown curve or of an unusual
// size is no error of Parse: the key is kept, and every use of it fails with
// ErrKey.
//
// The package decides nothing about trust: it looks at no clock, builds no
// path and checks no revocation. Packages csca and passiveauth do.
//
// Nothing here handles a secret; no operation is constant time. RSA is
// crypto/rsa, elliptic curves are package curve.
package certificate
