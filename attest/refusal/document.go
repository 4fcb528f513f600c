package refusal

// Reasons of passive authentication and of the document itself (ICAO Doc
// 9303-11, 5.1 and ICAO Doc 9303-12).
const (
	// SODMalformed: the document security object does not follow its syntax.
	SODMalformed Reason = "sod_malformed"
	// SODSignerMissing: the certificate that signed is not in the security object.
	SODSignerMissing Reason = "sod_signer_missing"
	// SODDigestMismatch: the signed attributes belong to another content.
	SODDigestMismatch Reason = "sod_digest_mismatch"
	// SODSignatureInvalid: the signature of the security object does not verify.
	SODSignatureInvalid Reason = "sod_signature_invalid"
	// DSMalformed: the document signer certificate cannot be read, or has a critical extension nobody knows.
	DSMalformed Reason = "ds_malformed"
	// DSSignatureInvalid: the CSCA named by the document signer certificate did not sign it.
	DSSignatureInvalid Reason = "ds_signature_invalid"
	// DSKeyUsage: the document signer's key is not for signing documents.
	DSKeyUsage Reason = "ds_key_usage"
	// DSNotYetValid: the document signer certificate begins later.
	DSNotYetValid Reason = "ds_not_yet_valid"
	// DSExpired: the document signer certificate has ended.
	DSExpired Reason = "ds_expired"
	// CSCAUnknown: no trusted country signing authority issued the document signer certificate.
	CSCAUnknown Reason = "csca_unknown"
	// CSCAKeyUsage: the anchor's key is not for signing certificates.
	CSCAKeyUsage Reason = "csca_key_usage"
	// CSCANotYetValid: the country signing certificate begins later.
	CSCANotYetValid Reason = "csca_not_yet_valid"
	// CSCAExpired: the country signing certificate has ended.
	CSCAExpired Reason = "csca_expired"
	// AlgorithmUnsupported: a signature or digest uses an algorithm, curve or key size that is not accepted.
	AlgorithmUnsupported Reason = "algorithm_unsupported"
	// LabDocument: the document comes from a laboratory and this verifier accepts none.
	LabDocument Reason = "lab_document"
	// CountryMismatch: document signer, country signing authority and document name different countries.
	CountryMismatch Reason = "country_mismatch"
	// CountryNotAccepted: the verifier does not accept documents of this country.
	CountryNotAccepted Reason = "country_not_accepted"
	// DocumentTypeNotAllowed: the document signer may not sign documents of this type.
	DocumentTypeNotAllowed Reason = "document_type_not_allowed"
	// DocumentExpired: the document's date of expiry has passed.
	DocumentExpired Reason = "document_expired"
	// FileNotListed: the security object has no digest for the file.
	FileNotListed Reason = "file_not_listed"
	// FileHashMismatch: a file other than the ones below is not the one that was signed.
	FileHashMismatch Reason = "file_hash_mismatch"
	// DG1HashMismatch: DG1 is not the one that was signed.
	DG1HashMismatch Reason = "dg1_hash_mismatch"
	// DG11HashMismatch: DG11 is not the one that was signed.
	DG11HashMismatch Reason = "dg11_hash_mismatch"
	// DG14HashMismatch: DG14 is not the one that was signed.
	DG14HashMismatch Reason = "dg14_hash_mismatch"
	// FileMalformed: a file has the signed digest but does not follow its syntax.
	FileMalformed Reason = "file_malformed"
)

func documentReasons() []Reason {
	return []Reason{
		SODMalformed, SODSignerMissing, SODDigestMismatch, SODSignatureInvalid,
		DSMalformed, DSSignatureInvalid, DSKeyUsage, DSNotYetValid, DSExpired,
		CSCAUnknown, CSCAKeyUsage, CSCANotYetValid, CSCAExpired,
		AlgorithmUnsupported, LabDocument, CountryMismatch, CountryNotAccepted,
		DocumentTypeNotAllowed, DocumentExpired, FileNotListed, FileHashMismatch,
		DG1HashMismatch, DG11HashMismatch, DG14HashMismatch, FileMalformed,
	}
}
