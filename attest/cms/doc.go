// Package cms parses and verifies SignedData of the Cryptographic Message
// Syntax (RFC 5652, 5) as travel documents use it: document security objects
// (ICAO Doc 9303-10, 4.6.2) and master lists (ICAO Doc 9303-12, 9).
//
// The syntax is strict DER, also where no signature covers it: version numbers
// fit the content, the digest algorithms of the signers are announced, signed
// attributes are present and none occurs twice.
//
// The package hands certificates out as bytes and trusts none of them: which
// certificate signed, whether it may, and whether it is known, are the caller's
// questions. It decides nothing about SHA-1 either, beyond what the key's own
// policy refuses. Certificate revocation lists and unsigned attributes are
// skipped, and nothing is said about when something was signed.
//
// Nothing here is secret; nothing is constant time.
package cms
