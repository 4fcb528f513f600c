package csca

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"

	"cnie.example/attest/certificate"
)

// Blocks of PEM that are read (RFC 7468, 5 and 6).
const (
	pemCertificate    = "CERTIFICATE"
	pemRevocationList = "X509 CRL"
)

// block is one element of a file.
type block struct {
	kind string // of PEM
	der  []byte
}

// blocks gives the elements of a file: one in DER, of the kind that is expected
// of such a file, or any number in PEM. Text around PEM is allowed, as tools
// write it; a block that does not decode or holds something else is not.
func blocks(content []byte, expected string) ([]block, error) {
	want := bytes.Count(content, []byte("-----BEGIN"))
	if want == 0 {
		return []block{{expected, content}}, nil
	}
	var found []block
	for b, rest := pem.Decode(content); b != nil; b, rest = pem.Decode(rest) {
		if b.Type != pemCertificate && b.Type != pemRevocationList {
			return nil, ErrPEM
		}
		found = append(found, block{b.Type, b.Bytes})
	}
	if len(found) != want {
		return nil, ErrPEM
	}
	return found, nil
}

// parseCertificates reads a file of certificates only.
func parseCertificates(content []byte, opts certificate.Options) ([]*certificate.Certificate, error) {
	found, err := blocks(content, pemCertificate)
	if err != nil {
		return nil, err
	}
	var certificates []*certificate.Certificate
	for _, b := range found {
		if b.kind != pemCertificate {
			return nil, ErrPEM
		}
		c, err := certificate.Parse(b.der, opts)
		if err != nil {
			return nil, err
		}
		certificates = append(certificates, c)
	}
	return certificates, nil
}

// parseRevocationLists reads a file of revocation lists only.
func parseRevocationLists(content []byte, opts certificate.Options) ([]*certificate.RevocationList, error) {
	found, err := blocks(content, pemRevocationList)
	if err != nil {
		return nil, err
	}
	var lists []*certificate.RevocationList
	for _, b := range found {
		if b.kind != pemRevocationList {
			return nil, ErrPEM
		}
		l, err := certificate.ParseRevocationList(b.der, opts)
		if err != nil {
			return nil, err
		}
		lists = append(lists, l)
	}
	return lists, nil
}

// checkAuthority refuses a certificate that could never be above a document
// (ICAO Doc 9303-12, 7.1.1): at the start, not at every login.
func checkAuthority(c *certificate.Certificate) error {
	if !c.IsCA || !c.KeyUsage.Has(certificate.KeyCertSign) || c.Country == "" {
		return ErrNotAuthority
	}
	return nil
}

// checkAnchor refuses a certificate that is not an authority's or that another
// key has signed, link certificates among them (ICAO Doc 9303-12, 4.3): their
// trust comes from an anchor.
func checkAnchor(c *certificate.Certificate) error {
	if c.Issuer.Folded() != c.Subject.Folded() {
		return fmt.Errorf("issuer is another: %w", ErrNotSelfSigned)
	}
	err := c.CheckSignatureFrom(c)
	if errors.Is(err, certificate.ErrSignature) {
		return ErrNotSelfSigned
	}
	if err != nil {
		return err
	}
	return checkAuthority(c)
}
