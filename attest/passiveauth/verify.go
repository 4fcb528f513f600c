package passiveauth

import (
	"crypto"
	"errors"
	"fmt"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/attest/csca"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// MaxSOD is the longest EF.SOD that Verify reads, in bytes: those of real
// documents have 2 to 5 kB.
const MaxSOD = 1 << 16

// Verify verifies EF.SOD, with its tag 77, as read from a document, up to an
// anchor, at the time now. The input is not kept but for what Object aliases.
//
// The error is a *refusal.Error. The Document is never nil: after an error it
// tells how far the verification came.
func Verify(sod []byte, anchors *csca.Store, opts certificate.Options, now time.Time) (*Document, error) {
	d := &Document{}
	v := &verification{Document: d, anchors: anchors, opts: opts, now: now}
	for _, check := range []func() error{
		func() error { return v.parse(sod) },
		v.checkChain,
		v.checkDSValidity,
		v.checkCSCAValidity,
		v.checkSignature,
		v.readObject,
		v.checkCountry,
	} {
		if err := check(); err != nil {
			return d, err
		}
	}
	return d, nil
}

// verification is one run of Verify.
type verification struct {
	*Document
	anchors *csca.Store
	opts    certificate.Options
	now     time.Time
	signed  *cms.SignedData
}

// refuse makes a refusal with the reason that the cause itself gives, or else
// with the one of the check.
func refuse(reason refusal.Reason, err error) error {
	switch {
	case errors.Is(err, certificate.ErrLab):
		reason = refusal.LabDocument
	case errors.Is(err, certificate.ErrAlgorithm), errors.Is(err, certificate.ErrKey):
		reason = refusal.AlgorithmUnsupported
	}
	return refusal.New(reason, err)
}

// parse reads SOD and SignedData: one signer, whose certificate is inside (ICAO
// Doc 9303-10, 4.6.2.2).
func (v *verification) parse(sod []byte) error {
	if len(sod) > MaxSOD {
		return refusal.New(refusal.SODMalformed, fmt.Errorf("EF.SOD of %d bytes", len(sod)))
	}
	der, err := lds.ParseSOD(sod)
	if err != nil {
		return refusal.New(refusal.SODMalformed, err)
	}
	if v.signed, err = cms.Parse(der); err != nil {
		return refuse(refusal.SODMalformed, err)
	}
	if v.signed.ContentType != cms.SecurityObject {
		return refusal.New(refusal.SODMalformed, fmt.Errorf("content type %v", v.signed.ContentType))
	}
	if n := len(v.signed.SignerInfos); n != 1 {
		return refusal.New(refusal.SODMalformed, fmt.Errorf("%d signers", n))
	}
	return v.findSigner()
}

// findSigner looks for the signer's certificate among those of the SOD. One
// that cannot be read is the reason when the signer's is not found, for it may
// have been the signer's.
func (v *verification) findSigner() error {
	var unread error
	for _, der := range v.signed.Certificates {
		c, err := certificate.Parse(der, v.opts)
		if err != nil {
			unread = err
			continue
		}
		if v.signed.SignerInfos[0].Identifies(c) {
			v.Signer = c
			return nil
		}
	}
	if unread != nil {
		return refuse(refusal.DSMalformed, unread)
	}
	return refusal.New(refusal.SODSignerMissing, nil)
}

// checkDSValidity is a check of Verify.
func (v *verification) checkDSValidity() error {
	if err := within(v.Signer, v.now, refusal.DSNotYetValid, refusal.DSExpired); err != nil {
		return err
	}
	v.passed(CheckDSValidity)
	return nil
}

// checkCSCAValidity is a check of Verify.
func (v *verification) checkCSCAValidity() error {
	if err := within(v.Anchor, v.now, refusal.CSCANotYetValid, refusal.CSCAExpired); err != nil {
		return err
	}
	v.passed(CheckCSCAValidity)
	return nil
}

func within(c *certificate.Certificate, now time.Time, early, late refusal.Reason) error {
	switch {
	case c.ValidAt(now):
		return nil
	case now.Before(c.NotBefore):
		return refusal.New(early, fmt.Errorf("certificate is valid from %v", c.NotBefore.Format(time.DateOnly)))
	default:
		return refusal.New(late, fmt.Errorf("certificate was valid until %v", c.NotAfter.Format(time.DateOnly)))
	}
}

// checkSignature verifies the signed digest, then the signature.
func (v *verification) checkSignature() error {
	signer := &v.signed.SignerInfos[0]
	if err := v.acceptsHash(signer.Digest); err != nil {
		return err
	}
	if err := v.signed.CheckContent(signer); err != nil {
		return refuse(refusal.SODDigestMismatch, err)
	}
	if err := v.signed.CheckSignature(signer, v.Signer.PublicKey); err != nil {
		return refuse(refusal.SODSignatureInvalid, err)
	}
	v.passed(CheckSignature)
	return nil
}

// readObject parses the signed content, LDSSecurityObject.
func (v *verification) readObject() error {
	object, err := lds.ParseSecurityObject(v.signed.Content)
	if err != nil {
		return refusal.New(refusal.SODMalformed, err)
	}
	if err := v.acceptsHash(object.Hash); err != nil {
		return err
	}
	v.Object = object
	return nil
}

func (v *verification) acceptsHash(hash crypto.Hash) error {
	if hash == crypto.SHA1 && !v.opts.SHA1 {
		return refusal.New(refusal.AlgorithmUnsupported, errors.New("SHA-1 is not accepted"))
	}
	return nil
}

// checkCountry compares the countries of document signer and CSCA: both have
// to name the same one (ICAO Doc 9303-12, 7.1, countryName).
func (v *verification) checkCountry() error {
	signer, issuer, anchor := v.Signer.Country, v.Signer.Issuer.Country, v.Anchor.Country
	if anchor == "" || signer != anchor || issuer != anchor {
		return refusal.New(refusal.CountryMismatch,
			fmt.Errorf("document signer %q of issuer %q under CSCA %q", signer, issuer, anchor))
	}
	v.passed(CheckCountry)
	return nil
}
