// Package certificate parses the certificates and revocation lists of travel
// documents and verifies signatures with their keys: country signing
// certificates (CSCA), document signer certificates (DS) and the lists of ICAO
// Doc 9303-12, which are X.509 (RFC 5280) with properties that crypto/x509
// refuses, such as explicit elliptic curve parameters.
//
// The parser is strict DER. What real master lists need beyond that, and what
// hurts nobody, is let pass and listed under a stable name in Deviations:
// negative serial numbers, true that is not FF, keyUsage with trailing zero
// bits, and so on. A critical extension that has no effect here, known or not, is
// an error, and so is the mark of a laboratory unless Options.Lab is set.
//
// A key that cannot be used is no error of Parse: it is kept, and every use of
// it fails with ErrKey, which says by ErrKeySize and ErrCurve what is wrong.
// Keys are RSA of 2048 bits and more, up to a limit in Options, and the curves
// of package curve, named or with explicit parameters that are all equal to
// those of a curve. The cofactor has to be written and the generator has to be
// uncompressed: every certificate of the real lists that were looked at does so.
// Signatures are RSASSA-PKCS1-v1_5, RSASSA-PSS with any salt length and any hash
// of MGF1, both as declared, and ECDSA, over SHA-2; over SHA-1 only with
// Options.SHA1.
//
// A revocation list speaks of all certificates of its issuer or is refused:
// delta lists, lists of a part and indirect lists are not supported.
//
// The package decides nothing about trust: it looks at no clock, builds no
// path and does not ask whether a list is fresh. Packages csca and passiveauth
// do.
//
// Nothing here handles a secret; no operation is constant time. RSA is
// crypto/rsa, and math/big for what that does not take: exponents of more than
// 31 bits, PSS without salt, and MGF1 with another hash than the message.
// Elliptic curves are package curve.
package certificate
