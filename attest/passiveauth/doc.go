// Package passiveauth is passive authentication of ICAO Doc 9303-11, 5.1: it
// verifies the document security object (SOD) of a travel document up to a
// trusted country signing certificate, and files against the digests in it.
//
// The order is: syntax, the document signer's certificate, its chain to a CSCA,
// validity of both, digest of the signed content, signature of the SOD, its
// content, countries. Each check adds its own name to Document.Checks when it passes;
// the first that fails ends the verification with a refusal.Error.
//
// Passive authentication proves that the data is what a state signed. It does
// not prove that the chip is genuine or present: copies pass. The package
// reads no revocation list, does not compare the document's own date of expiry
// and knows no policy about countries. Nothing here is secret; nothing is
// constant time.
package passiveauth
