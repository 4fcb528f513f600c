package passiveauth

import (
	"bytes"
	"errors"
	"fmt"

	"cnie.example/attest/certificate"
	"cnie.example/attest/refusal"
)

// checkChain finds the CSCA that signed the document signer's certificate and
// checks what both keys are for.
func (v *verification) checkChain() error {
	algorithm, err := v.Signer.SignatureAlgorithm.SignatureAlgorithm(0)
	if err != nil {
		return refuse(refusal.DSMalformed, err)
	}
	if err := v.acceptsHash(algorithm.Hash); err != nil {
		return err
	}
	anchor, err := v.findAnchor()
	if err != nil {
		return err
	}
	v.Anchor = anchor
	// The store may have been loaded under options other than those of Verify.
	if anchor.Lab && !v.opts.Lab {
		return refusal.New(refusal.LabDocument, certificate.ErrLab)
	}
	if !anchor.IsCA || !anchor.KeyUsage.Has(certificate.KeyCertSign) {
		return refusal.New(refusal.CSCAKeyUsage, errors.New("anchor is not for signing certificates"))
	}
	if err := checkSignerUsage(v.Signer); err != nil {
		return refusal.New(refusal.DSKeyUsage, err)
	}
	v.passed(CheckChain)
	return nil
}

// findAnchor tries the candidates of the store. When one of them has the
// authority key identifier of the certificate, a wrong signature means a forged
// certificate; when candidates have only the name, that the CSCA is unknown,
// for countries use one name for many keys.
func (v *verification) findAnchor() (*certificate.Certificate, error) {
	reason, cause := refusal.CSCAUnknown, fmt.Errorf("no anchor for issuer %v", v.Signer.Issuer)
	for _, anchor := range v.anchors.Find(v.Signer) {
		err := v.Signer.CheckSignatureFrom(anchor)
		if err == nil {
			return anchor, nil
		}
		if len(v.Signer.AuthorityKeyID) > 0 && bytes.Equal(anchor.SubjectKeyID, v.Signer.AuthorityKeyID) {
			reason, cause = refusal.DSSignatureInvalid, err
		}
	}
	return nil, refuse(reason, cause)
}

// checkSignerUsage checks that the certificate is for signing documents and for
// nothing else: digitalSignature, no authority, no extKeyUsage. Signers of
// master lists and of visible seals hang under the same CSCA and carry an
// extKeyUsage (ICAO Doc 9303-12, table 6).
func checkSignerUsage(c *certificate.Certificate) error {
	switch {
	case !c.KeyUsage.Has(certificate.DigitalSignature):
		return errors.New("key is not for digital signatures")
	case c.IsCA:
		return errors.New("document signer is an authority")
	case c.Extended != nil:
		return fmt.Errorf("key is for %v only", c.Extended[0])
	}
	return nil
}
