package attest

import (
	"cnie.example/attest/passiveauth"
)

// Check is the stable name of a check that passed. Each name is emitted by the
// check itself and by nothing else.
type Check string

// The checks of a login, in the order in which they are made.
const (
	CheckSyntax             Check = passiveauth.CheckSyntax       // the security object can be read and has one signer
	CheckSigner             Check = passiveauth.CheckSigner       // the signer's certificate is in the security object
	CheckDigest             Check = passiveauth.CheckDigest       // what was signed has the digest of the content
	CheckUsage              Check = passiveauth.CheckUsage        // the signer's key is for documents, and not distrusted
	CheckChain              Check = passiveauth.CheckChain        // a trusted CSCA signed the document signer
	CheckDSValidity         Check = passiveauth.CheckDSValidity   // the document signer is within its validity
	CheckCSCAValidity       Check = passiveauth.CheckCSCAValidity // the CSCA is within its validity
	CheckRevocation         Check = passiveauth.CheckRevocation   // fresh revocation lists name none of the certificates
	CheckSigningTime        Check = passiveauth.CheckSigningTime  // the stated time of signing fits the document signer
	CheckSignature          Check = passiveauth.CheckSignature    // the document signer signed the security object
	CheckObject             Check = passiveauth.CheckObject       // the digests are of a known version and an accepted hash
	CheckCountry            Check = passiveauth.CheckCountry      // document signer and CSCA are of one country
	CheckCountryAccepted    Check = "country_accepted"            // the verifier accepts documents of this country
	CheckDG14               Check = "dg14_hash"                   // DG14 has the signed hash
	CheckDG1                Check = "dg1_hash"                    // DG1 has the signed hash
	CheckChipAuthentication Check = "chip_authentication"         // the chip of DG14 answered under this login's keys
	CheckDG15               Check = "dg15_hash"                   // DG15 has the signed hash
	CheckActive             Check = "active_authentication"       // the chip of DG15 signed this login's challenge
	CheckDG11               Check = "dg11_hash"                   // DG11 has the signed hash
	CheckDG2                Check = "dg2_hash"                    // DG2 has the signed hash
	CheckIssuingState       Check = "issuing_state"               // DG1 names the country of the document signer
	CheckDocumentType       Check = "document_type"               // verifier and document signer allow this kind of document
	CheckExpiry             Check = "document_expiry"             // the document has not expired
	CheckDocumentStatus     Check = "document_status"             // the document is known and was not reported
)

// Checks lists every check once, in the order in which they are made. The
// slice is the caller's.
func Checks() []Check {
	return []Check{
		CheckSyntax, CheckSigner, CheckDigest, CheckUsage, CheckChain, CheckDSValidity, CheckCSCAValidity,
		CheckRevocation, CheckSigningTime, CheckSignature, CheckObject, CheckCountry, CheckCountryAccepted,
		CheckDG14, CheckDG1, CheckChipAuthentication, CheckDG15, CheckActive, CheckDG11, CheckDG2,
		CheckIssuingState, CheckDocumentType, CheckExpiry, CheckDocumentStatus,
	}
}
