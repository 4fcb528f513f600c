package passiveauth

import (
	"errors"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/attest/csca"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// reasonOf is the reason that a cause has by itself, wherever it comes up. Any
// other cause has the reason of the check.
func reasonOf(cause error, otherwise refusal.Reason) refusal.Reason {
	for _, known := range []struct {
		err    error
		reason refusal.Reason
	}{
		{certificate.ErrLab, refusal.LabDocument},
		{certificate.ErrCritical, refusal.DSCriticalExtension},
		{cms.ErrAttributes, refusal.SODAttributesInvalid},
		{lds.ErrObjectVersion, refusal.LDSVersionUnsupported},
		{lds.ErrObjectHash, refusal.AlgorithmUnsupported},
		// The finer causes unwrap into the two last ones.
		{certificate.ErrSHA1, refusal.DigestNotAccepted},
		{certificate.ErrKeySize, refusal.KeyNotAccepted},
		{certificate.ErrCurve, refusal.CurveNotAccepted},
		{certificate.ErrAlgorithm, refusal.AlgorithmUnsupported},
		{certificate.ErrKey, refusal.KeyNotAccepted},
	} {
		if errors.Is(cause, known.err) {
			return known.reason
		}
	}
	return otherwise
}

// chainReason is the reason of an error of csca.Store.Chain. ofSigner says
// whether it is about the document signer certificate itself, and not about an
// authority. The causes of reasonOf come before it, those behind ErrNoAnchor too.
func chainReason(cause error, ofSigner bool) refusal.Reason {
	for _, known := range []struct {
		err                 error
		signer, ofAuthority refusal.Reason
	}{
		{csca.ErrUnknownIssuer, refusal.CSCAUnknown, refusal.CSCAChainBroken},
		{csca.ErrIssuerSignature, refusal.DSSignatureInvalid, refusal.CSCAChainBroken},
		{csca.ErrNotYetValid, refusal.DSNotYetValid, refusal.CSCANotYetValid},
		{csca.ErrExpired, refusal.DSExpired, refusal.CSCAExpired},
		{csca.ErrRevoked, refusal.DSRevoked, refusal.CSCARevoked},
		{csca.ErrDistrusted, refusal.DSDistrusted, refusal.CSCADistrusted},
		{csca.ErrNotAuthority, refusal.CSCAKeyUsage, refusal.CSCAKeyUsage},
		{csca.ErrKeyUsage, refusal.CSCAKeyUsage, refusal.CSCAKeyUsage},
		{csca.ErrPathLength, refusal.CSCAPathLength, refusal.CSCAPathLength},
		{csca.ErrNoAnchor, refusal.CSCAChainBroken, refusal.CSCAChainBroken},
	} {
		if !errors.Is(cause, known.err) {
			continue
		}
		if ofSigner {
			return known.signer
		}
		return known.ofAuthority
	}
	return refusal.CSCAUnknown
}
