package refusal

// Reasons of the document signer certificate (DS, ICAO Doc 9303-12, 7.1).
const (
	// DSMalformed: the document signer certificate cannot be read.
	DSMalformed Reason = "ds_malformed"
	// DSCriticalExtension: the document signer certificate has a critical extension nobody knows.
	DSCriticalExtension Reason = "ds_critical_extension"
	// DSSignatureInvalid: the CSCA named by the document signer certificate did not sign it.
	DSSignatureInvalid Reason = "ds_signature_invalid"
	// DSKeyUsage: the document signer's key is not for signing documents.
	DSKeyUsage Reason = "ds_key_usage"
	// DSNotYetValid: the document signer certificate begins later.
	DSNotYetValid Reason = "ds_not_yet_valid"
	// DSExpired: the document signer certificate has ended.
	DSExpired Reason = "ds_expired"
	// DSRevoked: the country signing authority has revoked the document signer certificate.
	DSRevoked Reason = "ds_revoked"
	// DSDistrusted: the operator of the verifier distrusts the document signer certificate.
	DSDistrusted Reason = "ds_distrusted"
)

func signerReasons() []Reason {
	return []Reason{
		DSMalformed, DSCriticalExtension, DSSignatureInvalid, DSKeyUsage,
		DSNotYetValid, DSExpired, DSRevoked, DSDistrusted,
	}
}
