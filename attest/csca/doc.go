// Package csca is the trust store of country signing certificates (CSCA, ICAO
// Doc 9303-12): the anchors under which documents are accepted.
//
// Anchors come from files and directories that the operator chose. Loading
// refuses what is not a self-signed certificate with a usable key, and names
// the file. A Store finds the anchors that may have issued a certificate; that
// one of them did is for its signature to prove.
//
// The package does not read master lists, revocation lists or link
// certificates, looks at no clock, and does not watch its files.
package csca
