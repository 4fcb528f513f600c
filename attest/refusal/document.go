package refusal

// Reasons of the document as a whole: whose it is, of what kind, and whether it
// still counts.
const (
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
	// DocumentReported: the authority for the status of documents says that it is lost, stolen or invalid.
	DocumentReported Reason = "document_reported"
)

func documentReasons() []Reason {
	return []Reason{
		LabDocument, CountryMismatch, CountryNotAccepted,
		DocumentTypeNotAllowed, DocumentExpired, DocumentReported,
	}
}
