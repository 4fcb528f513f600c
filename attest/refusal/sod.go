package refusal

// Reasons of the document security object (ICAO Doc 9303-10, 4.6.2).
const (
	// SODMalformed: the document security object does not follow its syntax, or has more than one signer.
	SODMalformed Reason = "sod_malformed"
	// SODAttributesInvalid: the signed attributes are absent, incomplete, doubled or of another content type.
	SODAttributesInvalid Reason = "sod_attributes_invalid"
	// SODSignerMissing: the certificate that signed is not in the security object.
	SODSignerMissing Reason = "sod_signer_missing"
	// SODDigestMismatch: the signed attributes belong to another content.
	SODDigestMismatch Reason = "sod_digest_mismatch"
	// SODSignatureInvalid: the signature of the security object does not verify.
	SODSignatureInvalid Reason = "sod_signature_invalid"
	// SODSigningTime: the stated time of signing lies in the future, or where the document signer might not sign.
	SODSigningTime Reason = "sod_signing_time"
	// LDSVersionUnsupported: the security object is of a version of the data structure that is not known.
	LDSVersionUnsupported Reason = "lds_version_unsupported"
)

func sodReasons() []Reason {
	return []Reason{
		SODMalformed, SODAttributesInvalid, SODSignerMissing, SODDigestMismatch,
		SODSignatureInvalid, SODSigningTime, LDSVersionUnsupported,
	}
}
