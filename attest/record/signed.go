package record

import (
	"errors"
	"fmt"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/attest/refusal"
)

// errSigner: the certificate of the signer is not in the file, or there is not
// one signer.
var errSigner = errors.New("no certificate of the one signer inside")

// maxCertificates bounds those of a signed file; documents have one.
const maxCertificates = 8

// openSigned verifies a SignedData (RFC 5652, 5) with one signer under the
// certificate inside, whoever that is. It looks at no chain and no time. What
// was found out is there also when an error ends it.
func openSigned(der []byte, contentType certificate.OID, opts certificate.Options) (*cms.SignedData, *certificate.Certificate, error) {
	signed, err := cms.Parse(der)
	if err != nil {
		return nil, nil, err
	}
	if signed.ContentType != contentType {
		return nil, nil, fmt.Errorf("content type %v: %w", signed.ContentType, cms.ErrSyntax)
	}
	if len(signed.SignerInfos) != 1 || len(signed.Certificates) > maxCertificates {
		return signed, nil, fmt.Errorf("%d signers, %d certificates: %w", len(signed.SignerInfos), len(signed.Certificates), errSigner)
	}
	signer, err := findSigner(signed, opts)
	if err != nil {
		return signed, nil, err
	}
	return signed, signer, signed.Verify(&signed.SignerInfos[0], signer.PublicKey)
}

func findSigner(signed *cms.SignedData, opts certificate.Options) (*certificate.Certificate, error) {
	unread := errSigner
	for _, der := range signed.Certificates {
		c, err := certificate.Parse(der, opts)
		if err != nil {
			unread = err
			continue
		}
		if signed.SignerInfos[0].Identifies(c) {
			return c, nil
		}
	}
	return nil, unread
}

// signedReason is the refusal for an error of openSigned about EF.SOD.
func signedReason(err error) Reason {
	for _, known := range []struct {
		err    error
		reason refusal.Reason
	}{
		{certificate.ErrLab, refusal.LabDocument},
		{errSigner, refusal.SODSignerMissing},
		{cms.ErrDigest, refusal.SODDigestMismatch},
		{certificate.ErrSignature, refusal.SODSignatureInvalid},
		{certificate.ErrAlgorithm, refusal.AlgorithmUnsupported},
		{certificate.ErrKey, refusal.AlgorithmUnsupported},
		{certificate.ErrCritical, refusal.DSCriticalExtension},
		{certificate.ErrSyntax, refusal.DSMalformed},
	} {
		if errors.Is(err, known.err) {
			return Reason(known.reason)
		}
	}
	return Reason(refusal.SODMalformed)
}
