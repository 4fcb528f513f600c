package main

import (
	"fmt"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// trustFlags say which documents are believed.
type trustFlags struct {
	Anchors           []string `required:"" type:"path" placeholder:"PATH" help:"Certificates of country signing authorities (CSCA) and their revocation lists, PEM or DER: files, directories of them, or trust directories made by “cnie trust import”. May be repeated."`
	RequireRevocation bool     `help:"Refuse documents for whose signer and authorities no fresh revocation list speaks. Without it such a login stays at eidas1."`
	SHA1              bool     `name:"sha1" help:"Accept signatures and digests with SHA-1, for documents of long ago. Whoever can make collisions of SHA-1 may forge such documents."`
	MaxRSA            int      `name:"max-rsa" default:"4096" placeholder:"BITS" help:"Longest RSA key of an authority or a signer that is accepted. Default: ${default}."`
}

// leastRSA is what ICAO Doc 9303-12, 4.4.1 asks for.
const leastRSA = 2048

func (f trustFlags) check() error {
	if f.MaxRSA < leastRSA || f.MaxRSA > certificate.MaxRSA {
		return fmt.Errorf("--max-rsa: %d bits are not between %d and %d", f.MaxRSA, leastRSA, certificate.MaxRSA)
	}
	return nil
}

// load reads the trust store.
func (f trustFlags) load(now time.Time) (*csca.Store, error) {
	store, err := csca.Load(f.Anchors, certificate.Options{SHA1: f.SHA1, MaxRSA: f.MaxRSA}, now)
	if err != nil {
		return nil, fmt.Errorf("--anchors: %w", err)
	}
	return store, nil
}
