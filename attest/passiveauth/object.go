package passiveauth

import (
	"errors"
	"fmt"
	"strconv"

	"cnie.example/attest/cms"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// Bounds of EF.SOD. Those of real documents have 2 to 5 kB and one certificate.
const (
	// MaxSOD is the longest EF.SOD that Verify reads, in bytes.
	MaxSOD = 1 << 16
	// MaxCertificates is the largest number of certificates in it.
	MaxCertificates = 8
)

// checkSyntax reads EF.SOD and the SignedData in it (ICAO Doc 9303-10,
// 4.6.2.2): the content type, one signer, its signed attributes. ICAO only
// recommends a single signer; with several it would be open which one a
// verifier means, and no document is known to have them.
func (v *verification) checkSyntax() outcome {
	if len(v.sod) > MaxSOD {
		return refused(refusal.SODMalformed, fmt.Errorf("EF.SOD of %d bytes", len(v.sod)))
	}
	der, err := lds.ParseSOD(v.sod)
	if err != nil {
		return refused(refusal.SODMalformed, err)
	}
	if v.signed, err = cms.Parse(der); err != nil {
		return refused(refusal.SODMalformed, err)
	}
	if v.signed.ContentType != cms.SecurityObject {
		return refused(refusal.SODMalformed, fmt.Errorf("content type %v", v.signed.ContentType))
	}
	if n := len(v.signed.SignerInfos); n != 1 {
		return refused(refusal.SODMalformed, fmt.Errorf("%d signers", n))
	}
	if n := len(v.signed.Certificates); n > MaxCertificates {
		return refused(refusal.SODMalformed, fmt.Errorf("%d certificates", n))
	}
	return passed(strconv.Itoa(len(v.sod)) + " bytes" + letPass(v.signed.Deviations))
}

// checkSigner looks for the signer's certificate among those of the SOD. One
// that cannot be read is the reason when the signer's is not found, for it may
// have been the signer's.
func (v *verification) checkSigner() outcome {
	var unread error
	for _, der := range v.signed.Certificates {
		c, err := v.trust.Signer(der)
		if err != nil {
			unread = err
			continue
		}
		if v.signer().Identifies(c) {
			v.Signer = c
			return passed(describe(c))
		}
	}
	if unread != nil {
		return refused(refusal.DSMalformed, unread)
	}
	return refused(refusal.SODSignerMissing, errors.New("no certificate in the security object is the signer's"))
}

// checkDigest compares the signed digest with that of the content.
func (v *verification) checkDigest() outcome {
	digest := v.signer().Digest
	if err := v.acceptsHash(digest); err != nil {
		return refused(refusal.DigestNotAccepted, err)
	}
	if err := v.signed.CheckContent(v.signer()); err != nil {
		return refused(refusal.SODDigestMismatch, err)
	}
	return passed(digest.String())
}

// checkSignature verifies the signature over the signed attributes with the
// key of the document signer, which checkChain has made a trusted one.
func (v *verification) checkSignature() outcome {
	algorithm, err := v.signer().SignatureAlgorithm.SignatureAlgorithm(v.signer().Digest)
	if err != nil {
		return refused(refusal.AlgorithmUnsupported, err)
	}
	if err := v.signed.CheckSignature(v.signer(), v.Signer.PublicKey); err != nil {
		return refused(refusal.SODSignatureInvalid, err)
	}
	return passed(algorithm.String() + " by " + v.Signer.PublicKey.String())
}
