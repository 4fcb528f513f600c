// Package cms parses and verifies SignedData of the Cryptographic Message
// Syntax (RFC 5652, 5) as travel documents use it: document security objects
// (ICAO Doc 9303-10, 4.6.2) and master lists (ICAO Doc 9303-12, 9).
//
// The syntax is strict DER, also where no signature covers it: version numbers
// fit the content, the digest algorithms of the signers are announced, signed
// attributes are present and none occurs twice. They may be out of order, and are
// verified as they came or in DER.
//
// The package hands certificates and revocation lists out as bytes and trusts
// none of them: which certificate signed, whether it may, and whether it is
// known, are the caller's questions. It decides nothing about SHA-1 either,
// beyond what the key's own policy refuses, nor about the time at which the
// signer says to have signed. Unsigned attributes are skipped. What is let pass
// although it differs from DER, RFC 5652 or ICAO Doc 9303 is listed in
// Deviations.
//
// Nothing here is secret; nothing is constant time.
package cms
